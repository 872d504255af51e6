#include <algorithm>

#include "core/limits.h"
#include "daemon/config/config_reader.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kLaboratoryMin = seconds(1);
constexpr double kRateMin = 0.001;  // one request in 17 minutes
constexpr std::uint32_t kRecoveriesMax = 10;
constexpr double kJitterMax = 0.5;
constexpr std::string_view kLifted = " (own: true or laboratory: true lifts that)";

struct Outcome {
  ConfirmationClass outcome;
  std::string_view name;
};
constexpr Outcome kOutcomes[] = {{ConfirmationClass::kGone, "gone"},
                                 {ConfirmationClass::kSoft404, "soft_404"},
                                 {ConfirmationClass::kNxdomain, "nxdomain"},
                                 {ConfirmationClass::kTransport, "transport"},
                                 {ConfirmationClass::kServerError, "server_error"}};
static_assert(std::size(kOutcomes) == kConfirmationClasses - 1, "all but kNone");

// When what is not well is looked at again.
struct AnotherLook {
  std::string_view name;
  seconds ConfirmationPlan::*interval;
  Milliseconds least;
  Milliseconds most;
};
constexpr AnotherLook kOtherLooks[] = {
    {"recovery", &ConfirmationPlan::recovery, minutes(10), hours(24)},
    {"open_case", &ConfirmationPlan::open_case, hours(1), hours(24 * 7)},
    {"blocked", &ConfirmationPlan::blocked, hours(6), hours(24 * 14)},
    {"inconclusive", &ConfirmationPlan::inconclusive, minutes(10), hours(24)},
    {"column", &ConfirmationPlan::column, hours(12), hours(24 * 7)},
};

// The bounds that protect somebody else's portal do not hold here.
bool is_ours(const SiteOptions& options) {
  return options.own || options.laboratory;
}

Milliseconds interval_min(const SiteOptions& options, const RevisitInfo& info) {
  return is_ours(options) ? kLaboratoryMin : info.min;
}

}  // namespace

void ConfigReader::read_defaults(const ConfigValue& value) {
  defaults_.place = reader_.place(value);
  defaults_.key = value.key;
  SiteOptions& options = configuration_.defaults;
  reader_.map(value, option_keys(options, defaults_));
  fit_to_windows(options, defaults_);
}

// `own` and `laboratory` come first: they say which bounds the others have.
ConfigReader::Keys ConfigReader::option_keys(SiteOptions& options, OptionPlaces& places) {
  const auto flag = [this](bool& option) {
    return [this, &option](const ConfigValue& value) { option = reader_.boolean(value).value_or(option); };
  };
  const auto placed = [this, &places](std::string_view name, ValueReader::Read read) {
    return ValueReader::Key{name, [this, name, &places, read = std::move(read)](const ConfigValue& value) {
                              places.keys.emplace_back(name, reader_.place(value));
                              read(value);
                            }};
  };
  return {
      placed("own", flag(options.own)),
      placed("laboratory", flag(options.laboratory)),
      placed("max_pages",
             [this, &options](const ConfigValue& value) {
               options.max_pages = reader_.whole(value, 1, limits::kUrlsPerSiteMax).value_or(options.max_pages);
             }),
      {"max_depth",
       [this, &options](const ConfigValue& value) {
         const auto depth = reader_.whole(value, 0, static_cast<std::uint64_t>(limits::kHopsMax));
         if (depth) options.max_depth = static_cast<std::uint32_t>(*depth);
       }},
      placed("rate", [this, &options](const ConfigValue& value) { read_rate(value, options); }),
      placed("per_host",
             [this, &options](const ConfigValue& value) {
               const std::uint32_t most = is_ours(options) ? limits::kPerHostOwnMax : limits::kPerHostMax;
               const auto count = reader_.whole(value, 1, most);
               if (count) options.per_host = static_cast<std::uint32_t>(*count);
             }),
      {"external", flag(options.external)},
      {"jitter",
       [this, &options](const ConfigValue& value) {
         options.jitter = reader_.number(value, 0, kJitterMax).value_or(options.jitter);
       }},
      {"exclude",
       [this, &options](const ConfigValue& value) {
         options.exclude = {};
         reader_.list(
             value, [&](const ConfigValue& each) { read_pattern(each, options.exclude); },
             limits::kConfigurationListMax);
       }},
      {"allow_cidr",
       [this, &options](const ConfigValue& value) {
         options.allow_cidr.clear();
         reader_.list(
             value, [&](const ConfigValue& each) { read_range(each, options.allow_cidr); },
             limits::kConfigurationListMax);
       }},
      {"intervals", [this, &options, &places](const ConfigValue& value) { read_intervals(value, options, places); }},
      {"confirmation",
       [this, &options, &places](const ConfigValue& value) {
         places.keys.emplace_back("confirmation", reader_.place(value));
         read_confirmation(value, options);
       }},
  };
}

