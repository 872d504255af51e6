#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/limits.h"
#include "core/link_kind.h"
#include "core/records.h"
#include "core/result.h"
#include "core/site.h"
#include "crawler/budget.h"
#include "daemon/cli/check_options.h"
#include "daemon/patrol/case_tracker.h"
#include "daemon/patrol/column_desk.h"
#include "daemon/patrol/content_desk.h"
#include "daemon/patrol/home_case.h"
#include "daemon/patrol/host_desk.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/ipv6_look.h"
#include "daemon/patrol/link_collector.h"
#include "daemon/patrol/own_network.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/polite_fetcher.h"
#include "daemon/patrol/portal_pages.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/patrol/round_plan.h"
#include "daemon/patrol/slot_memory.h"
#include "daemon/patrol/target_table.h"
#include "daemon/patrol/tls_look.h"
#include "daemon/report/report.h"
#include "detectors/confirmation.h"
#include "detectors/injected_farm.h"
#include "detectors/link_status.h"
#include "detectors/other_scheme.h"
#include "detectors/title_mismatch.h"
#include "storage/store.h"

namespace xuncha {

// What makes a patrol one round of many (the daemon): only what is due is asked, what is remembered of the rest holds,
// and suspects are looked at again at the spacing of the ladder.
struct ContinuousPatrol {
  RoundPlan plan;
  ConfirmationSpacings spacings;
  std::uint32_t recoveries = kRecoveriesNeeded;  // clean sights in a row that close a case
  // Is the site worked on, so that faults are seen but not told? Null: never.
  std::function<bool(WallTime)> in_maintenance;
  // Do probes hold that the home page's case stands, whatever a single sight shows? Null: nobody probes.
  std::function<bool()> home_is_held;
  Milliseconds unjudged_after{};                  // site.unjudged is told of what stays so for this long
  Milliseconds home_slow = limits::kPageTimeout;  // a home page that takes this long counts as a failure
};

struct PatrolOptions {
  Url home;
  std::vector<std::string> hosts;  // further hosts of the site
  bool own_site = false;           // robots.txt is read, not obeyed
  bool external = true;            // request other hosts' links
  UrlPatterns exclude;
  RuleSelection rules;
  std::map<std::string, Severity, std::less<>> severities;        // by rule, instead of the computed one
  Milliseconds tls_expires_within = std::chrono::hours(24 * 30);  // before its end a certificate is told of
  ColumnLimits column_limits;
  std::vector<ColumnSetting> columns;  // that are configured
  ContentLimits content_limits;
  SlotLimits slot_limits;
  std::optional<WallTime> today;  // by which freshness is judged; none: the clock's
  std::uint64_t pages_max = 5'000;
  std::uint32_t depth_max = 20;
  std::uint64_t seed = 1;                      // of the paths that cannot exist
  bool want_pages = false;                     // SHA-256 and kind of every page, for --pages
  std::optional<ContinuousPatrol> continuous;  // none: everything is asked now, the ladder is compressed (`check`)
  bool in_steps = false;  // what the store remembers is read by work(), a step at a time; false: by pump(), at once
  std::shared_ptr<const AddressPolicy> policy;  // which addresses it may reach; null: all that the fetcher permits
  std::optional<PacePolicy> pace;               // of the site's own hosts; none: the frontier's
  std::string site;                             // its id; empty: by its home page
  OwnNetwork* network = nullptr;                // who knows of our own; null: other hosts' answers tell
  std::optional<Ipv6Wish> ipv6;                 // none: IPv6 is not looked at
  std::optional<WallTime> last_scheme_look;     // at the home page under the other scheme; none: it is not looked at
  TlsLook* tls = nullptr;                       // null: of certificates only their end is known
};

// One patrol of one site: crawls it from its home page, judges every link, looks at every fault a second time, and
// keeps what it saw and decided. Judges first and writes each visit as one batch. Drives itself by the answers of the
// fetcher; the owner calls pump() when the request pump wakes or an answer came. Thread rule: confined to the thread of
// the fetcher.
class Patrol final : private PoliteFetcher::Visitor {
 public:
  struct Progress {
    std::uint64_t pages = 0;  // read
    std::uint64_t known = 0;  // targets linked so far
    std::uint64_t requests = 0;
    std::uint64_t findings = 0;
  };
  struct Result {
    SummaryRecord summary;
    SiteStatusRecord site;
    bool judged_anything = false;      // false: own network or resolver dead (exit code 3)
    std::string why_nothing;           // then: a sentence
    std::optional<Error> store_error;  // the store could not take a decision: the patrol stopped
  };

