#include "daemon/patrol/patrol.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "core/url_shape.h"
#include "crawler/sitemap.h"
#include "daemon/patrol/column_memory.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/redate.h"

namespace xuncha {
namespace {

// A sitemap is asked for with robots.txt, once a day; one that was not read for so long names nothing any more.
constexpr auto kSitemapAge = std::chrono::hours(24 * 7);

// Between two looks at the clock: some hundred microseconds.
constexpr std::size_t kReadAtOnce = 256;
constexpr int kFollowAtOnce = 16;

// Targets of one site, about 1.1 KB each. Portals name about two new URLs a page; ten are far more than any honest one
// has, and a trap that names 10,000 a page would fill the memory in minutes.
constexpr std::size_t kTargetsMin = 50'000;
constexpr std::size_t kTargetsOfPage = 10;
// References at fault that one patrol finds anew: each is a finding of about 4 KB, and costs no request.
constexpr std::size_t kFaultsMax = 5'000;

std::size_t targets_max(const PatrolOptions& options) {
  const std::size_t pages = std::min<std::size_t>(options.pages_max, limits::kUrlsPerSiteMax);
  return std::max({kTargetsMin, std::min<std::size_t>(kTargetsOfPage * pages, limits::kUrlsPerSiteMax), 2 * pages});
}

HostDeskOptions desk_options(const PatrolOptions& options, HostMemory* memory) {
  HostDeskOptions desk;
  desk.obey_robots = !options.own_site;
  desk.seed = options.seed;
  desk.memory = memory;
  desk.pace = options.pace;
  return desk;
}

std::optional<ConfirmationSpacings> confirmation_of(const PatrolOptions& options) {
  return options.continuous ? std::optional(options.continuous->spacings) : std::nullopt;
}

UrlBudgetLimits budget_limits(const PatrolOptions& options) {
  UrlBudgetLimits budget;
  // The home page is one of them, and asked for in any case.
  const std::uint64_t others = options.pages_max - std::min<std::uint64_t>(options.pages_max, 1);
  budget.urls_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(others, limits::kUrlsPerSiteMax));
  // Who asks for more pages than one template may have means that portal's articles, not a trap.
  budget.template_urls_max = std::max(budget.template_urls_max, budget.urls_max);
  budget.depth_max = static_cast<int>(options.depth_max);
  return budget;
}

UrlClass class_of(Promised promised, bool in_scope) {
  if (!in_scope) return UrlClass::kExternal;
  switch (promised) {
    case Promised::kPage:
      return UrlClass::kPage;
    case Promised::kAttachment:
      return UrlClass::kAttachment;
    case Promised::kImage:
      return UrlClass::kImage;
    case Promised::kResource:
      return UrlClass::kResource;
  }
  return UrlClass::kPage;
}

}  // namespace

