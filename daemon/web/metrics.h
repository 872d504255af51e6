#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.h"
#include "daemon/web/snapshot.h"

namespace xuncha {

// What the kernel says of this process (Prometheus' standard process_* metrics).
struct KernelFigures {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t descriptors_max = 0;
  std::uint64_t threads = 0;
};
// Of this process, by /proc and getrlimit; nullopt where that cannot be read. Reads a few small files; any thread.
std::optional<KernelFigures> read_kernel_figures();

// The metrics of docs/METRICS.md in Prometheus' text format 0.0.4. Every label value is a word of
// ours but in site_info, whose texts are cut to limits::kMetricTextBytesMax and made valid UTF-8. Pure; any thread.
std::string render_metrics(const Snapshot& snapshot, const CountsByName& more_limits_reached = {},
                           const std::optional<KernelFigures>& kernel = {});
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace xuncha