  // Counts over all targets that are linked now.
  struct Census {
    std::array<std::uint64_t, kVerdicts> pages{};          // the site's own pages, by verdict
    std::array<std::uint64_t, kLinkKinds> links_broken{};  // broken or wrong, by kind of target
  };

  // All must outlive the patrol. `memory` may be null.
  Patrol(PatrolOptions options, RequestPump& pump, HostMemory* memory, Store& store, const Clock& clock);
  ~Patrol() override;

  // Reads what the store remembers of the site and begins, or takes up a patrol that was interrupted.
  Status start();
  void pump();
  // Requests are queued or under way: until their answers come, pump() has nothing to do but what the request pump
  // does.
  bool waits() const { return phase_ != Phase::kDone && !fetcher_.idle(); }
  // Is there work that no answer announces? Then work() does about limits::kRoundSlice of it.
  bool wants_work() const;
  void work();
  bool done() const { return phase_ == Phase::kDone; }
  // Ends now: incomplete, nothing is closed by absence.
  void stop();

  Progress progress() const;
  const Result& result() const { return result_; }
  // Is it known what the site's targets are? False of a round that ended before it had gone through all that is linked.
  bool has_census() const { return has_census_; }
  // What the site's targets are, as far as they are linked: after the end.
  const Census& census() const { return census_; }
  // Of a continuous patrol that ended: when the next round has something to do.
  WallTime next_due() const { return next_due_; }
  // The same without the home page: until then a HomeRound is enough.
  WallTime rest_due() const { return rest_due_; }
  std::vector<const Finding*> findings() const { return cases_.all(); }
  // The site's columns as they were judged: after the end.
  const ColumnDesk& columns() const { return columns_; }
  // What is remembered of the home page's slots.
  std::vector<SlotRecord> slots() const { return slots_.records(); }
  // The newest day of the home page, by which home.stale judges it; nullopt: not known.
  std::optional<CivilDay> home_newest() const { return content_.home_newest(); }
  // Takes what probes tell into the home page's case, at once. REQUIRES: under way.
  void take_home_news(const HomeNews& news);
  // One record a URL requested, in the order of discovery.
  void for_each_page(const std::function<void(const PageRecord&)>& on_page) const;

 private:
  // kReading: what the store remembers; kTitles: the names of pages; kPlaces: where faults stand; kCounting: what the
  // round ended with.
  enum class Phase : std::uint8_t { kNotStarted, kReading, kCrawl, kTitles, kPlaces, kConfirm, kCounting, kDone };

  // A target or page that failed and is looked at again.
  struct Look;

  // PoliteFetcher::Visitor
  std::optional<FetchRequest> request_for(UrlNumber number) override;
  void visited(UrlNumber number, const FetchOutcome& outcome) override;
  void given_back(UrlNumber number) override;

  // Targets (patrol.cc)
  Status begin();
  bool is_too_old(const PatrolRecord& interrupted);
  Status take_up();
  bool is_time_left() const { return clock_.steady() < turn_ends_; }
  bool read_on();
  void begin_home();
  Status begin_crawl();
  void follow_on();
  bool is_settled(UrlNumber number) const;
  static bool is_read_page(const Target& target);
  void describe(UrlNumber number, const Url& url, const Link& link);
  void restore_description(UrlNumber number);
  bool is_former_home(UrlNumber number) const;
  bool is_marked(UrlNumber number, std::uint8_t bit) const {
    return number < marks_.size() && (marks_[number] & bit) != 0;
  }
  void mark(UrlNumber number, std::uint8_t bit);
  void link(UrlNumber number, UrlNumber page, std::uint16_t depth);
  void submit(UrlNumber number);
  bool is_on_ladder(UrlNumber number) const;
  WallTime due(UrlNumber number) const;
  bool is_due(UrlNumber number) const;
  void recall(UrlNumber number);
  void dispatch(UrlNumber number, const Url& url);
  void skip(UrlNumber number, ReasonCode code);
  std::optional<ReasonCode> budget_refusal(const Target& target, const Url& url);
  void hold_links(UrlNumber number);
  Task task_of(UrlNumber number) const;
  void seed_sitemaps(HostId host);
  void ask_sitemap(const Url& url, int depth);
  void follow_sitemap(const Url& from, const FetchOutcome& outcome, int depth);
  void recall_sitemaps();

