#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"
#include "core/column.h"
#include "core/finding.h"
#include "core/ip_address.h"
#include "core/limits.h"
#include "core/url.h"
#include "crawler/portal/item_selector.h"
#include "daemon/cli/check_options.h"
#include "daemon/config/revisit.h"
#include "daemon/report/texts.h"
#include "detectors/confirmation.h"

// The configuration as plain values, all defaults applied: what stands here is what holds. Every key with
// type, default and bounds: daemon/config/keys.h and docs/CONFIG.md. Reading: daemon/config/read.h. Thread rule: plain
// values; a configuration that was read is not changed and may be read from any thread.
namespace xuncha {

// --- what a site is judged and visited by --------------------------------------------------------------------------

// How often a fault is seen before it is said, and how often its absence before that; and when what is not well is
// looked at again.
struct ConfirmationPlan {
  ConfirmationSpacings spacings;
  std::uint32_t recoveries = kRecoveriesNeeded;                  // clean sights in a row that close a case
  std::chrono::seconds recovery = std::chrono::minutes(10);      // between those
  std::chrono::seconds open_case = std::chrono::hours(6);        // a fault that was told, until it is mended
  std::chrono::seconds blocked = std::chrono::hours(24);         // whoever refuses us is not pressed
  std::chrono::seconds inconclusive = std::chrono::minutes(30);  // breaker, host down, own network in doubt
  std::chrono::seconds column = std::chrono::hours(12);          // between two readings that accuse a column

  friend bool operator==(const ConfirmationPlan&, const ConfirmationPlan&);
};

// What `defaults` may say, and each site otherwise.
struct SiteOptions {
  std::uint64_t max_pages = limits::kMaxPagesDefault;
  std::uint32_t max_depth = limits::kHopsMax;
  std::optional<double> rate;  // requests a second and host; none: by the host's latency; 0: no limit at all
  std::uint32_t per_host = 1;  // requests in flight
  bool external = true;        // request other hosts' links
  bool own = false;            // robots.txt is read, not obeyed
  bool laboratory = false;     // a test portal: intervals and spacings of seconds, any rate
  double jitter = 0.1;         // an interval is stretched or shrunk by up to this share
  UrlPatterns exclude;
  std::vector<Cidr> allow_cidr;
  RevisitPlan intervals = default_revisit_plan();
  ConfirmationPlan confirmation;

  friend bool operator==(const SiteOptions&, const SiteOptions&) = default;
};

// One entry of `ignore`: findings that the site's people know of and accept for a time.
struct IgnoreRule {
  std::string url;                // the finding's subject; empty where `rule` is given
  std::string rule;               // a rule or a family of rules
  std::optional<CivilDay> until;  // the last day, in Beijing; none: for good
  std::string reason;

  bool covers(const Finding& finding, WallTime now) const;
  friend bool operator==(const IgnoreRule&, const IgnoreRule&) = default;
};

// By which interval columns of the class are visited: news; notice and policy as kNotice; the rest as kColumn.
RevisitClass revisit_class_of(ColumnClass column_class);

// A column that the operator names.
struct ColumnConfig {
  std::string id;
  std::string name;
  Url url;
  ColumnClass column_class = ColumnClass::kOther;
  std::optional<std::uint32_t> max_age_days;  // none: the class's limit
  std::optional<ListSelection> selection;     // of the list's items; none: found by itself
  RevisitInterval interval;                   // of the class, held to a quarter of the column's own limit

  friend bool operator==(const ColumnConfig&, const ColumnConfig&) = default;
};

// A time in which the site is worked on: it is still visited, but its faults are not said.
struct MaintenanceWindow {
  // Each week: from `from` on the named days, Beijing time, to `to` (on the next day where that is not later).
  std::uint8_t weekdays = 0;  // bit 0 is Monday; 0: a single window
  std::chrono::minutes from{};
  std::chrono::minutes to{};
  // Once: [begin, end).
  WallTime begin{};
  WallTime end{};
  std::string reason;

  bool covers(WallTime now) const;
  friend bool operator==(const MaintenanceWindow&, const MaintenanceWindow&) = default;
};

// One site, with every option that holds for it.
struct SiteConfig : SiteOptions {
  std::string id;    // configured, else site_id(home)
  std::string name;  // 网站名称; empty: not given
  std::string code;  // 网站标识码
  std::string unit;  // 主办单位
  Url home;
  std::vector<std::string> hosts;  // ASCII, lower case
  std::vector<IgnoreRule> ignore;
  std::vector<ColumnConfig> columns;
  std::vector<MaintenanceWindow> maintenance;

  // An open or suspected finding that is accepted gets state `ignored`; it is not stored so, since the entry may expire
  // or go.
  void mark_ignored(Finding& finding, WallTime now) const;
  bool in_maintenance(WallTime now) const;
  friend bool operator==(const SiteConfig&, const SiteConfig&) = default;
};

// --- rules ---------------------------------------------------------------------------------------------------------

// The figures that rules judge by (the default of each, its bounds and source: daemon/config/thresholds.h).
struct Thresholds {
  Milliseconds unreachable_window{};     // site.unreachable: share of failed probes over this time
  double unreachable_share = 0;          // from which it is a fault, 0 to 1
  Milliseconds unreachable_slow{};       // an answer that takes this long is a failure
  Milliseconds tls_expires_within{};     // site.tls: told from this long before the certificate ends
  Milliseconds unjudged_after{};         // site.unjudged: inconclusive for this long
  Milliseconds home_max_age{};           // home.stale
  Milliseconds column_news_max_age{};    // column.stale, of class news
  Milliseconds column_notice_max_age{};  // of notice and policy
  Milliseconds column_other_max_age{};   // of all others
  Milliseconds new_mark_max_age{};       // content.unrotated: of items that are marked as new
  Milliseconds slot_max_age{};           // content.unrotated: of carousels and headlines
  Milliseconds building_max_age{};       // content.unrotated: of pages that say only that they are being built
  Milliseconds backdated_gap{};          // content.backdated: between a text's day and the one it shows

