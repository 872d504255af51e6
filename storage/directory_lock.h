#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/result.h"

namespace xuncha {

// One writer, or any number of readers, of a data directory: flock(2) on `xuncha.pid` in it, which also tells whom to
// ask. The kernel drops the lock with the process, so a file left behind by a crash locks nobody out. The object is
// confined to one thread at a time.
class DirectoryLock {
 public:
  enum class Mode { kWriter, kReader };

  // kUnavailable: another process holds it (its pid is named where known), or the directory cannot be written to.
  // A reader of a directory that nobody can write to, or that has no such file, holds nothing and succeeds.
  static Result<DirectoryLock> acquire(const std::filesystem::path& directory, Mode mode);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace xuncha
