#include "storage/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace xuncha {
namespace {

constexpr const char* kFileName = "xuncha.pid";

std::string read_pid(int descriptor) {
  char text[16] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string pid;
  for (ssize_t index = 0; index < size && text[index] >= '0' && text[index] <= '9'; ++index) pid.push_back(text[index]);
  return pid;
}

Error locked(const std::filesystem::path& directory, const std::string& pid) {
  const std::string holder = pid.empty() ? "another process" : "process " + pid;
  return Error{ErrorCode::kUnavailable, directory.string(),
               "the data directory " + directory.string() + " is in use by " + holder +
                   "; stop it first, or ask the running daemon (--server URL)"};
}

}  // namespace

Result<DirectoryLock> DirectoryLock::acquire(const std::filesystem::path& directory, Mode mode) {
  const std::filesystem::path path = directory / kFileName;
  const bool writer = mode == Mode::kWriter;
  const int descriptor = ::open(path.c_str(), (writer ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    if (!writer) return DirectoryLock(-1);
    const int error = errno;
    return Error{
        ErrorCode::kUnavailable, path.string(),
        "cannot write to the data directory " + directory.string() + ": " + std::generic_category().message(error)};
  }
  DirectoryLock lock(descriptor);
  if (::flock(descriptor, (writer ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    const int error = errno;
    if (error == EWOULDBLOCK) return locked(directory, read_pid(descriptor));
    if (!writer) return lock;
    return Error{ErrorCode::kUnavailable, path.string(),
                 "cannot lock the data directory: " + std::generic_category().message(error)};
  }
  if (writer) {
    // Best effort: the pid only helps the reader of an error message; on a full disk there is none.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, pid.data(), pid.size(), 0);
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace xuncha