Patrol::Patrol(PatrolOptions options, RequestPump& pump, HostMemory* memory, Store& store, const Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      site_(options_.site.empty() ? site_id(options_.home) : options_.site),
      scope_(options_.home, options_.hosts),
      pump_(pump),
      fetcher_(pump, clock),
      desk_(fetcher_, pump.frontier(), clock, desk_options(options_, memory)),
      collector_(targets_, options_.home,
                 [this](UrlNumber number, const Url& url, const Link& link) { describe(number, url, link); }),
      budget_(budget_limits(options_)),
      cases_(site_, confirmation_of(options_),
             options_.continuous ? options_.continuous->recoveries : kRecoveriesNeeded),
      columns_(site_, options_.column_limits, options_.columns, WorkCalendar::built_in()),
      content_(options_.home, options_.content_limits),
      slots_(options_.home, options_.slot_limits) {
  fetcher_.set_visitor(this);
  fetcher_.set_policy(options_.policy);
  desk_.set_on_ready([this](UrlNumber number) { dispatch(number, url_from_trusted(targets_[number].record.url)); });
  desk_.set_on_certificate([this](HostId host, const FetchOutcome& outcome) {
    if (tls_faults_.insert(host).second) suspect_certificate(host, outcome);
  });
  desk_.set_on_robots([this](HostId host) { seed_sitemaps(host); });
}

Patrol::~Patrol() = default;

Status Patrol::start() {
  started_ = clock_.steady();
  result_.site.site = site_;
  result_.site.home = options_.home.without_fragment();
  result_.site.own_site = options_.own_site;

  auto handle = store_.site(site_);
  if (!handle) return handle.error();
  handle_ = handle.value();
  if (Status begun = begin(); !begun) return begun;
  auto remembered = store_.findings(handle_);
  if (!remembered) return remembered.error();
  // A time still to come was written by a clock that was set back since: such a rung begins now, and only once.
  const WallTime now = clock_.wall();
  Visit redated;
  redated.site = handle_;
  for (Finding& finding : remembered.value()) {
    const bool is_ahead = redate({&finding.first_seen, &finding.last_seen, &finding.last_transition}, now);
    if (is_ahead) redated.findings.push_back(finding);
    cases_.load(std::move(finding));
  }
  if (wants_columns()) {
    auto columns = store_.columns(handle_);
    if (!columns) return columns.error();
    const auto patrols = store_.patrols(handle_);
    if (!patrols) return patrols.error();
    for (const PatrolRecord& each : patrols.value()) {
      if (each.columns_by == kColumnReader) columns_since_ = std::min(columns_since_, each.started);
      if (each.complete && each.ended) whole_since_ = std::min(whole_since_, *each.ended);
    }
    columns_since_ = std::min(columns_since_, now);
    for (ColumnRecord& column : columns.value()) {
      if (redate(column, now)) redated.columns.push_back(column);
    }
    if (!options_.continuous) {  // each run asks its own second source
      for (ColumnRecord& column : columns.value()) column.sight.confirmed.reset();
    }
    columns_.restore(std::move(columns).value());
    patrol_.columns_by = kColumnReader;
  }
  if (!redated.findings.empty() || !redated.columns.empty()) check(store_.commit(redated));

  if (Status recalled = recall_slots(); !recalled) return recalled;

  phase_ = Phase::kReading;
  pump();
  if (result_.store_error) return *result_.store_error;
  return Done{};
}

// What the store remembers, as far as there is time. True when all of it is known.
bool Patrol::read_on() {
  while (!urls_.finished) {
    check(store_.read_urls(handle_, urls_, kReadAtOnce, [this](const UrlEntry& entry) {
      UrlRecord record = entry.record;
      const WallTime now = clock_.wall();
      record.first_seen = std::min(record.first_seen, now);
      if (record.visited > now) record.visited = WallTime{};  // by a clock that was set back since: it is due
      targets_.restore(std::move(record), entry.key);
    }));
    if (result_.store_error || !is_time_left()) return false;
  }
  if (home_ == 0) begin_home();
  while (described_ < targets_.size()) {
    if (++described_ % kReadAtOnce == 0 && !is_time_left()) return --described_, false;
    if (targets_[described_].record.number != 0 && described_ != home_) restore_description(described_);
  }
  return recall_content(kReadAtOnce);
}

void Patrol::begin_home() {
  const auto [home, is_new] = targets_.intern(options_.home);
  home_ = home;
  targets_.set_bounds(targets_max(options_), kFaultsMax);
  if (is_new) {
    describe(home, options_.home, Link{});
  } else {
    restore_description(home);
  }
  Target& target = targets_[home];
  target.in_scope = true;
  target.record.url_class = UrlClass::kHome;

  if (target.record.redirect != 0) {
    scope_.add_home_redirect(url_from_trusted(targets_[target.record.redirect].record.url));
  }
}

Status Patrol::begin_crawl() {
  phase_ = Phase::kCrawl;
  if (options_.continuous) drop_unwanted_cases();
  recall_columns();
  for (const Finding* finding : cases_.all()) {
    if (finding->state == FindingState::kClosed) continue;
    accused_.insert(target_of(*finding));
    const bool is_told = finding->state != FindingState::kSuspect && finding->state != FindingState::kIgnored;
    if (options_.continuous && is_told) mark_page_of(*finding);
  }
  if (patrol_.resumed > 0) {
    if (Status taken_up = take_up(); !taken_up) return taken_up;
  }
  Target& target = targets_[home_];
  if (target.state == TargetState::kKnown) {
    target.record.patrol_linked = patrol_.number;
    submit(home_);
  }
  ask_configured_columns();
  return Done{};
}

// A patrol that was interrupted is taken up. A round is not: what it has asked is not due any more, and the next round
// asks the rest under a number of its own. Nor is a patrol that has rested too long: a report must not mix two days.
Status Patrol::begin() {
  auto begun = store_.begin_patrol(handle_, clock_.wall());
  if (begun && begun.value().resumed > 0 && (options_.continuous || is_too_old(begun.value()))) {
    PatrolRecord cut = begun.value();
    cut.ended = clock_.wall();
    if (Status ended = store_.save_patrol(handle_, cut); !ended) return ended;
    begun = store_.begin_patrol(handle_, clock_.wall());
  }
  if (!begun) return begun.error();
  patrol_ = begun.value();
  return Done{};
}

// By its last sight, since a large patrol may itself take days.
bool Patrol::is_too_old(const PatrolRecord& interrupted) {
  WallTime last = interrupted.started;
  check(store_.for_each_url(handle_, [&](const UrlEntry& entry) {
    if (entry.record.patrol_visited == interrupted.number) last = std::max(last, entry.record.visited);
  }));
  return clock_.wall() - last > limits::kPatrolResumeAge;
}

// Takes up a patrol that was interrupted. What it judged stays judged; what is linked from there is rebuilt from the
// stored links, since a link to a target that was known before is not written with the page that links to it.
Status Patrol::take_up() {
  patrol_.pages = 0;
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    Target& target = targets_[number];
    if (number == home_ || !is_settled(number)) continue;
    target.state = TargetState::kJudged;
    if (is_read_page(target)) {
      ++patrol_.pages;
      if (!has_content(number)) content_.left_unread();
    }
    if (target.in_scope && target.promised == Promised::kPage) {
      budget_.admit(url_template(url_from_trusted(target.record.url)), target.record.depth);
    }
    if (!target.in_scope && target.record.status != 0) desk_.note_before(target.host);
  }
  Status read = store_.for_each_link(handle_, [&](UrlNumber page, const StoredLinkView& link) {
    if (page > targets_.size() || targets_[page].record.patrol_visited != patrol_.number) return;
    if (link.target == 0 || link.target > targets_.size() || targets_[link.target].record.number == 0) return;
    note_anchor(link.target, link.text);
    Target& target = targets_[link.target];
    target.page_linked = true;
    if (target.record.patrol_linked == patrol_.number) return;
    target.record.patrol_linked = patrol_.number;
    target.record.depth = static_cast<std::uint16_t>(targets_[page].record.depth + 1);
  });
  if (!read) return read;
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const bool linked = number != home_ && targets_[number].record.patrol_linked == patrol_.number;
    if (linked) submit(number);
  }
  return Done{};
}

