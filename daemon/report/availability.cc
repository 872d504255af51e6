#include "daemon/report/availability.h"

#include <cstdio>

#include "daemon/report/availability_texts.h"

namespace xuncha {
namespace {

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", share * 100);
  return text;
}

// Each "{}" by the next value.
std::string filled(std::string_view pattern, std::initializer_list<std::string> values) {
  std::string out;
  auto value = values.begin();
  while (!pattern.empty()) {
    const std::size_t at = pattern.find("{}");
    out += pattern.substr(0, at);
    if (at == std::string_view::npos) break;
    if (value != values.end()) out += *value++;
    pattern.remove_prefix(at + 2);
  }
  return out;
}

std::uint64_t minutes_of(Milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::minutes>(time).count());
}

std::string describe_one(const AvailabilityTexts& words, const ProbeSample& sample) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f", std::chrono::duration<double>(sample.times.total()).count());
  switch (sample.result) {
    case ProbeResult::kOpen:
      return filled(words.probes_one_open, {seconds});
    case ProbeResult::kNotOpen:
      return std::string(words.probes_one_failed);
    case ProbeResult::kUncounted:
      break;
  }
  return std::string(words.probes_one_void);
}

std::string describe_counts(const AvailabilityTexts& words, const Availability& judged) {
  std::string line = numbered(words.probes_counted, {judged.visits, judged.failures, judged.slow});
  if (judged.visits > 0) {
    line += filled(words.probes_share,
                   {percent(judged.share), percent(judged.interval.low), percent(judged.interval.high)});
  }
  return line;
}

}  // namespace

std::vector<std::string> describe_availability(const Texts& texts, const AvailabilityRecord& record) {
  const AvailabilityTexts& words = availability_texts(texts.language);
  const Availability& judged = record.main.judged;
  if (record.one_sample) {
    return record.main.last ? std::vector{describe_one(words, *record.main.last)} : std::vector<std::string>{};
  }
  const auto days = static_cast<std::uint64_t>(record.rule.window / std::chrono::hours(24));
  std::vector<std::string> lines;
  lines.push_back(numbered(words.probes_of_days, {days}) +
                  std::string(words.availability_states[static_cast<std::size_t>(judged.state)]) +
                  std::string(texts.words.comma) + describe_counts(words, judged));
  if (judged.state == AvailabilityState::kUnknown)
    lines.push_back(numbered(words.probes_short, {judged.days_short, record.rule.visits_a_day_min}));
  if (judged.outages.count > 0) {
    lines.push_back(numbered(words.probes_outages, {judged.outages.count, minutes_of(judged.outages.longest)}) +
                    filled(words.probes_longest,
                           {std::string(texts.words.phases[static_cast<std::size_t>(judged.outages.longest_phase)])}));
  }
  if (judged.uncounted > 0)
    lines.push_back(numbered(words.probes_void, {judged.uncounted, minutes_of(record.main.void_time)}));
  if (record.ipv6) lines.push_back(std::string(words.probes_over_ipv6) + describe_counts(words, record.ipv6->judged));
  return lines;
}

std::string_view availability_state_name(AvailabilityState state) {
  switch (state) {
    case AvailabilityState::kUnknown:
      return "unknown";
    case AvailabilityState::kGood:
      return "good";
    case AvailabilityState::kAtRisk:
      return "at_risk";
    case AvailabilityState::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace xuncha
