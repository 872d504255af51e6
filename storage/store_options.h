#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/clock.h"
#include "core/limits.h"
#include "storage/space_guard.h"

namespace rocksdb {
class FileSystem;
}

namespace xuncha {

// How long what is kept.
struct Retention {
  Milliseconds urls = limits::kUrlRetention;          // after the last sight
  Milliseconds findings = limits::kFindingRetention;  // of closed ones
};

// How a store is opened. Plain values; the presets are what the programs use.
struct StoreOptions {
  bool durable = true;  // false: no log; a crash loses all. For a directory that is removed afterwards
  std::size_t cache_bytes = limits::kStoreCacheBytes;
  std::size_t write_buffer_bytes = limits::kStoreWriteBufferBytes;  // all tables together
  bool compact_hard = true;             // bottom level by ZSTD instead of LZ4: half the size, more CPU
  std::uint64_t io_bytes_a_second = 0;  // of flushes and compactions; 0: unbounded
  std::uint64_t site_bytes_max = 0;     // what one site may take; 0: unbounded
  SpaceLimits space;
  // Told how long each write and each sync took, on the writer's thread; may be empty. Must outlive the store.
  std::function<void(std::chrono::duration<double>)> on_write;

  // Test seams.
  std::shared_ptr<rocksdb::FileSystem> file_system;  // null: the operating system's
  SpaceGuard::Probe space_probe;                     // empty: statvfs

  // xunchad: everything kept, 20 MB/s for background work, so that visits get the disk.
  static StoreOptions for_daemon();
  // `xuncha check --data-dir`: durable as the daemon's, but lives on any disk with 128 MiB to spare.
  static StoreOptions for_check();
  // `xuncha check`: in a temporary directory that is removed at the end; 64 MiB to spare, no ballast.
  static StoreOptions temporary();
};

}  // namespace xuncha