void ConfigReader::read_rate(const ConfigValue& value, SiteOptions& options) {
  const auto rate = reader_.number(value, 0, 1000);
  if (!rate) return;
  if (*rate > 0 && *rate < kRateMin)
    return reader_.note(value, "is too small; permitted: from 0.001 requests a second");
  if (!is_ours(options) && (*rate == 0 || *rate > limits::kRateMax)) {
    return reader_.note(value, std::string(*rate == 0 ? "0 lifts every limit" : "is too fast for a guest") +
                                   "; permitted: 0.001 to 10 requests a second" + std::string(kLifted));
  }
  options.rate = *rate;
}

void ConfigReader::read_pattern(const ConfigValue& value, UrlPatterns& patterns) {
  const auto text = reader_.text(value);
  if (!text) return;
  auto known = patterns_.find(*text);
  if (known == patterns_.end()) {
    auto compiled = UrlPatterns::compile({*text});
    if (!compiled) return reader_.note(value, compiled.error().message);
    known = patterns_.emplace(*text, std::move(compiled).value()).first;
  }
  patterns = patterns.with(known->second);
}

void ConfigReader::read_range(const ConfigValue& value, std::vector<Cidr>& ranges) {
  const auto text = reader_.text(value);
  if (!text) return;
  const auto range = parse_cidr(*text);
  if (!range) return reader_.note(value, quote(*text) + " is no range; write 10.0.0.0/8 or fd00::/8");
  ranges.push_back(*range);
}

void ConfigReader::read_intervals(const ConfigValue& value, SiteOptions& options, OptionPlaces& places) {
  Keys keys;
  for (const RevisitInfo& info : all_revisit_classes()) {
    keys.push_back(
        {info.name, [&](const ConfigValue& each) {
           places.keys.emplace_back("intervals." + std::string(info.name), reader_.place(each));
           const auto found = reader_.span(each, interval_min(options, info), info.max);
           if (!found) return;
           // Below what the class asks for it is meant exactly; else it may be adapted.
           const bool exact = *found < info.min;
           options.intervals[info.revisit_class] = {*found, exact ? *found : info.min, exact ? *found : info.max};
         }});
  }
  reader_.map(value, keys);
}

void ConfigReader::read_confirmation(const ConfigValue& value, SiteOptions& options) {
  Keys keys;
  for (const auto& [outcome, name] : kOutcomes) {
    std::vector<seconds>& spacings = options.confirmation.spacings.spacings[static_cast<std::size_t>(outcome)];
    keys.push_back({name, [&](const ConfigValue& each) { read_spacings(each, options, spacings); }});
  }
  keys.push_back({"recoveries", [this, &options](const ConfigValue& each) {
                    const auto count = reader_.whole(each, 1, kRecoveriesMax);
                    if (count) options.confirmation.recoveries = static_cast<std::uint32_t>(*count);
                  }});
  for (const AnotherLook& look : kOtherLooks) {
    keys.push_back({look.name, [this, &options, &look](const ConfigValue& each) {
                      const Milliseconds least = options.laboratory ? kLaboratoryMin : look.least;
                      const auto found = reader_.span(each, least, look.most);
                      if (found) options.confirmation.*look.interval = std::chrono::ceil<seconds>(*found);
                    }});
  }
  reader_.map(value, keys);
}

