// A patrol's look at IPv6, after everything else was judged.
#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/limits.h"
#include "daemon/patrol/patrol.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

// Between two looks of a continuous patrol, and the least age at which what no reason spaces is told: two sights that
// far apart are no moment's.
constexpr auto kLookInterval = std::chrono::hours(6);
constexpr int kSightsOfCheck = 2;
// Links of each level that are asked (`check`: all up to 400, which tell a share to 5 %). A round takes as many as its
// time allows: enough that a share of one half is seen for certain.
constexpr std::size_t kLinksOfCheck = 400;
constexpr std::size_t kLinksOfRound = 40;

bool is_of_ipv6(const Finding& finding) {
  return finding.rule.starts_with("ipv6.");
}

}  // namespace

// When a case that is not closed wants the next look.
WallTime Patrol::next_ipv6_look(const Finding& finding) const {
  if (finding.recoveries > 0) return finding.last_seen;
  if (finding.state != FindingState::kSuspect) return options_.ipv6->last_look + kLookInterval;
  const WallTime rung = cases_.next_rung(finding);
  return finding.reason.code == ReasonCode::kNone ? std::max(rung, finding.first_seen + kLookInterval) : rung;
}

bool Patrol::is_ipv6_due() const {
  if (!options_.ipv6) return false;
  const bool is_wanted = std::any_of(std::begin(kIpv6Rules), std::end(kIpv6Rules),
                                     [this](std::string_view rule) { return options_.rules.wants(rule); });
  if (!is_wanted || result_.store_error) return false;
  const WallTime now = clock_.wall();
  const WallTime last = options_.ipv6->last_look;
  if (!options_.continuous || last > now || now - last >= kLookInterval) return true;
  const std::vector<const Finding*> cases = cases_.all();
  return std::any_of(cases.begin(), cases.end(), [this, now](const Finding* finding) {
    return is_of_ipv6(*finding) && finding->state != FindingState::kClosed && next_ipv6_look(*finding) <= now;
  });
}

// Begins the look where it is due. True when it is over, or there is none.
bool Patrol::ipv6_is_seen() {
  if (ipv6_look_) {
    result_.site.ipv6 = ipv6_look_->status();
    return ipv6_look_->done();
  }
  if (!is_ipv6_due()) return true;
  if (verdict_of(targets_[home_].record.reason) != Verdict::kOk) {  // that is told, and nothing can be compared
    result_.site.ipv6 = Ipv6Status{.stage = Ipv6Stage::kUnknown, .doubt = Ipv6Doubt::kSite, .v4_only_hosts = {}};
    return true;
  }
  const std::vector<const Finding*> cases = cases_.all();
  const bool has_case = std::any_of(cases.begin(), cases.end(), [](const Finding* finding) {
    return is_of_ipv6(*finding) && finding->state != FindingState::kClosed;
  });
  const bool once = options_.continuous.has_value();
  ipv6_look_ = std::make_unique<Ipv6Look>(
      *options_.ipv6,
      Ipv6Look::Place{
          .fetcher = fetcher_,
          .frontier = pump_.frontier(),
          .desk = desk_,
          .scope = scope_,
          .clock = clock_,
          .network = options_.network,
          .policy = options_.policy,
          .external = options_.external,
          .pace = options_.pace,
          .is_excluded =
              [this](const Url& url) { return options_.exclude.matches(std::string(url.without_fragment())); },
          .pages_of =
              [this](HostId host) {
                const auto found = loading_.find(host);
                return found == loading_.end() ? std::uint64_t{1} : found->second.pages;
              },
          .links_of = [this](int level) { return links_for_ipv6(level); }},
      url_from_trusted(targets_[home_].record.url), once ? 1 : kSightsOfCheck, /*look_twice=*/has_case && !once,
      [this](const Ipv6Judgement& judgement, Evidence evidence) { saw_ipv6(judgement, std::move(evidence)); },
      [this](const Ipv6LinkCount& level2, const Ipv6LinkCount& level3) { saw_ipv6_links(level2, level3); });
  ipv6_look_->begin();
  if (!ipv6_look_->done()) return false;
  return ipv6_is_seen();
}

