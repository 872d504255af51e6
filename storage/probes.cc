#include "storage/probes.h"

#include <algorithm>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/wire.h"

namespace xuncha {
namespace {

using std::chrono::hours;

constexpr hours kHour = hours(1);
constexpr hours kDay = hours(24);

// A visit's first byte: result in bits 0-1, why it counts for nobody in 2-3, phase in 4-6, repeat in 7.
constexpr unsigned kResults = 3;
constexpr unsigned kVoids = 4;
constexpr unsigned kPhases = 7;
constexpr std::size_t kVisitsMax = 10'000;  // of an hour: one each second of a laboratory, with repeats

Error malformed(std::string_view record) {
  return Error{ErrorCode::kCorruption, std::string(record) + " record", "has a malformed field"};
}

std::uint32_t number_of(WallTime time, hours unit) {
  const auto count = time.time_since_epoch() / Milliseconds(unit);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
}

WallTime time_of(std::uint32_t number, hours unit) {
  return WallTime(Milliseconds(unit) * static_cast<std::int64_t>(number));
}

void put_time(std::string& out, Milliseconds time) {
  put_varint(out, static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)));
}

Milliseconds read_time(WireReader& reader) {
  return Milliseconds(static_cast<std::int64_t>(reader.varint32()));
}

}  // namespace

std::string encode_probe_hour(const ProbeHour& hour) {
  std::string out;
  begin_record(RecordType::kProbeHour, out);
  put_varint(out, hour.samples.size());
  WallTime last = hour.hour;
  for (const ProbeSample& sample : hour.samples) {
    const unsigned bits = static_cast<unsigned>(sample.result) | static_cast<unsigned>(sample.why) << 2 |
                          static_cast<unsigned>(sample.phase) << 4 | (sample.is_repeat ? 0x80u : 0u);
    out.push_back(static_cast<char>(bits));
    put_varint(out, zigzag((sample.at - last).count()));  // the clock may have been set back
    last = sample.at;
    for (const Milliseconds time :
         {sample.times.dns, sample.times.connect, sample.times.tls, sample.times.first_byte, sample.times.body}) {
      put_time(out, time);
    }
    if (sample.result == ProbeResult::kOpen) continue;
    out.push_back(static_cast<char>(sample.reason.code));
    put_varint(out, sample.reason.status);
  }
  end_record(0, out);
  return out;
}

Result<ProbeHour> decode_probe_hour(Family family, WallTime hour, std::string_view bytes) {
  const Result<std::string_view> body = open_record(RecordType::kProbeHour, bytes);
  if (!body) return body.error();
  WireReader reader(body.value());
  ProbeHour read{.family = family, .hour = hour, .samples = {}};
  const std::uint64_t count = reader.varint();
  if (count > kVisitsMax) return malformed("probe hour");
  read.samples.reserve(count);
  WallTime last = hour;
  for (std::uint64_t index = 0; index < count && !reader.failed(); ++index) {
    ProbeSample sample;
    const unsigned bits = reader.byte();
    if ((bits & 3) >= kResults || (bits >> 2 & 3) >= kVoids || (bits >> 4 & 7) >= kPhases) reader.fail();
    sample.result = static_cast<ProbeResult>(bits & 3);
    sample.why = static_cast<ProbeVoid>(bits >> 2 & 3);
    sample.phase = static_cast<Phase>(bits >> 4 & 7);
    sample.is_repeat = (bits & 0x80) != 0;
    // No visit is further from its hour than a day: anything else is no time.
    const std::int64_t gap = unzigzag(reader.varint());
    if (gap > Milliseconds(kDay).count() || gap < -Milliseconds(kDay).count()) reader.fail();
    if (reader.failed()) break;
    sample.at = last + Milliseconds(gap);
    last = sample.at;
    for (Milliseconds* const time :
         {&sample.times.dns, &sample.times.connect, &sample.times.tls, &sample.times.first_byte, &sample.times.body}) {
      *time = read_time(reader);
    }
    if (sample.result != ProbeResult::kOpen) {
      sample.reason.code = static_cast<ReasonCode>(reader.byte());
      const std::uint32_t status = reader.varint32();
      if (status > UINT16_MAX) reader.fail();
      sample.reason.status = static_cast<std::uint16_t>(status);
    }
    read.samples.push_back(sample);
  }
  if (reader.failed() || !reader.done()) return malformed("probe hour");
  return read;
}

std::string encode_probe_day(const ProbeDay& day) {
  std::string out;
  begin_record(RecordType::kProbeDay, out);
  put_varint(out, day.hours.size());
  for (const HourlyVisits& each : day.hours) {
    put_varint(out, number_of(each.hour, kHour) - number_of(day.day, kHour));
    put_varint(out, each.visits);
    put_varint(out, each.failures);
    put_varint(out, each.uncounted);
  }
  end_record(0, out);
  return out;
}