void ConfigReader::read_spacings(const ConfigValue& value, const SiteOptions& options, std::vector<seconds>& spacings) {
  const Milliseconds least = options.laboratory ? kLaboratoryMin : limits::kConfirmationSpacingMin;
  const std::size_t faults = reader_.faults().size();
  std::vector<seconds> found;
  seconds sum{};
  reader_.list(
      value,
      [&](const ConfigValue& each) {
        if (const auto span = reader_.span(each, least, limits::kConfirmationSpacingMax)) {
          found.push_back(std::chrono::ceil<seconds>(*span));
          sum += found.back();
        }
      },
      limits::kConfirmationsMax);
  if (reader_.faults().size() != faults) return;
  if (value.node->kind != YamlNode::Kind::kList) return;
  if (found.empty()) {
    return reader_.note(value, "is an empty list: a fault is never said at its first sight; permitted: 1 to " +
                                   std::to_string(limits::kConfirmationsMax) + " spacings");
  }
  if (!options.laboratory && sum < limits::kConfirmationTimeMin) {
    return reader_.note(value, "confirms within " + format_span(sum) + "; permitted: from " +
                                   format_span(limits::kConfirmationTimeMin) + " in all (laboratory: true lifts that)");
  }
  spacings = std::move(found);
}

// A class whose rule has a shorter window is visited as often as a quarter of it asks, as long as the class permits
// that; what remains impossible is told by the plan.
void ConfigReader::fit_to_windows(SiteOptions& options, const OptionPlaces& places) const {
  for (const RevisitInfo& info : all_revisit_classes()) {
    const auto window = configuration_.rules.thresholds.window_of(info.revisit_class);
    if (!window) continue;
    RevisitInterval& interval = options.intervals[info.revisit_class];
    const Milliseconds most = std::max(*window / kVisitsPerWindow, interval.min);
    interval.max = std::min(interval.max, most);
    const std::string key = "intervals." + std::string(info.name);
    const bool is_stated = places.find(key) != nullptr || defaults_.find(key) != nullptr;
    if (!is_stated) interval.start = std::min(interval.start, interval.max);
  }
}

// What a site takes from `defaults` was bounded by what `defaults` says of own and laboratory, not the site.
void ConfigReader::check_inherited(const ConfigValue& value, const SiteOptions& options, const OptionPlaces& places) {
  const SiteOptions& defaults = configuration_.defaults;
  if (is_ours(defaults) && !is_ours(options)) {
    for (const RevisitInfo& info : all_revisit_classes()) {
      const Milliseconds start = options.intervals[info.revisit_class].start;
      const std::string key = "intervals." + std::string(info.name);
      if (start < info.min && places.find(key) == nullptr) {
        reader_.note_below(value, key,
                           format_span(start) +
                               ", taken from defaults, is too short for a site that is neither own nor "
                               "laboratory; permitted: " +
                               format_span(info.min) + " to " + format_span(info.max));
      }
    }
    if (options.rate && (*options.rate == 0 || *options.rate > limits::kRateMax) && places.find("rate") == nullptr) {
      reader_.note_below(value, "rate",
                         "the rate taken from defaults is too fast for a site that is neither own nor laboratory; "
                         "permitted: 0.001 to 10 requests a second");
    }
    if (options.per_host > limits::kPerHostMax && places.find("per_host") == nullptr) {
      reader_.note_below(value, "per_host",
                         "the number taken from defaults is too large for a site that is neither own nor laboratory; "
                         "permitted: 1 to " +
                             std::to_string(limits::kPerHostMax));
    }
  }
  if (defaults.laboratory && !options.laboratory) {
    for (const auto& [outcome, name] : kOutcomes) {
      seconds sum{};
      for (const seconds spacing : options.confirmation.spacings.spacings[static_cast<std::size_t>(outcome)]) {
        sum += spacing;
      }
      if (sum >= limits::kConfirmationTimeMin || places.find("confirmation") != nullptr) continue;
      return reader_.note_below(value, "confirmation",
                                "the spacings taken from defaults are too short for a site that is no laboratory; "
                                "permitted: from " +
                                    format_span(limits::kConfirmationTimeMin) + " in all");
    }
  }
}

}  // namespace xuncha
