#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "daemon/web/metrics.h"

namespace xuncha {

std::optional<KernelFigures> read_kernel_figures() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The second field is the program's name in parentheses, which may hold anything (proc(5)).
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field <= 13; ++field) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  for (int field = 16; field <= 19; ++field) fields >> skipped;
  KernelFigures figures;
  fields >> figures.threads >> skipped >> skipped >> figures.virtual_bytes;
  std::uint64_t resident_pages = 0;
  if (!(fields >> resident_pages)) return std::nullopt;
  figures.cpu_seconds = (user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
  figures.resident_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

  std::error_code error;
  for (std::filesystem::directory_iterator each("/proc/self/fd", error); !error && each != decltype(each)();
       each.increment(error)) {
    ++figures.open_descriptors;
  }
  if (figures.open_descriptors > 0) --figures.open_descriptors;  // the one that lists them
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.descriptors_max = limit.rlim_cur;
  return figures;
}

}  // namespace xuncha
