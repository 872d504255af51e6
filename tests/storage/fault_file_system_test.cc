#include "tests/storage/fault_file_system.h"

#include <filesystem>

namespace xuncha {
namespace {

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(FaultFileSystem& system, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
      : rocksdb::FSWritableFileOwnerWrapper(std::move(file)), system_(system), path_(std::move(path)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    rocksdb::IOStatus status = system_.change();
    if (!status.ok()) return status;
    status = rocksdb::FSWritableFileOwnerWrapper::Append(data, options, context);
    if (status.ok()) system_.wrote(path_, data.size());
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* context) override {
    return Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    return noted(system_.change(), [&] { return rocksdb::FSWritableFileOwnerWrapper::Sync(options, context); });
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    return noted(system_.change(), [&] { return rocksdb::FSWritableFileOwnerWrapper::Fsync(options, context); });
  }

 private:
  template <class Action>
  rocksdb::IOStatus noted(rocksdb::IOStatus status, const Action& action) {
    if (status.ok()) status = action();
    if (status.ok()) system_.synced(path_);
    return status;
  }

  FaultFileSystem& system_;
  std::string path_;
};

}  // namespace

rocksdb::IOStatus FaultFileSystem::change() {
  if (dead_) return rocksdb::IOStatus::IOError("the power is cut");
  const std::int64_t number = ++changes_;
  if (fail_at_ > 0 && (number == fail_at_ || (fail_for_ever_ && number > fail_at_))) {
    return rocksdb::IOStatus::IOError("an injected fault");
  }
  return rocksdb::IOStatus::OK();
}

void FaultFileSystem::wrote(const std::string& path, std::uint64_t bytes) {
  const std::lock_guard<std::mutex> guard(mutex_);
  files_[path].written += bytes;
}

void FaultFileSystem::synced(const std::string& path) {
  const std::lock_guard<std::mutex> guard(mutex_);
  files_[path].synced = files_[path].written;
}

void FaultFileSystem::settle(Tail tail, std::mt19937& random) {
  const std::lock_guard<std::mutex> guard(mutex_);
  for (const auto& [path, extent] : files_) {
    if (!std::filesystem::exists(path)) continue;
    std::uint64_t size = extent.synced;
    if (tail == Tail::kTorn && extent.written > extent.synced) size += random() % (extent.written - extent.synced + 1);
    if (std::filesystem::file_size(path) > size) std::filesystem::resize_file(path, size);
  }
  files_.clear();
  dead_ = false;
  fail_at_ = 0;
}

rocksdb::IOStatus FaultFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                                   std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                   rocksdb::IODebugContext* context) {
  rocksdb::IOStatus status = change();
  if (!status.ok()) return status;
  status = target()->NewWritableFile(path, options, file, context);
  if (!status.ok()) return status;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    files_[path] = Extent{};
  }
  *file = std::make_unique<FaultFile>(*this, path, std::move(*file));
  return status;
}

rocksdb::IOStatus FaultFileSystem::ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                      rocksdb::IODebugContext* context) {
  rocksdb::IOStatus status = change();
  if (!status.ok()) return status;
  status = target()->ReopenWritableFile(path, options, file, context);
  if (status.ok()) *file = std::make_unique<FaultFile>(*this, path, std::move(*file));
  return status;
}

rocksdb::IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                              const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) {
  rocksdb::IOStatus status = change();
  if (!status.ok()) return status;
  status = target()->RenameFile(from, to, options, context);
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> guard(mutex_);
  if (const auto entry = files_.find(from); entry != files_.end()) {
    files_[to] = entry->second;
    files_.erase(entry);
  }
  return status;
}

rocksdb::IOStatus FaultFileSystem::DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                              rocksdb::IODebugContext* context) {
  rocksdb::IOStatus status = change();
  if (!status.ok()) return status;
  status = target()->DeleteFile(path, options, context);
  const std::lock_guard<std::mutex> guard(mutex_);
  files_.erase(path);
  return status;
}

}  // namespace xuncha
