#include "daemon/web/snapshot.h"

#include <algorithm>

namespace xuncha {

static_assert(kVerdicts == static_cast<std::size_t>(Verdict::kSkipped) + 1);
static_assert(kLinkKinds == static_cast<std::size_t>(LinkKind::kExternal) + 1);
static_assert(kSeverities == static_cast<std::size_t>(Severity::kCritical) + 1);
static_assert(kFindingStates == static_cast<std::size_t>(FindingState::kIgnored) + 1);
static_assert(kFetchClasses == static_cast<std::size_t>(FetchClass::kProbe) + 1);

std::string_view link_kind_name(LinkKind kind) {
  switch (kind) {
    case LinkKind::kPage:
      return "page";
    case LinkKind::kAttachment:
      return "attachment";
    case LinkKind::kImage:
      return "image";
    case LinkKind::kExternal:
      return "external";
  }
  return "page";
}

FindingPointer SiteSnapshot::find(std::string_view finding_id) const {
  const auto found =
      std::lower_bound(findings.begin(), findings.end(), finding_id,
                       [](const FindingPointer& each, std::string_view wanted) { return each->id < wanted; });
  return found != findings.end() && (*found)->id == finding_id ? *found : nullptr;
}

std::vector<SlotChange> slot_changes(const std::vector<SlotRecord>& slots) {
  std::vector<SlotChange> changes;
  for (const SlotRecord& slot : slots) {
    const bool is_shown = slot.kind == SlotKind::kCarousel || slot.kind == SlotKind::kHeadline;
    if (is_shown && slot.missing_since == WallTime{}) changes.push_back({slot.name, slot.changed});
  }
  return changes;
}

ColumnsPointer make_columns(std::vector<ColumnRecord> columns) {
  std::sort(columns.begin(), columns.end(),
            [](const ColumnRecord& left, const ColumnRecord& right) { return left.id < right.id; });
  return std::make_shared<const std::vector<ColumnRecord>>(std::move(columns));
}

std::array<std::uint64_t, kColumnVerdicts> count_verdicts(const std::vector<ColumnRecord>& columns) {
  std::array<std::uint64_t, kColumnVerdicts> counts{};
  for (const ColumnRecord& column : columns) ++counts[static_cast<std::size_t>(column.verdict)];
  return counts;
}

SiteSnapshotPointer make_site_snapshot(SiteSnapshot site) {
  std::erase(site.findings, nullptr);
  std::sort(site.findings.begin(), site.findings.end(),
            [](const FindingPointer& a, const FindingPointer& b) { return a->id < b->id; });
  site.findings_open = {};
  site.findings_by_state = {};
  for (const FindingPointer& finding : site.findings) {
    ++site.findings_by_state[static_cast<std::size_t>(finding->state)];
    if (finding->state == FindingState::kOpen) ++site.findings_open[static_cast<std::size_t>(finding->severity)];
  }
  return std::make_shared<const SiteSnapshot>(std::move(site));
}

void Histogram::observe(double value) {
  if (counts_.empty()) return;
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
  sum_ += value;
}

Histogram store_write_histogram() {
  return Histogram({0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5});
}

Histogram probe_histogram() {
  return Histogram({0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60});
}

ProbeStatusPointer Snapshot::find_probes(std::string_view site) const {
  const auto found =
      std::lower_bound(probes.begin(), probes.end(), site,
                       [](const ProbeStatusPointer& each, std::string_view wanted) { return each->site < wanted; });
  return found != probes.end() && (*found)->site == site ? *found : nullptr;
}

SiteSnapshotPointer Snapshot::find_site(std::string_view id) const {
  const auto found =
      std::lower_bound(sites.begin(), sites.end(), id,
                       [](const SiteSnapshotPointer& each, std::string_view wanted) { return each->id < wanted; });
  return found != sites.end() && (*found)->id == id ? *found : nullptr;
}

FindingPointer Snapshot::find_finding(std::string_view id) const {
  for (const SiteSnapshotPointer& site : sites) {
    if (auto finding = site->find(id)) return finding;
  }
  return nullptr;
}

SnapshotPointer make_snapshot(Snapshot snapshot) {
  std::erase(snapshot.sites, nullptr);
  std::sort(snapshot.sites.begin(), snapshot.sites.end(),
            [](const SiteSnapshotPointer& a, const SiteSnapshotPointer& b) { return a->id < b->id; });
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

}  // namespace xuncha