Result<ProbeDay> decode_probe_day(Family family, WallTime day, std::string_view bytes) {
  const Result<std::string_view> body = open_record(RecordType::kProbeDay, bytes);
  if (!body) return body.error();
  WireReader reader(body.value());
  ProbeDay read{.family = family, .day = day, .hours = {}};
  const std::uint64_t count = reader.varint();
  if (count > 24) return malformed("probe day");
  for (std::uint64_t index = 0; index < count && !reader.failed(); ++index) {
    HourlyVisits each;
    const std::uint32_t hour = reader.varint32();
    if (hour >= 24) reader.fail();
    each.hour = day + hours(hour);
    each.visits = reader.varint32();
    each.failures = reader.varint32();
    each.uncounted = reader.varint32();
    if (each.failures > each.visits) reader.fail();
    read.hours.push_back(each);
  }
  if (reader.failed() || !reader.done()) return malformed("probe day");
  return read;
}

std::optional<Error> refuse_probe(std::string_view key, std::string_view value) {
  const std::optional<ProbeName> name = key_probe(key);
  if (!name) return Error{ErrorCode::kCorruption, "", "is a key of no known shape"};
  if (name->kind == ProbeKey::kHour) {
    const auto hour = decode_probe_hour(name->family, time_of(name->number, kHour), value);
    return hour ? std::nullopt : std::optional<Error>(hour.error());
  }
  const auto day = decode_probe_day(name->family, time_of(name->number, kDay), value);
  return day ? std::nullopt : std::optional<Error>(day.error());
}

Status ProbeLog::keep(SiteHandle site, const std::vector<ProbeHour>& hours, const std::vector<ProbeDay>& days) {
  if (hours.empty() && days.empty()) return Done{};
  Database& database = store_.database();
  WriteSet set;
  for (const ProbeHour& hour : hours) {
    const std::uint32_t number = number_of(hour.hour, kHour);
    database.put(set, Table::kProbe, probe_key(site.number_, ProbeKey::kHour, hour.family, number),
                 encode_probe_hour(hour));
  }
  for (const ProbeDay& day : days) {
    const std::uint32_t number = number_of(day.day, kDay);
    database.put(set, Table::kProbe, probe_key(site.number_, ProbeKey::kDay, day.family, number),
                 encode_probe_day(day));
  }
  return store_.write_grouped(site, set);
}

Result<std::vector<ProbeHour>> ProbeLog::hours(SiteHandle site, Family family, WallTime from, WallTime to) const {
  const Database& database = store_.database();
  std::vector<ProbeHour> found;
  std::optional<Error> fault;
  const Status scanned = database.scan(
      Table::kProbe,
      probe_key(site.number_, ProbeKey::kHour, family, number_of(from + Milliseconds(kHour) - Milliseconds(1), kHour)),
      probe_key(site.number_, ProbeKey::kHour, family, number_of(to + Milliseconds(kHour) - Milliseconds(1), kHour)),
      [&](std::string_view key, std::string_view value) {
        auto hour = decode_probe_hour(family, time_of(key_probe(key).value_or(ProbeName{}).number, kHour), value);
        if (!hour) {
          fault =
              Error{ErrorCode::kCorruption, database.directory().string() + " (table probe)",
                    hour.error().where + " " + hour.error().message + "; " + corruption_advice(database.directory())};
          return false;
        }
        found.push_back(std::move(hour).value());
        return true;
      });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return found;
}

Result<std::vector<ProbeDay>> ProbeLog::days(SiteHandle site, Family family, WallTime from, WallTime to) const {
  const Database& database = store_.database();
  std::vector<ProbeDay> found;
  std::optional<Error> fault;
  const Status scanned = database.scan(
      Table::kProbe, probe_key(site.number_, ProbeKey::kDay, family, number_of(from, kDay)),
      probe_key(site.number_, ProbeKey::kDay, family, number_of(to + Milliseconds(kDay) - Milliseconds(1), kDay)),
      [&](std::string_view key, std::string_view value) {
        auto day = decode_probe_day(family, time_of(key_probe(key).value_or(ProbeName{}).number, kDay), value);
        if (!day) {
          fault = Error{ErrorCode::kCorruption, database.directory().string() + " (table probe)",
                        day.error().where + " " + day.error().message + "; " + corruption_advice(database.directory())};
          return false;
        }
        found.push_back(std::move(day).value());
        return true;
      });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return found;
}

Result<std::uint64_t> ProbeLog::sweep(SiteHandle site, WallTime now, const ProbeRetention& retention,
                                      std::size_t records_max) {
  Database& database = store_.database();
  WriteSet set;
  std::uint64_t removed = 0;
  for (const ProbeKey kind : {ProbeKey::kHour, ProbeKey::kDay}) {
    const WallTime end = now - (kind == ProbeKey::kHour ? retention.visits : retention.hours);
    const std::uint32_t number = number_of(end, kind == ProbeKey::kHour ? kHour : kDay);
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      const Status scanned =
          database.scan(Table::kProbe, probe_range(site.number_, kind, family),
                        probe_key(site.number_, kind, family, number), [&](std::string_view key, std::string_view) {
                          if (removed == records_max) return false;
                          database.erase(set, Table::kProbe, key);
                          ++removed;
                          return true;
                        });
      if (!scanned) return scanned.error();
    }
  }
  if (removed == 0) return removed;
  if (const Status written = store_.write_grouped(site, set); !written) return written.error();
  return removed;
}

}  // namespace xuncha