// Was the target judged by the patrol that is taken up, so that it need not be asked again? What was skipped is decided
// anew, since options and budget may have changed; references at fault cost no request; what a redirect set in a
// cookie, by which a gateway's loop is told from a broken one, is not remembered.
bool Patrol::is_settled(UrlNumber number) const {
  const Target& target = targets_[number];
  if (target.record.number == 0 || target.from_fault) return false;
  if (target.record.patrol_linked != patrol_.number || target.record.patrol_visited != patrol_.number) return false;
  const UrlRecord& goal = targets_[goal_of(number)].record;
  if (target.record.redirect != 0 && (goal.redirect != 0 || goal.patrol_visited != patrol_.number)) return false;
  return verdict_of(target.record.reason) != Verdict::kSkipped;
}

bool Patrol::is_read_page(const Target& target) {
  return target.in_scope && target.promised == Promised::kPage && target.record.redirect == 0 &&
         !target.record.charset.empty() && is_readable(target.record.reason);
}

void Patrol::pump() {
  if (phase_ == Phase::kDone || phase_ == Phase::kNotStarted) return;
  if (!options_.in_steps) work();
  pump_.pump();
  check(store_.tick(clock_.steady()));
  while (phase_ != Phase::kDone && fetcher_.idle() && networks_asked_ == 0 && !wants_work() && !looks_at_ipv6()) {
    advance();
    if (phase_ == Phase::kDone) return;
    if (!options_.in_steps) work();
    pump_.pump();
  }
}

