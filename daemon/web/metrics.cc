#include "daemon/web/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/civil.h"
#include "core/limits.h"
#include "daemon/report/escape.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;
using Families = std::vector<MetricFamily>;

constexpr std::size_t kFamiliesMax = 64;
constexpr std::string_view kFamilyNames[kProbeFamilies] = {"ipv4", "ipv6"};

// When the day began in Beijing.
WallTime begin_of(CivilDay day) {
  return WallTime(std::chrono::sys_days(day).time_since_epoch()) - std::chrono::hours(8);
}

double seconds_of(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

// Text from the configuration as a label's value.
std::string label_text(std::string_view text) {
  return clean_utf8(cut_text(text, limits::kMetricTextBytesMax));
}

// One metric of the table; samples are added to it.
class Family {
 public:
  Family(Families& families, std::string name, std::string help, MetricType type) : family_(families.emplace_back()) {
    CHECK(families.size() < kFamiliesMax);  // else the vector would move from under those that are still being filled
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }

  void add(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (family_.type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
  }

  void add(const Histogram& histogram) { add({}, histogram); }
  void add(Labels labels, const Histogram& histogram) {
    ClientMetric metric;
    metric.label = std::move(labels);
    for (std::size_t index = 0; index < histogram.bounds().size(); ++index) {
      metric.histogram.sample_count += histogram.counts()[index];
      metric.histogram.bucket.push_back({metric.histogram.sample_count, histogram.bounds()[index]});
    }
    if (!histogram.counts().empty()) metric.histogram.sample_count += histogram.counts().back();
    metric.histogram.sample_sum = histogram.sum();
    family_.metric.push_back(std::move(metric));
  }

  // One sample a name, at most limits::kMetricLabelsMax.
  template <class Numbers>
  void add_named(const std::string& label, const Numbers& numbers) {
    std::size_t count = 0;
    for (const auto& [name, value] : numbers) {
      if (++count > limits::kMetricLabelsMax) break;
      add({{label, label_text(name)}}, static_cast<double>(value));
    }
  }

 private:
  MetricFamily& family_;
};

class Metrics {
 public:
  explicit Metrics(const Snapshot& snapshot) : snapshot_(snapshot) { families_.reserve(kFamiliesMax); }

  Families take() { return std::move(families_); }

  void add_process_wide(const CountsByName& more_limits_reached) {
    gauge("build_info", "Always 1; the version and revision that run.")
        .add({{"version", label_text(snapshot_.version)}, {"revision", label_text(snapshot_.revision)}}, 1);
    gauge("config_last_reload_successful", "1 when the last attempt to load the configuration succeeded, else 0.")
        .add({}, snapshot_.config.last_reload_successful ? 1 : 0);
    Family reloaded = gauge("config_last_reload_success_timestamp_seconds",
                            "When the configuration was last loaded successfully, in Unix time.");
    reloaded.add({}, snapshot_.config.last_success ? seconds_of(*snapshot_.config.last_success) : 0);
    gauge("sites", "Sites configured.").add({}, number(snapshot_.sites.size()));
    add_work(more_limits_reached);
    add_store();
  }

  void add_sites() {
    Family info = gauge("site_info", "Always 1; the texts that people know a site by.");
    for_each([&](const SiteSnapshot& site) {
      info.add({{"site", label_text(site.id)},
                {"name", label_text(site.name)},
                {"unit", label_text(site.unit)},
                {"code", label_text(site.code)}},
               1);
    });
    Family complete = gauge("patrol_last_complete_timestamp_seconds",
                            "When the last complete patrol of the site ended, in Unix time; 0 before the first.");
    for_each([&](const SiteSnapshot& site) {
      complete.add(of(site), site.last_complete ? seconds_of(*site.last_complete) : 0);
    });
    Family interval = gauge("patrol_interval_seconds", "Time from one patrol of the site to the next, as planned.");
    for_each([&](const SiteSnapshot& site) { interval.add(of(site), static_cast<double>(site.interval.count())); });
    Family certificate = gauge("tls_not_after_timestamp_seconds",
                               "When the certificate of the home page ends, in Unix time; absent while not known.");
    for_each([&](const SiteSnapshot& site) {
      if (site.tls_not_after) certificate.add(of(site), seconds_of(*site.tls_not_after));
    });
    Family newest = gauge("home_newest_item_timestamp_seconds",
                          "Begin of the day (Beijing) of the newest item of the home page, in Unix time; absent while "
                          "not known.");
    for_each([&](const SiteSnapshot& site) {
      if (site.home_newest) newest.add(of(site), seconds_of(begin_of(*site.home_newest)));
    });
    Family ipv6 = gauge("ipv6_stage",
                        "How far a visitor with IPv6 alone comes: 0 no_aaaa 1 bad_address 2 connect 3 tls 4 http 5 "
                        "content 6 resources 7 ok; absent while unknown.");
    for_each([&](const SiteSnapshot& site) {
      if (site.ipv6 && site.ipv6->stage != Ipv6Stage::kUnknown)
        ipv6.add(of(site), static_cast<double>(site.ipv6->stage));
    });
    Family ratio =
        gauge("ipv6_links_ratio",
              "Share of the links of level 2 (on the home page) and 3 (on those) that open over IPv6, of those "
              "that open over IPv4; absent while not known.");
    for_each([&](const SiteSnapshot& site) {
      if (site.ipv6 && site.ipv6->level2_rate) ratio.add(of(site, "level", "2"), *site.ipv6->level2_rate);
      if (site.ipv6 && site.ipv6->level3_rate) ratio.add(of(site, "level", "3"), *site.ipv6->level3_rate);
    });
    Family pages = gauge("pages", "Pages of the site by the verdict of their last visit.");
    for_each([&](const SiteSnapshot& site) {
      for (std::size_t index = 0; index < kVerdicts; ++index) {
        pages.add(of(site, "verdict", verdict_name(static_cast<Verdict>(index))), number(site.pages[index]));
      }
    });
    Family links = gauge("links_broken", "Targets linked from the site that are broken or wrong, by what they are.");
    for_each([&](const SiteSnapshot& site) {
      for (std::size_t index = 0; index < kLinkKinds; ++index) {
        links.add(of(site, "kind", link_kind_name(static_cast<LinkKind>(index))), number(site.links_broken[index]));
      }
    });
    Family open = gauge("findings_open", "Confirmed findings of the site that are open, by severity.");
    for_each([&](const SiteSnapshot& site) {
      for (std::size_t index = 0; index < kSeverities; ++index) {
        open.add(of(site, "severity", severity_name(static_cast<Severity>(index))), number(site.findings_open[index]));
      }
    });
    add_columns();
    add_slots();
    add_findings();
    add_probes();
  }

  void add_kernel(const KernelFigures& kernel) {
    const auto standard = [this](std::string name, std::string help, MetricType type, double value) {
      Family(families_, std::move(name), std::move(help), type).add({}, value);
    };
    standard("process_cpu_seconds_total", "User and system CPU time spent.", MetricType::Counter, kernel.cpu_seconds);
    standard("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge, number(kernel.resident_bytes));
    standard("process_virtual_memory_bytes", "Virtual memory.", MetricType::Gauge, number(kernel.virtual_bytes));
    standard("process_open_fds", "Open file descriptors.", MetricType::Gauge, number(kernel.open_descriptors));
    standard("process_max_fds", "Most file descriptors that may be open.", MetricType::Gauge,
             number(kernel.descriptors_max));
    standard("process_threads", "Threads.", MetricType::Gauge, number(kernel.threads));
  }

 private:
  Family gauge(std::string_view name, std::string help) {
    return {families_, "xuncha_" + std::string(name), std::move(help), MetricType::Gauge};
  }
  Family counter(std::string_view name, std::string help) {
    return {families_, "xuncha_" + std::string(name), std::move(help), MetricType::Counter};
  }

  template <class Visitor>
  void for_each(const Visitor& visit) const {
    for (const SiteSnapshotPointer& site : snapshot_.sites) visit(*site);
  }

  static Labels of(const SiteSnapshot& site) { return {{"site", label_text(site.id)}}; }
  static Labels of(const SiteSnapshot& site, std::string name, std::string_view value) {
    return {{"site", label_text(site.id)}, {std::move(name), std::string(value)}};
  }

  template <class Visitor>
  void for_each_column(const Visitor& visit) const {
    for_each([&](const SiteSnapshot& site) {
      if (!site.columns) return;
      for (const ColumnRecord& column : *site.columns) visit(column, of(site, "column", label_text(column.id)));
    });
  }

  void add_columns() {
    Family verdicts = gauge("columns", "Columns of the site by verdict; absent until the site was patrolled once.");
    for_each([&](const SiteSnapshot& site) {
      if (!site.columns) return;
      const auto counts = count_verdicts(*site.columns);
      for (std::size_t index = 0; index < kColumnVerdicts; ++index) {
        verdicts.add(of(site, "verdict", column_verdict_name(static_cast<ColumnVerdict>(index))),
                     number(counts[index]));
      }
    });
    if (!snapshot_.column_metrics) return;
    Family info = gauge("column_info", "Always 1; the name that the portal gives a column, and its class.");
    for_each_column([&](const ColumnRecord& column, Labels labels) {
      labels.push_back({"name", label_text(column.name)});
      labels.push_back({"class", std::string(column_class_name(column.column_class))});
      info.add(std::move(labels), 1);
    });
    Family newest = gauge("column_newest_item_timestamp_seconds",
                          "Begin of the day (Beijing) of the column's newest item, in Unix time; absent where no item "
                          "is dated.");
    for_each_column([&](const ColumnRecord& column, Labels labels) {
      if (!column.sight.newest) return;
      newest.add(std::move(labels), seconds_of(begin_of(*column.sight.newest)));
    });
    Family age = gauge("column_max_age_seconds", "How old the column's newest item may be.");
    for_each_column([&](const ColumnRecord& column, Labels labels) {
      age.add(std::move(labels), static_cast<double>(column.max_age_days) * 86'400);
    });
  }

  void add_slots() {
    Family changed = gauge("slot_changed_timestamp_seconds",
                           "When a carousel or headline of the home page last showed something new, or was first seen, "
                           "in Unix time.");
    for_each([&](const SiteSnapshot& site) {
      for (const SlotChange& slot : site.slots) {
        changed.add(of(site, "slot", label_text(slot.name)), seconds_of(slot.changed));
      }
    });
  }

  // Every rule that this program knows in every state, so that a first finding is a step from 0.
  void add_findings() {
    std::map<std::string_view, std::array<std::uint64_t, kFindingStates>> counts;
    for (const RuleInfo& rule : all_rules()) counts[rule.id];
    for_each([&](const SiteSnapshot& site) {
      for (const FindingPointer& finding : site.findings) {
        // A rule of another version of this program, kept in the store, is no label value.
        const auto row = counts.find(finding->rule);
        if (row != counts.end()) ++row->second[static_cast<std::size_t>(finding->state)];
      }
    });
    Family findings = gauge("findings", "Findings kept, by rule and state.");
    for (const auto& [rule, by_state] : counts) {
      for (std::size_t index = 0; index < kFindingStates; ++index) {
        findings.add(
            {{"rule", std::string(rule)}, {"state", std::string(finding_state_name(static_cast<FindingState>(index)))}},
            number(by_state[index]));
      }
    }
  }

  void add_probes() {
    const auto add = [this](Family family, std::uint64_t ProbeCounts::*count) {
      for (const ProbeStatusPointer& probes : snapshot_.probes) {
        for (std::size_t index = 0; index < kProbeFamilies; ++index) {
          const std::optional<ProbeCounts>& counts = probes->counts[index];
          if (!counts) continue;
          family.add({{"site", label_text(probes->site)}, {"family", std::string(kFamilyNames[index])}},
                     number((*counts).*count));
        }
      }
    };
    add(counter("probes_total", "Visits of the home page that counted, repeats of failed ones not among them."),
        &ProbeCounts::visits);
    add(counter("probe_failures_total", "Of those, the ones that did not open in time."), &ProbeCounts::failures);
    add(counter("probe_slow_total", "Of those, the ones that were too slow or had no end in time."),
        &ProbeCounts::slow);
    Family durations(families_, "xuncha_probe_duration_seconds",
                     "How long visits of home pages took, from the question for the name to the last byte.",
                     MetricType::Histogram);
    for (std::size_t index = 0; index < kProbeFamilies; ++index) {
      const Histogram& histogram = snapshot_.process.probe_durations[index];
      if (!histogram.bounds().empty()) durations.add({{"family", std::string(kFamilyNames[index])}}, histogram);
    }
  }

  void add_work(const CountsByName& more_limits_reached) {
    const ProcessFigures& process = snapshot_.process;
    Family fetches = counter("fetches_total", "Requests sent to portals, by what they were for.");
    for (std::size_t index = 0; index < kFetchClasses; ++index) {
      fetches.add({{"class", std::string(fetch_class_name(static_cast<FetchClass>(index)))}},
                  number(process.fetches[index]));
    }
    counter("mails_total", "Mails, by what became of them.").add_named("result", process.mails);
    gauge("queue_length", "Work waiting, by queue.").add_named("queue", process.queue_lengths);
    gauge("coverage_debt_seconds", "How long the work of a lane that waits longest is overdue.")
        .add_named("lane", process.coverage_debt);
    CountsByName limits_reached = process.limits_reached;
    for (const auto& [name, count] : more_limits_reached) limits_reached[name] += count;
    counter("limit_reached_total", "How often a bound of the program was reached, by bound.")
        .add_named("limit", limits_reached);
    Family vantage = gauge("vantage_up", "1 when our own network reaches the internet by this family, else 0.");
    if (process.vantage_ipv4_up) vantage.add({{"family", "ipv4"}}, *process.vantage_ipv4_up ? 1 : 0);
    if (process.vantage_ipv6_up) vantage.add({{"family", "ipv6"}}, *process.vantage_ipv6_up ? 1 : 0);
    Family(families_, "process_start_time_seconds", "When the process started, in Unix time.", MetricType::Gauge)
        .add({}, seconds_of(snapshot_.started));
  }

  void add_store() {
    gauge("store_bytes", "Disk space that the store takes.").add({}, number(snapshot_.process.store_bytes));
    Family(families_, "xuncha_store_write_seconds", "Time that a write to the store takes.", MetricType::Histogram)
        .add(snapshot_.process.store_writes);
  }

  const Snapshot& snapshot_;
  Families families_;
};

}  // namespace

std::string render_metrics(const Snapshot& snapshot, const CountsByName& more_limits_reached,
                           const std::optional<KernelFigures>& kernel) {
  Metrics metrics(snapshot);
  metrics.add_process_wide(more_limits_reached);
  metrics.add_sites();
  if (kernel) metrics.add_kernel(*kernel);
  return prometheus::TextSerializer().Serialize(metrics.take());
}

}  // namespace xuncha