  // Answers (patrol_visit.cc)
  void no_answer(UrlNumber number, ReasonCode code);
  void on_redirect(UrlNumber number, const FetchOutcome& outcome);
  void follow_redirect(UrlNumber number);
  void on_unchanged(UrlNumber number, const FetchOutcome& outcome);
  void follow_stored_links(UrlNumber number);
  void on_answer(UrlNumber number, const FetchOutcome& outcome);
  void settle(UrlNumber number, const LinkJudgement& judgement, PageReading reading);
  bool is_twin_of_read_page(UrlNumber number, const Url& url) const;
  void read_links(UrlNumber number, const Url& url, PageReading& reading, Visit& visit);
  void note_names(UrlNumber number, const PageReading& reading);
  void note_anchor(UrlNumber target, std::string_view text);
  void remember_answer(UrlNumber number, const FetchOutcome& outcome, const PageReading& reading);
  void read_style_links(UrlNumber number, const Url& url, const PageReading& reading, Visit& visit);
  void note_farm(UrlNumber number, const Url& url, const PageReading& reading);
  TargetFacts facts_of(UrlNumber number, const Url& url, const FetchOutcome& outcome, const PageReading& reading) const;
  void keep_links(UrlNumber number, const std::vector<StoredLinkView>& links, Visit& visit);
  void forget_links(UrlNumber number, Visit& visit);
  bool holds_its_links(UrlNumber number) const;
  void save(UrlNumber number, Visit visit);
  void check(const Status& status);