void Patrol::work() {
  if (result_.store_error) return;
  if (options_.in_steps) turn_ends_ = clock_.steady() + limits::kRoundSlice;
  if (phase_ == Phase::kReading && read_on()) check(begin_crawl());
  follow_on();
  if (phase_ == Phase::kTitles && judge_titles_on()) begin_places();
  if (phase_ == Phase::kPlaces && search_on()) begin_confirmation();
  if (phase_ == Phase::kCounting) count_up();
}

bool Patrol::wants_work() const {
  switch (phase_) {
    case Phase::kReading:
    case Phase::kTitles:
    case Phase::kPlaces:
    case Phase::kCounting:
      return true;
    default:
      return !to_follow_.empty();
  }
}

void Patrol::stop() {
  if (phase_ == Phase::kDone) return;
  if (phase_ == Phase::kCounting) return count_up();
  fetcher_.abandon();
  if (phase_ == Phase::kReading) {  // nothing was looked at
    patrol_.ended = clock_.wall();
    check(store_.save_patrol(handle_, patrol_));
    next_due_ = clock_.wall();
    phase_ = Phase::kDone;
    return;
  }
  if (phase_ == Phase::kCrawl) resolve_redirects();
  if (phase_ == Phase::kPlaces) places_.clear();  // not all of them are known
  finish(/*complete=*/false);
}

void Patrol::describe(UrlNumber number, const Url& url, const Link& link) {
  Target& target = targets_[number];
  const Promised promised = promised_by(url, link);
  const bool is_new = target.record.first_seen == WallTime{};
  if (is_new) {
    target.in_scope = scope_.contains(url);
    target.record.first_seen = clock_.wall();
    target.promised = promised;
    target.record.url_class = class_of(promised, target.in_scope);
  } else if (target.promised == Promised::kResource && promised != Promised::kResource &&
             target.state == TargetState::kKnown) {
    target.promised = promised;
  }
}

// While the home page answers with neither a page nor a redirect, nobody knows where it leads. One that was never asked
// is new to the configuration.
bool Patrol::is_way_home_known() const {
  const UrlRecord& goal = targets_[goal_of(home_)].record;
  return goal.visits == 0 || goal.status / 100 == 2;
}

// Was it the site's home page before the configuration named another, or an address on the way there?
bool Patrol::is_former_home(UrlNumber number) const {
  if (targets_[number].record.url_class != UrlClass::kHome || !is_way_home_known()) return false;
  for (UrlNumber on_way : {home_, home_refresh()}) {
    for (int hop = 0; on_way != 0 && hop <= limits::kRedirectsMax; ++hop) {
      if (on_way == number) return false;
      on_way = targets_[on_way].record.redirect;
    }
  }
  return true;
}

void Patrol::restore_description(UrlNumber number) {
  Target& target = targets_[number];
  const UrlParse parsed = parse_url(target.record.url);
  target.from_fault = !parsed.url || targets_.find_fault(target.record.url) == number;
  if (target.from_fault) return;
  target.in_scope = scope_.contains(*parsed.url);
  target.host = desk_.host_of(*parsed.url, target.in_scope);
  Link as_page;
  as_page.role = target.record.url_class == UrlClass::kResource ? LinkRole::kResource : LinkRole::kPage;
  target.promised = promised_by(*parsed.url, as_page);
  if (target.record.url_class == UrlClass::kImage) target.promised = Promised::kImage;
  if (is_former_home(number)) target.record.url_class = class_of(target.promised, target.in_scope);
  target.received = received_of(target.record);
  if (options_.continuous && is_fault(target.record.reason)) mark(number, kFaulty);
  // Whoever answered in an earlier round can be asked whether our own network is well.
  const bool was_well = target.record.reason == Reason{} && target.record.status != 0;
  if (options_.continuous && !target.in_scope && was_well) desk_.note_before(target.host);
  target.attempt = {
      .at = target.record.visited, .status = target.record.status, .seconds = target.record.milliseconds / 1000.0};
}

