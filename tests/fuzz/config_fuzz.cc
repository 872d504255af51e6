// Any bytes as a configuration: faults with a place and a sentence, or a configuration that is like itself.
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "core/limits.h"
#include "daemon/config/changes.h"
#include "daemon/config/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const xuncha::ConfigurationReading reading = xuncha::parse_configuration(text, "x.yml");
  CHECK(reading.faults.size() <= xuncha::limits::kConfigurationFaultsMax + 1);
  for (const xuncha::Error& fault : reading.faults) {
    CHECK(fault.code == xuncha::ErrorCode::kConfiguration);
    CHECK(fault.where.starts_with("x.yml"));
    CHECK(!fault.message.empty());
    for (const char c : fault.message) CHECK(c < 0 || (c >= 0x20 && c != 0x7F));
  }
  CHECK(reading.plan.sites.size() == reading.configuration.sites.size());
  if (!reading.faults.empty()) return 0;
  CHECK(!xuncha::what_changed(reading.configuration, reading.configuration).anything());
  for (const xuncha::SiteConfig& site : reading.configuration.sites) {
    CHECK(!site.id.empty());
    CHECK(reading.configuration.find(site.home) == &site);
    CHECK(reading.configuration.find_id(site.id) == &site);
    for (const xuncha::RevisitInterval& interval : site.intervals.intervals) {
      CHECK(interval.start.count() > 0 && interval.min <= interval.start && interval.start <= interval.max);
    }
  }
  return 0;
}