  // The end of the crawl, and second sights (patrol_confirm.cc)
  struct Places {
    std::vector<Place> sample;
    std::uint64_t total = 0;
    std::uint64_t named_home = 0;  // places whose text means a home page
    bool on_home = false;
  };
  void advance();
  void begin_places();
  bool search_on();
  void merge_places(UrlNumber into, UrlNumber from);
  void resolve_redirects();
  const Finding* case_since_visit(UrlNumber number) const;
  WallTime last_visit(UrlNumber number) const;
  void count_titles();
  bool judge_titles_on();
  void judge_name(UrlNumber number, const std::vector<std::string>& anchors);
  bool was_disproved(UrlNumber number, const TitleMismatch& mismatch) const;
  UrlNumber goal_of(UrlNumber number) const;
  bool leads_home_from_nowhere(const NegativeBaseline& root) const;
  bool is_put_off(const Target& target, const FetchOutcome& outcome) const;
  UrlNumber home_page() const;
  UrlNumber home_refresh() const;
  void note_sent_on(const Url& url, const PageFacts& page, Visit& visit);
  void suspect(UrlNumber number, Visit& visit);
  UrlNumber told_under(UrlNumber number) const;
  void fold_twins(std::vector<UrlNumber>& failing);
  void begin_confirmation();
  void add_mended(std::vector<UrlNumber>& failing);
  UrlNumber target_of(const Finding& finding) const;
  std::string referer_of(UrlNumber number, const Url& url) const;
  const Finding* open_case(UrlNumber number) const;
  void read_soon(UrlNumber number);
  bool is_told_as_gone(UrlNumber number) const;
  WallTime next_look(const Finding& finding, UrlNumber number) const;
  bool is_time_to_look(UrlNumber number) const;
  UrlNumber page_of(UrlNumber number) const;
  bool is_excused(UrlNumber number) const;
  bool is_unproven(UrlNumber number) const;
  void prove_network(std::vector<UrlNumber> unproven);
  void prove_by_hosts(std::vector<UrlNumber> unproven, int controls);
  void control_host(HostId host, std::vector<UrlNumber> failing);
  void void_case(UrlNumber number, ReasonCode code);
  void void_cases(const std::vector<UrlNumber>& numbers, ReasonCode code);
  // Do links that would be told by this look still stand (patrol_places.cc)?
  std::optional<UrlNumber> place_to_read(UrlNumber number) const;
  void read_place(UrlNumber page, std::vector<UrlNumber> numbers);
  void note_place(UrlNumber page, const Url& url, const FetchOutcome& outcome, const std::vector<UrlNumber>& numbers);
  void look_at(const std::vector<UrlNumber>& numbers);
  void begin_look(UrlNumber number);
  void look_hop(const std::shared_ptr<Look>& look, const Url& url);
  void follow_hop(const std::shared_ptr<Look>& look, HostId from, const Url& next, FetchOutcome outcome);
  bool is_news(UrlNumber number, const std::optional<FetchOutcome>& dead) const;
  void forbidden(UrlNumber number, HostId host);
  void looked(const std::shared_ptr<Look>& look, HostId host, FetchOutcome outcome);
  void conclude(const std::shared_ptr<Look>& look, HostId host, LinkJudgement judgement, const FetchOutcome& outcome,
                const PageReading& reading);
  bool is_told_under(std::string_view rule, std::string_view key) const;
  void vanish(std::string_view rule, UrlNumber number);
  static void count_control(Look& look);
  void apply(const CaseChange& change);
  // Beside the ladder: `proven` opens at once, `is_news` tells an open case again, `is_other` is a fault of another
  // kind than the one suspected so far, which it does not confirm.
  struct Weight {
    Milliseconds age_min{};
    bool proven = false;
    bool is_news = false;
    bool is_other = false;
  };
  void failed(const std::string& rule, const std::string& subject, const std::string& key, Reason reason,
              Severity severity, Evidence evidence, Weight weight);
  void failed(const std::string& rule, const std::string& subject, const std::string& key, Reason reason,
              Severity severity, Evidence evidence, Milliseconds age_min = {}) {
    failed(rule, subject, key, reason, severity, std::move(evidence), Weight{.age_min = age_min});
  }
  bool sights_count() const;
  bool is_held_by_probes() const;
  void drop_unwanted_cases();
  LinkJudgement held_to_time(UrlNumber number, const FetchOutcome& outcome, LinkJudgement judgement) const;
  void passed(const std::string& rule, const std::string& key);
  std::string rule_of(UrlNumber number) const;
  std::string key_of(UrlNumber number) const;
  std::optional<Severity> configured_severity(std::string_view rule) const;
  Severity severity_of_rule(std::string_view rule) const;
  Severity severity_of(UrlNumber number) const;
  bool is_told_itself(UrlNumber number) const;
  bool is_of_former_home(const Finding& finding) const;
  bool is_home_well() const;
  bool is_way_home_known() const;
  bool is_home_in_doubt() const;
  Evidence evidence_of(UrlNumber number) const;
  void collect_places(UrlNumber page);
  void mark_page_of(const Finding& told);
  void read_other_places(const Finding& told, const Places& now, Visit& visit);

  // Columns (patrol_columns.cc)
  bool wants_columns() const;
  void recall_columns();
  void ask_configured_columns();
  ColumnDesk::Settling column_settling() const;
  WallTime column_due(UrlNumber number, const ColumnRecord& column) const;
  WallTime due_by_interval(UrlNumber number) const;
  bool must_read_whole(UrlNumber number) const;
  ColumnDesk::Whereabouts whereabouts(const std::string& url) const;
  void read_portal(UrlNumber number, const Url& url, const PageFacts& page, const Attempt& attempt);
  // Lists that scripts fill in (patrol_data_lists.cc). The attempt is of the data; null where it did not fill the list.
  using DataHandler = std::function<void(const PortalFacts&, const Attempt*)>;
  void with_filled_list(const Url& page, PortalFacts facts, DataHandler then);
  void fill_column(const Url& url, const PortalFacts& facts);
  void ask_again(const Url& url, std::function<void(const FetchOutcome&)> then);
  void look_at_columns();
  void look_at_column(std::size_t index, const Url& url);
  void look_for_column(std::size_t index);
  void judge_columns();
  void keep_columns(Visit& visit);
  WallTime columns_due() const;
  void suspect_column(const ColumnDesk::Column& column);

  // Items that came late into their lists (patrol_late.cc)
  bool has_unread_lists() const;
  std::vector<Lateness> weigh_late(const std::vector<const LateItem*>& items) const;

