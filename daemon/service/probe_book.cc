#include "daemon/service/probe_book.h"

#include <algorithm>
#include <utility>

namespace xuncha {
namespace {

using std::chrono::hours;

constexpr std::size_t kSamplesMax = 8'000;  // of an hour: a laboratory's visits each second, and repeats

void count_into(const ProbeHour& hour, ProbeDay& day) {
  for (const HourlyVisits& counted : hourly_visits(hour.samples, {})) {
    if (counted.hour != hour.hour) continue;
    const auto at = std::lower_bound(day.hours.begin(), day.hours.end(), counted.hour,
                                     [](const HourlyVisits& each, WallTime begin) { return each.hour < begin; });
    if (at != day.hours.end() && at->hour == counted.hour) {
      *at = counted;
    } else {
      day.hours.insert(at, counted);
    }
  }
}

}  // namespace

// Another hour begins: what the store holds of it, and of its day, is gone on with.
Status ProbeBook::turn_to(WallTime hour) {
  if (dirty_) {
    if (const Status flushed = flush(); !flushed) dirty_ = false;  // no room: these visits are lost, which is said
  }
  auto known = log_.hours(site_, family_, hour, hour + hours(1));
  if (!known) return known.error();
  hour_ = known.value().empty() ? ProbeHour{.family = family_, .hour = hour, .samples = {}}
                                : std::move(known.value().front());
  const WallTime day = std::chrono::floor<std::chrono::days>(hour);
  if (day_.day == day) return Done{};
  auto days = log_.days(site_, family_, hour, hour + hours(1));
  if (!days) return days.error();
  day_ = days.value().empty() ? ProbeDay{.family = family_, .day = day, .hours = {}} : std::move(days.value().front());
  return Done{};
}

Status ProbeBook::add(const ProbeSample& sample) {
  const WallTime hour = std::chrono::floor<std::chrono::hours>(sample.at);
  if (!hour_ || hour_->hour != hour) {
    if (const Status turned = turn_to(hour); !turned) return turned;
  }
  if (hour_->samples.size() >= kSamplesMax) return Done{};
  const auto after = std::upper_bound(hour_->samples.begin(), hour_->samples.end(), sample.at,
                                      [](WallTime at, const ProbeSample& each) { return at < each.at; });
  hour_->samples.insert(after, sample);
  dirty_ = true;
  return Done{};
}

Status ProbeBook::flush() {
  if (!dirty_ || !hour_) return Done{};
  count_into(*hour_, day_);
  if (const Status kept = log_.keep(site_, {*hour_}, {day_}); !kept) return kept;
  dirty_ = false;
  return Done{};
}

Result<ProbeBook::Verdict> ProbeBook::judge(const AvailabilityRule& rule, WallTime now) const {
  const WallTime begin = now - rule.window;
  const auto read = log_.hours(site_, family_, std::chrono::floor<hours>(begin), now + hours(1));
  if (!read) return read.error();
  std::vector<ProbeSample> samples;
  for (const ProbeHour& hour : read.value()) {
    for (const ProbeSample& sample : hour.samples) {
      if (sample.at >= begin && sample.at <= now) samples.push_back(sample);
    }
  }
  std::sort(samples.begin(), samples.end(),
            [](const ProbeSample& left, const ProbeSample& right) { return left.at < right.at; });
  const std::vector<VoidWindow> voids = void_windows(samples);
  Verdict verdict;
  verdict.judged = judge_availability(samples, voids, rule, now);
  for (const VoidWindow& each : voids) verdict.void_time += each.to - each.from;
  if (!samples.empty()) verdict.last = samples.back();
  return verdict;
}

}  // namespace xuncha
