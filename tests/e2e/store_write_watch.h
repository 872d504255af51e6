#pragma once

#include <filesystem>

namespace xuncha::test {

// Is a thread of the process inside a system call that writes to, or syncs, a file below `directory` right now? Asks
// the kernel (/proc/PID/task/*/syscall); needs the right to trace the process.
bool is_writing_below(int pid, const std::filesystem::path& directory);

}  // namespace xuncha::test