  // Content (patrol_content.cc)
  bool wants_content() const;
  bool recall_content(std::size_t at_once);
  bool has_content(UrlNumber number) const;
  bool must_read_content(UrlNumber number) const;
  ContentDesk::Page content_page(UrlNumber number, const Url& url, const PageFacts& page, const MetaTags& meta,
                                 bool is_column) const;
  ContentSite content_site(bool complete) const;
  UrlNumber page_of_content(const Finding& finding) const;
  bool is_no_page_of_ours(UrlNumber page) const;
  WallTime next_content_look(const Finding& finding, UrlNumber page) const;
  std::vector<std::pair<const Finding*, UrlNumber>> content_cases() const;
  void look_at_content();
  void look_at_content_of(UrlNumber number, const Url& url);
  void judge_content(bool ended);
  void judge_content_in_rounds();
  void suspect_content(const ContentFault& fault);
  void tell_content(const ContentFault& fault, const Attempt& attempt);
  void tell_places(const ContentFault& fault);
  WallTime content_due() const;
  void keep_content(Visit& visit);
  WallTime today() const { return options_.today.value_or(clock_.wall()); }

  // Slots (patrol_slots.cc)
  bool wants_slots() const;
  Status recall_slots();
  void read_slots(UrlNumber number, const Url& url, const PageFacts& page, const PortalFacts* facts,
                  const Attempt& attempt);
  bool must_read_slots(UrlNumber number) const;
  void note_standing_slots();
  bool is_slot_told(const std::string& subject) const;
  void look_at_slots();
  void look_at_home_slots_again();
  void tell_slot(const ContentFault& note);
  void judge_slots();
  void keep_slots(Visit& visit);

  // IPv6 (patrol_ipv6.cc)
  bool looks_at_ipv6() const { return ipv6_look_ && !ipv6_look_->done(); }
  bool ipv6_is_seen();
  bool is_ipv6_due() const;
  WallTime next_ipv6_look(const Finding& finding) const;
  void saw_ipv6(const Ipv6Judgement& judgement, Evidence evidence);
  void saw_ipv6_links(const Ipv6LinkCount& level2, const Ipv6LinkCount& level3);
  std::vector<Url> links_for_ipv6(int level) const;
  void note_loading(UrlNumber page, const std::vector<StoredLinkView>& links);

  // Whole pages, the site itself, the end (patrol_finish.cc)
  void suspect_farm(UrlNumber page, const InjectedFarm& farm, const Attempt& attempt);
  void read_page_again(UrlNumber page);
  // patrol_tls.cc
  std::optional<Certificate> certificate_of_answer() const;
  void suspect_certificate(HostId host, const FetchOutcome& outcome);
  void suspect_tls(HostId host, Reason reason, const Attempt& attempt, const std::optional<Certificate>& certificate);
  bool ends_soon(const std::optional<WallTime>& tls_not_after) const;
  void suspect_end(HostId host, WallTime tls_not_after, const Attempt& attempt,
                   const std::optional<Certificate>& certificate);
  void look_at_certificate(HostId host);
  void look_for_certificate();
  void look_at_old_tls(HostId host, int sights);

  // The home page under the other scheme (patrol_scheme.cc)
  struct SchemeLook;
  bool is_scheme_due() const;
  void look_at_other_scheme();
  void step_scheme(const std::shared_ptr<SchemeLook>& look);
  void ask_scheme(const std::shared_ptr<SchemeLook>& look, std::optional<SchemeSight>& sight, const Url& url, int hops);
  void saw_other_scheme(const Url& url, SchemeState state, Reason reason = {});
  // patrol_domain.cc
  void look_at_domain();
  void suspect_domain(Evidence evidence);
  bool ask_control(const std::shared_ptr<Look>& look, HostId host, const LinkJudgement& judgement,
                   const FetchOutcome& outcome);
  void ask_network(const std::shared_ptr<Look>& look, HostId host, const LinkJudgement& judgement,
                   const FetchOutcome& outcome);
  void ask_other(HostId other, std::function<void()> then);
  std::string control_of(HostId host);
  void judge_site();
  void finish(bool complete);
  std::optional<AvailabilityRecord> one_visit() const;
  void summarise();
  void count_up();
  void take_census();
  void plan_next();

