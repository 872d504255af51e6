#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/probe.h"
#include "core/result.h"
#include "storage/store.h"

namespace xuncha {

// How long visits of home pages are kept.
struct ProbeRetention {
  Milliseconds visits = std::chrono::hours(24 * 35);      // one by one: any month with its edges
  Milliseconds hours = std::chrono::hours(24 * 365 * 3);  // counted by the hour: as long as findings
};

// The visits of the sites' home pages in a Store: one by one in one record an hour, and counted in one record a day.
// What stands here is the count that verdicts rest on. Thread rule: that of the Store.
class ProbeLog {
 public:
  // The store must outlive it.
  explicit ProbeLog(Store& store) : store_(store) {}

  // Puts these in place of what stands under their names, in one batch that the next group sync puts on the disk.
  // kUnavailable as of Store::commit().
  Status keep(SiteHandle site, const std::vector<ProbeHour>& hours, const std::vector<ProbeDay>& days);

  // In order of time, from <= hour < to.
  Result<std::vector<ProbeHour>> hours(SiteHandle site, Family family, WallTime from, WallTime to) const;
  // The same of whole UTC days, of which any part lies in [from, to).
  Result<std::vector<ProbeDay>> days(SiteHandle site, Family family, WallTime from, WallTime to) const;

  // Removes what has outlived its time, at most `records_max` records. Gives how many went.
  Result<std::uint64_t> sweep(SiteHandle site, WallTime now, const ProbeRetention& retention = {},
                              std::size_t records_max = 1'000);

 private:
  Store& store_;
};

// The bytes of a record, as everything is stored (codec.h): family and time are the key's. Decoders take any bytes.
std::string encode_probe_hour(const ProbeHour& hour);
std::string encode_probe_day(const ProbeDay& day);
Result<ProbeHour> decode_probe_hour(Family family, WallTime hour, std::string_view bytes);
Result<ProbeDay> decode_probe_day(Family family, WallTime day, std::string_view bytes);

// What is wrong with one record of the table; nullopt: nothing. For check and salvage.
std::optional<Error> refuse_probe(std::string_view key, std::string_view value);

}  // namespace xuncha