void Patrol::saw_ipv6(const Ipv6Judgement& judgement, Evidence evidence) {
  const Target& home = targets_[home_];
  const std::string key = key_of(home_);
  for (const std::string_view rule : kIpv6Rules) {
    if (ipv6_rule_passes(rule, judgement)) passed(std::string(rule), key);
  }
  if (judgement.rule.empty()) return;
  const bool unspaced = options_.continuous && judgement.reason.code == ReasonCode::kNone;
  failed(std::string(judgement.rule), home.record.url, key, judgement.reason, severity_of_rule(judgement.rule),
         std::move(evidence), unspaced ? Milliseconds(kLookInterval) : Milliseconds{});
}

// A sample that is another in each patrol; pages that answered well over IPv4, and what only sends on left out.
std::vector<Url> Patrol::links_for_ipv6(int level) const {
  std::vector<std::pair<std::uint64_t, UrlNumber>> drawn;
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    const bool is_well = target.record.reason.code == ReasonCode::kNone && target.record.status == 200;
    const bool is_link = target.in_scope && target.promised == Promised::kPage && target.page_linked;
    if (!is_well || !is_link || number == home_ || target.record.depth + 1 != level) continue;
    if (target.record.patrol_linked != patrol_.number) continue;
    const std::uint64_t draw[] = {options_.seed, patrol_.number, number};
    drawn.emplace_back(hash64({reinterpret_cast<const char*>(draw), sizeof draw}), number);
  }
  std::sort(drawn.begin(), drawn.end());
  const std::size_t asked = options_.continuous ? kLinksOfRound : kLinksOfCheck;
  if (drawn.size() > asked) drawn.resize(asked);
  std::vector<Url> urls;
  urls.reserve(drawn.size());
  for (const auto& [draw, number] : drawn) urls.push_back(url_from_trusted(targets_[number].record.url));
  return urls;
}

// Each link that counts as failed was seen so twice; in rounds the next look has to see them fail again.
void Patrol::saw_ipv6_links(const Ipv6LinkCount& level2, const Ipv6LinkCount& level3) {
  const std::string rule = "ipv6.links";
  if (level2.all() + level3.all() == 0) return;
  const int sights = options_.continuous ? 1 : kSightsOfCheck;
  const bool second = ipv6_links_fail(level2);
  if (!second && !ipv6_links_fail(level3)) {
    for (int sight = 0; sight < sights; ++sight) passed(rule, key_of(home_));
    return;
  }
  const Ipv6LinkCount& count = second ? level2 : level3;
  for (int sight = 0; sight < sights; ++sight) {
    Evidence evidence;
    evidence.attempts.push_back(*count.last_failed);
    evidence.compared = std::to_string(count.well) + "/" + std::to_string(count.all());
    evidence.limit = std::to_string(static_cast<int>(kIpv6LinksShare * 100)) + "%";
    for (const std::string& url : count.failing) {
      if (evidence.excerpt.size() + url.size() + 1 > limits::kExcerptBytesMax) break;
      evidence.excerpt.append(evidence.excerpt.empty() ? "" : " ").append(url);
    }
    failed(rule, targets_[home_].record.url, key_of(home_), {}, severity_of_rule(rule), std::move(evidence),
           options_.continuous ? Milliseconds(kLookInterval) : Milliseconds{});
  }
}

void Patrol::note_loading(UrlNumber page, const std::vector<StoredLinkView>& links) {
  for (const StoredLinkView& link : links) {
    if (link.role != LinkRole::kResource || link.target == 0) continue;
    const Target& target = targets_[link.target];
    if (target.from_fault || verdict_of(target.record.reason) == Verdict::kSkipped) continue;
    Loading& loading = loading_[target.host];
    if (loading.last == page) continue;
    loading.last = page;
    ++loading.pages;
  }
}

}  // namespace xuncha
