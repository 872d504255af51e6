#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

namespace xuncha {

// A file system that can lose its power and fail on demand. It writes through, and remembers how much of each file was
// synced: cut_power() fails every later change, settle() then takes away what was never synced, or leaves a random
// part.
class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  void cut_power() { dead_ = true; }
  // Of the changes counted from now on the n-th (1-based) fails, and with `for_ever` all after it.
  void fail_change(std::int64_t n, bool for_ever) {
    fail_for_ever_ = for_ever;
    changes_ = 0;
    fail_at_ = n;
  }
  std::int64_t changes() const { return changes_; }
  enum class Tail { kDropped, kTorn };
  void settle(Tail tail, std::mt19937& random);

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;

  // For its files.
  rocksdb::IOStatus change();
  void wrote(const std::string& path, std::uint64_t bytes);
  void synced(const std::string& path);

 private:
  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Extent> files_;
  std::atomic<bool> dead_ = false;
  std::atomic<bool> fail_for_ever_ = false;
  std::atomic<std::int64_t> fail_at_ = 0;
  std::atomic<std::int64_t> changes_ = 0;
};

}  // namespace xuncha
