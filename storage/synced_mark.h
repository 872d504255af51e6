#pragma once

#include <cstdint>
#include <filesystem>

#include "core/result.h"

namespace xuncha {

class Database;

// Remembers beside the store, in the file `synced`, the sequence number up to which all is known to be on the disk.
// When the store comes back with less, its log has lost records that were promised: RocksDB's own recovery stops at the
// first bad byte of a log and takes the rest for a torn end, so it cannot tell. The file is written after each sync of
// the log and not synced itself: after a power cut it may be older than the truth, never newer. Confined to the
// writer's thread.
class SyncedMark {
 public:
  // Without `durable` nothing is kept.
  static Result<SyncedMark> open(const std::filesystem::path& directory, bool durable);
  // The sequence number that was promised; 0: nothing is known (no mark, or one that was cut short).
  static std::uint64_t read(const std::filesystem::path& directory);
  // Of a directory whose store was replaced on purpose.
  static void forget(const std::filesystem::path& directory);

  SyncedMark() = default;
  SyncedMark(SyncedMark&& other) noexcept;
  SyncedMark& operator=(SyncedMark&& other) noexcept;
  SyncedMark(const SyncedMark&) = delete;
  SyncedMark& operator=(const SyncedMark&) = delete;
  ~SyncedMark();

  void set(std::uint64_t sequence);

 private:
  int descriptor_ = -1;
};

// kCorruption when an opened store has come back with less than its mark promises.
Status check_promise(const Database& database);

}  // namespace xuncha