void Patrol::mark(UrlNumber number, std::uint8_t bit) {
  if (marks_.size() <= number) marks_.resize(std::size_t{targets_.size()} + 1);
  marks_[number] |= bit;
}

void Patrol::link(UrlNumber number, UrlNumber page, std::uint16_t depth) {
  if (is_marked(number, kLinked)) return;
  Target& target = targets_[number];
  if (targets_[page].record.redirect == 0) target.page_linked = true;
  if (target.page_linked) mark(number, kLinked);
  if (target.record.patrol_linked == patrol_.number) return;
  target.record.patrol_linked = patrol_.number;
  if (target.record.referrer == 0) target.record.referrer = page;
  target.record.depth = depth;
  submit(number);
}

std::optional<ReasonCode> Patrol::budget_refusal(const Target& target, const Url& url) {
  if (!target.in_scope || target.promised != Promised::kPage) {
    return url.without_fragment().size() > limits::kUrlBytesMax ? std::optional(ReasonCode::kBudget) : std::nullopt;
  }
  if (url_trap(url) != UrlTrap::kNone) return ReasonCode::kBudget;
  if (budget_.admit(url_template(url), target.record.depth) != Admission::kAdmitted) return ReasonCode::kBudget;
  return std::nullopt;
}

void Patrol::submit(UrlNumber number) {
  Target& target = targets_[number];
  if (target.state == TargetState::kJudged || target.state == TargetState::kAsked) return;
  if (target.from_fault) {
    target.state = TargetState::kJudged;
    target.record.patrol_visited = patrol_.number;
    target.attempt.at = clock_.wall();
    if (target.record.reason.code == ReasonCode::kNone) target.record.reason = {ReasonCode::kMalformedUrl, 0};
    return;
  }
  target.state = TargetState::kWaiting;
  const Url url = url_from_trusted(target.record.url);
  if (options_.exclude.matches(target.record.url)) return skip(number, ReasonCode::kExcluded);
  if (!target.in_scope && !options_.external) return skip(number, ReasonCode::kScope);
  if (number != home_) {
    if (const std::optional<ReasonCode> refusal = budget_refusal(target, url)) return skip(number, *refusal);
  }
  target.host = desk_.host_of(url, target.in_scope);
  if (!is_due(number)) return recall(number);
  dispatch(number, url);
}

// In a round of the daemon: a fault that stands is looked at by the ladder, in the second part of the round; the rest
// by its interval.
bool Patrol::is_due(UrlNumber number) const {
  if (!options_.continuous) return true;
  const bool by_ladder = number != home_ && is_on_ladder(number);
  return !by_ladder && due_by_interval(number) <= clock_.wall();
}

// Has the target a case that only a second sight moves on? One without verdict is asked as others are: its ladder
// rests.
bool Patrol::is_on_ladder(UrlNumber number) const {
  const UrlRecord& record = targets_[number].record;
  const Verdict verdict = verdict_of(record.reason);
  const bool judged = verdict == Verdict::kBroken || verdict == Verdict::kWrong || verdict == Verdict::kOk;
  return judged && record.visited != WallTime{} && open_case(number) != nullptr;
}

// REQUIRES: a continuous patrol. When the target is asked or looked at next.
WallTime Patrol::due(UrlNumber number) const {
  const WallTime by_interval = due_by_interval(number);
  if (!is_on_ladder(number)) return by_interval;
  const WallTime by_ladder = next_look(*open_case(number), number);
  if (number != home_) return by_ladder;
  // The home page is asked at its interval as well; a look that proved nothing is not repeated at once.
  return by_ladder > clock_.wall() ? std::min(by_ladder, by_interval) : by_interval;
}