  Thresholds();  // the defaults
  // The window of a class of visits: the age that the rule which uses them permits; none where no rule has one.
  std::optional<Milliseconds> window_of(RevisitClass revisit_class) const;
  friend bool operator==(const Thresholds&, const Thresholds&) = default;
};

// One entry of `rules`.
struct RuleSetting {
  std::string pattern;  // a rule or a family
  std::optional<bool> enabled;
  std::optional<Severity> severity;
  friend bool operator==(const RuleSetting&, const RuleSetting&) = default;
};

struct RulesConfig {
  std::vector<RuleSetting> settings;
  Thresholds thresholds;

  // A rule's own entry wins over its family's.
  bool enabled(std::string_view rule) const;
  // The configured severity, which then is not computed; none: computed.
  std::optional<Severity> severity(std::string_view rule) const;
  // The rules that are switched off, as `skip`.
  RuleSelection selection() const;
  friend bool operator==(const RulesConfig&, const RulesConfig&) = default;
};

// --- mail ----------------------------------------------------------------------------------------------------------

enum class MailSecurity : std::uint8_t { kStartTls, kTls, kNone };
std::string_view mail_security_name(MailSecurity security);

// Where a secret is kept; never the secret. Read by read_secret() when it is used, so that a changed file counts.
struct SecretPlace {
  std::string file;        // absolute, or relative to the working directory
  std::string credential;  // name of a systemd credential
  bool empty() const { return file.empty() && credential.empty(); }
  friend bool operator==(const SecretPlace&, const SecretPlace&) = default;
};

struct MailServer {
  std::string host;  // ASCII name or literal address (IPv6 in brackets)
  std::uint16_t port = 0;
  MailSecurity security = MailSecurity::kStartTls;
  std::string user;  // empty: no AUTH
  SecretPlace password;
  std::string cacert;  // trusted as well; empty: the system's
  friend bool operator==(const MailServer&, const MailServer&) = default;
};

// "Name <local@domain>", or the address alone.
struct MailAddress {
  std::string name;     // UTF-8, without line breaks
  std::string address;  // printable ASCII, one "@"
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};
std::optional<MailAddress> parse_mail_address(std::string_view text);

// Who hears of what. An empty list permits all; several filters must all hold.
struct MailRoute {
  std::vector<MailAddress> to;
  std::vector<std::string> sites;  // ids, with `*` for any characters
  std::vector<std::string> units;
  Severity severity = Severity::kMinor;                                                        // this and graver
  std::vector<std::string> rules;                                                              // rules and families
  std::vector<std::chrono::minutes> digest{std::chrono::hours(8) + std::chrono::minutes(30)};  // of the Beijing day

  bool wants(const SiteConfig& site, std::string_view rule, Severity found) const;
  friend bool operator==(const MailRoute&, const MailRoute&) = default;
};

struct MailConfig {
  MailServer server;
  MailAddress from;
  std::vector<MailRoute> routes;
  Language language = Language::kChinese;
  bool laboratory = false;  // a test: waits of seconds (MailTimes::for_laboratory)
  friend bool operator==(const MailConfig&, const MailConfig&) = default;
};

// --- the rest ------------------------------------------------------------------------------------------------------

// Where the daemon listens.
struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

struct WebOptions {
  std::optional<Url> external_url;    // how people reach the pages; for links in mails
  std::vector<ListenAddress> listen;  // empty: 127.0.0.1:9788; --web.listen-address goes before
  bool column_metrics = true;         // export a series for every column
  friend bool operator==(const WebOptions&, const WebOptions&) = default;
};

struct StorageConfig {
  std::uint64_t quota_bytes = 0;                       // of the data directory; 0: bounded by the free space only
  Milliseconds url_retention = limits::kUrlRetention;  // after the last sight
  Milliseconds finding_retention = limits::kFindingRetention;  // of closed ones
  friend bool operator==(const StorageConfig&, const StorageConfig&) = default;
};

// What proves that our own network works: a page, asked over both families, or an address and port to connect to.
struct Anchor {
  std::optional<Url> url;
  IpAddress address;  // where there is no url
  std::uint16_t port = 0;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

struct Configuration {
  SiteOptions defaults;
  std::vector<SiteConfig> sites;     // in file order: `sites`, then sites_files
  std::vector<DnsServer> resolvers;  // empty: the system's
  std::vector<Anchor> anchors;
  std::string contact;             // in the User-Agent; empty: postmaster@ this machine
  std::optional<MailConfig> mail;  // none: no mail
  WebOptions web;
  StorageConfig storage;
  RulesConfig rules;
  std::vector<std::string> files;  // every file that was read, the main one first

  // The site with this home page (by site_id); null when there is none.
  const SiteConfig* find(const Url& home) const;
  const SiteConfig* find_id(std::string_view id) const;
};

}  // namespace xuncha