  PatrolOptions options_;
  Store& store_;
  const Clock& clock_;
  std::string site_;
  SiteHandle handle_;
  SiteScope scope_;
  RequestPump& pump_;
  PoliteFetcher fetcher_;
  HostDesk desk_;
  TargetTable targets_;
  LinkCollector collector_;
  UrlBudget budget_;
  CaseTracker cases_;
  PortalPages portal_pages_;
  ColumnDesk columns_;
  WallTime columns_since_ = WallTime::max();  // since when every page that is read is looked at for columns
  WallTime whole_since_ = WallTime::max();    // when all of the site was known for the first time
  ContentDesk content_;
  SlotMemory slots_;
  Store::UrlWalk content_walk_;
  WallTime content_since_ = WallTime::max();              // since when every page that is read is read for its content
  std::set<UrlNumber> content_cases_;                     // pages with a case when the patrol began
  std::unordered_map<UrlNumber, Attempt> content_looks_;  // second sights of this patrol
  Phase phase_ = Phase::kNotStarted;
  PatrolRecord patrol_;
  UrlNumber home_ = 0;
  SteadyTime started_{};
  Result result_;
  Census census_;
  WallTime next_due_{};
  WallTime rest_due_{};

  // Reading what is remembered, a step at a time.
  SteadyTime turn_ends_ = SteadyTime::max();
  Store::UrlWalk urls_;
  UrlNumber described_ = 0;           // targets up to here have their description
  std::deque<UrlNumber> to_follow_;   // not asked for in this round: what they refer to is to be linked
  std::vector<UrlNumber> to_search_;  // pages on which faults may stand, from searched_ on
  std::size_t searched_ = 0;
  std::vector<UrlNumber> failing_;  // what begin_confirmation() goes through
  bool has_census_ = false;

  // By number: most links of a page lead to what every page links to, and a byte here is nearer than a Target.
  static constexpr std::uint8_t kLinked = 1;  // link() has no more to do
  static constexpr std::uint8_t kFaulty = 2;  // was at fault when the round began
  static constexpr std::uint8_t kColumn = 4;  // the page of a column
  static constexpr std::uint8_t kTold = 8;    // a fault that was told stands on it
  std::vector<std::uint8_t> marks_;
  std::vector<UrlNumber> pages_with_faults_;  // whose remembered links lead to such
  std::vector<UrlNumber> pages_read_;         // whose links were read in this round

  // Facts kept until the end of the crawl.
  std::unordered_map<UrlNumber, std::vector<std::string>> anchor_names_;  // document names by which targets are linked
  std::unordered_map<UrlNumber, std::vector<std::string>>::const_iterator next_name_;  // in kTitles
  std::unordered_map<UrlNumber, std::string> mismatched_anchors_;
  std::unordered_map<std::uint64_t, std::uint32_t> title_counts_;
  std::map<UrlNumber, InjectedFarm> farms_;
  std::set<UrlNumber> accused_;                     // that may have a case which is not closed
  std::set<UrlNumber> sitemaps_read_;               // by this patrol
  std::set<HostId> tls_faults_;                     // whose certificate this process saw at fault
  std::uint32_t put_off_ = 0;                       // pages asked for once more, since their host was busy
  std::set<HostId> tls_unsupported_;                // of the site's own, that agree to no TLS of ours
  std::optional<Certificate> home_certificate_;     // that result_.site.tls_not_after is of
  std::unordered_map<UrlNumber, UrlNumber> twins_;  // failing target -> the twin it is told under
  std::map<UrlNumber, Places> places_;              // of failing targets
  std::size_t places_kept_ = 0;                     // of all samples
  std::size_t told_pages_ = 0;                      // that are marked kTold
  std::set<UrlNumber> unseen_;                      // that no page is known to refer to any more
  std::map<UrlNumber, std::vector<UrlNumber>> pages_to_read_again_;  // page -> faulty references in it
  std::set<std::string> sitemaps_asked_;                             // keys

  // Pages that load something from a host, as far as this process read them.
  struct Loading {
    UrlNumber last = 0;
    std::uint64_t pages = 0;
  };
  std::unordered_map<HostId, Loading> loading_;
  std::unique_ptr<Ipv6Look> ipv6_look_;
  std::size_t data_lists_asked_ = 0;

  std::size_t networks_asked_ = 0;                                          // without answer yet
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // held weakly by what may come late
};

}  // namespace xuncha