// Not due: what is remembered of the target counts as if it had answered so now. Nothing is written.
void Patrol::recall(UrlNumber number) {
  Target& target = targets_[number];
  UrlRecord& record = target.record;
  record.patrol_visited = patrol_.number;
  target.state = TargetState::kJudged;
  target.recalled = true;
  if (is_read_page(target)) {
    ++patrol_.pages;
    if (!has_content(number)) content_.left_unread();
  }
  if (record.redirect != 0 && record.url_class == UrlClass::kHome)
    scope_.add_home_redirect(url_from_trusted(targets_[record.redirect].record.url));
  if (record.redirect != 0 || record.links_hash != 0) to_follow_.push_back(number);
}

// In the order in which they were linked, so that each is as many clicks from the home page as it can be reached by,
// and a chain of a thousand pages is no recursion.
void Patrol::follow_on() {
  for (int count = 1; !to_follow_.empty() && !result_.store_error; ++count) {
    if (count % kFollowAtOnce == 0 && !is_time_left()) return;
    const UrlNumber number = to_follow_.front();
    to_follow_.pop_front();
    const UrlRecord& record = targets_[number].record;
    if (record.redirect == 0) {
      follow_stored_links(number);
    } else {
      follow_redirect(number);
    }
  }
}

void Patrol::dispatch(UrlNumber number, const Url& url) {
  Target& target = targets_[number];
  const bool is_home = target.record.url_class == UrlClass::kHome;
  switch (desk_.admit(number, url, target.host, is_home)) {
    case HostDesk::Admission::kHeld:
      return;
    case HostDesk::Admission::kRobots:
      hold_links(number);
      return skip(number, ReasonCode::kRobots);
    case HostDesk::Admission::kReady:
      break;
  }
  fetcher_.push(task_of(number));
}

// While a robots.txt is out of reach all is forbidden (RFC 9309 2.3.1.4). That says nothing of what the pages refer to:
// a round keeps it, else an hour's outage would unlink, and so close, all that stands there.
void Patrol::hold_links(UrlNumber number) {
  const Target& target = targets_[number];
  if (!options_.continuous || desk_[target.host].access != RobotsAccess::kDisallowAll) return;
  if (target.record.redirect != 0) follow_redirect(number);
  if (target.record.links_hash != 0) to_follow_.push_back(number);
}

Task Patrol::task_of(UrlNumber number) const {
  const Target& target = targets_[number];
  Lane lane = Lane::kDiscovery;
  if (number == home_ && options_.continuous) {
    lane = Lane::kProbe;  // whether the site is there is asked also while its host does not answer
  } else if (target.record.url_class == UrlClass::kHome) {
    lane = Lane::kHome;
  } else if (!target.in_scope) {
    lane = Lane::kExternal;
  } else if (target.record.visits > 0) {
    lane = Lane::kRecheck;
  }
  return {.url = number, .host = target.host, .depth = target.record.depth, .lane = lane};
}

void Patrol::skip(UrlNumber number, ReasonCode code) {
  Target& target = targets_[number];
  target.record.reason = {code, 0};
  target.record.status = 0;
  target.record.redirect = 0;
  target.record.patrol_visited = patrol_.number;
  target.state = TargetState::kJudged;
}

void Patrol::seed_sitemaps(HostId host) {
  if (!desk_[host].in_scope || phase_ != Phase::kCrawl) return;
  const UrlParse origin = parse_url(desk_[host].origin);
  if (!origin.url || !scope_.contains(*parse_url("/sitemap.xml", &*origin.url).url)) return;
  std::vector<std::string> places = desk_[host].rules.sitemaps();
  if (places.empty() && desk_.may_be_asked(desk_[host], *parse_url("/sitemap.xml", &*origin.url).url)) {
    places.emplace_back("/sitemap.xml");
  }
  for (const std::string& place : places) {
    const UrlParse parsed = parse_url(place, &*origin.url);
    if (parsed.url && scope_.contains(*parsed.url)) ask_sitemap(*parsed.url, limits::kSitemapIndexDepthMax);
  }
}

