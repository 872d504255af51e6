#include "tests/e2e/store_write_watch.h"

#include <sys/syscall.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>

namespace xuncha::test {
namespace {

bool writes(long call) {
  switch (call) {
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_sync_file_range:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_writing_below(int pid, const std::filesystem::path& directory) {
  const std::filesystem::path process = "/proc/" + std::to_string(pid);
  std::error_code error;
  for (std::filesystem::directory_iterator task(process / "task", error), end; !error && task != end;
       task.increment(error)) {
    std::string line;
    std::ifstream file(task->path() / "syscall");
    if (!std::getline(file, line)) continue;
    long call = -1;
    unsigned long descriptor = 0;  // the first argument
    if (std::sscanf(line.c_str(), "%ld 0x%lx", &call, &descriptor) != 2 || !writes(call)) continue;
    std::error_code no_link;
    const std::filesystem::path target =
        std::filesystem::read_symlink(process / "fd" / std::to_string(descriptor), no_link);
    if (!no_link && target.string().starts_with(directory.string() + "/")) return true;
  }
  return false;
}

}  // namespace xuncha::test