// Within the site a sitemap may have moved, mostly from http to https.
void Patrol::follow_sitemap(const Url& from, const FetchOutcome& outcome, int depth) {
  const UrlParse next = parse_location(outcome.header("location"), from);
  if (!next.url || !scope_.contains(*next.url)) return;
  const HostId host = desk_.host_of(*next.url, true);
  desk_.when_known(*next.url, host, [this, url = *next.url, depth](bool may_be_asked) {
    if (may_be_asked) ask_sitemap(url, depth);
  });
}

void Patrol::ask_sitemap(const Url& url, int depth) {
  if (sitemaps_asked_.size() >= limits::kSitemapFilesMax || !sitemaps_asked_.insert(url_key(url)).second) return;
  FetchRequest request;
  request.url = url;
  request.fetch_class = FetchClass::kSitemap;
  const auto read = [this, url, depth](const FetchOutcome& outcome) {
    if (outcome.error == TransportError::kNone && (outcome.status == 404 || outcome.status == 410)) {
      // It is gone: it names nothing any more.
      if (const UrlNumber known = targets_.find(url); known != 0) sitemaps_read_.insert(known);
    }
    if (outcome.error != TransportError::kNone) return;
    if (is_redirect_status(outcome.status)) return follow_sitemap(url, outcome, depth);
    if (outcome.status != 200) return;
    const Sitemap sitemap = parse_sitemap(outcome.body);
    if (sitemap.kind == Sitemap::Kind::kRefused) return;
    Link entry_link;
    entry_link.tag = "loc";
    const auto [place, place_is_new] = targets_.intern(url);
    if (place == 0) return;
    if (place_is_new) describe(place, url, entry_link);
    targets_[place].record.url_class = UrlClass::kSitemap;
    targets_[place].state = TargetState::kJudged;
    targets_[place].record.reason = {};
    targets_[place].record.patrol_linked = patrol_.number;
    targets_[place].record.patrol_visited = patrol_.number;
    targets_[place].record.visited = clock_.wall();
    sitemaps_read_.insert(place);
    std::vector<StoredLinkView> links;
    Visit visit;
    for (const SitemapEntry& entry : sitemap.entries) {
      const UrlParse parsed = parse_url(entry.url, &url);
      if (!parsed.url || !scope_.contains(*parsed.url)) continue;
      if (sitemap.kind == Sitemap::Kind::kIndex) {
        if (depth > 0) ask_sitemap(*parsed.url, depth - 1);
        continue;
      }
      const auto [number, is_new] = targets_.intern(*parsed.url);
      if (number == 0) continue;
      describe(number, *parsed.url, entry_link);
      link(number, place, 1);
      if (is_new) visit.urls.push_back({targets_.fingerprint_of(number), targets_[number].record});
      links.push_back({.target = number, .tag = "loc"});
    }
    keep_links(place, links, visit);
    save(place, std::move(visit));
  };
  fetcher_.ask(desk_.host_of(url, true), Lane::kHome, std::move(request), read);
}

// What sitemaps named when they were last read holds in the rounds that do not ask for them.
void Patrol::recall_sitemaps() {
  if (!options_.continuous) return;
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    Target& target = targets_[number];
    if (target.record.url_class != UrlClass::kSitemap || clock_.wall() - target.record.visited > kSitemapAge) continue;
    if (!sitemaps_read_.insert(number).second) continue;
    target.record.patrol_linked = patrol_.number;
    target.state = TargetState::kJudged;
    follow_stored_links(number);
  }
}

Patrol::Progress Patrol::progress() const {
  Progress progress;
  progress.pages = patrol_.pages;
  progress.known = targets_.size();
  progress.requests = fetcher_.counters().requests;
  for (const Finding* finding : cases_.all()) {
    const bool counts = finding->state == FindingState::kOpen || finding->state == FindingState::kSuspect;
    if (counts) ++progress.findings;
  }
  return progress;
}

}  // namespace xuncha
