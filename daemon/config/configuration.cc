#include "daemon/config/configuration.h"

#include <algorithm>
#include <tuple>

#include "core/site.h"
#include "daemon/config/thresholds.h"
#include "daemon/config/values.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Milliseconds kBeijingOffset = hours(8);

template <class Items, class Wanted>
bool holds_or_empty(const Items& items, Wanted wanted) {
  return items.empty() || std::any_of(items.begin(), items.end(), wanted);
}

}  // namespace

bool operator==(const ConfirmationPlan& left, const ConfirmationPlan& right) {
  const auto all = [](const ConfirmationPlan& plan) {
    return std::tie(plan.spacings.spacings, plan.recoveries, plan.recovery, plan.open_case, plan.blocked,
                    plan.inconclusive, plan.column);
  };
  return all(left) == all(right);
}

bool IgnoreRule::covers(const Finding& finding, WallTime now) const {
  if (until && std::chrono::sys_days(beijing_day(now)) > std::chrono::sys_days(*until)) return false;
  if (!rule.empty()) return rule_matches(rule, finding.rule);
  if (url == finding.subject) return true;
  // HOME#word is what is told of a site as a whole, by the word: neither says it anything of the home page, nor the
  // home page of it.
  if (finding.subject.find('#') != std::string::npos) return false;
  const bool is_of_site =
      finding.rule.starts_with("site.") || finding.rule.starts_with("home.") || finding.rule.starts_with("page.");
  if (is_of_site && url.find('#') != std::string::npos) return false;
  const UrlParse named = parse_url(url);
  const UrlParse subject = parse_url(finding.subject);
  return named.url && subject.url && url_key(*named.url) == url_key(*subject.url);
}

RevisitClass revisit_class_of(ColumnClass column_class) {
  switch (column_class) {
    case ColumnClass::kNews:
      return RevisitClass::kNews;
    case ColumnClass::kNotice:
    case ColumnClass::kPolicy:
      return RevisitClass::kNotice;
    default:
      return RevisitClass::kColumn;
  }
}

bool MaintenanceWindow::covers(WallTime now) const {
  if (weekdays == 0) return now >= begin && now < end;
  const auto beijing = now.time_since_epoch() + kBeijingOffset;
  const auto day = std::chrono::floor<days>(beijing);
  const Milliseconds time = beijing - day;
  const auto is_day = [this](std::chrono::sys_days which) {
    return (weekdays >> (std::chrono::weekday(which).iso_encoding() - 1) & 1) != 0;
  };
  const std::chrono::sys_days today{day};
  if (from < to) return is_day(today) && time >= from && time < to;
  return (is_day(today) && time >= from) || (is_day(today - days(1)) && time < to);
}

void SiteConfig::mark_ignored(Finding& finding, WallTime now) const {
  if (finding.state != FindingState::kOpen && finding.state != FindingState::kSuspect) return;
  const bool covered =
      std::any_of(ignore.begin(), ignore.end(), [&](const IgnoreRule& each) { return each.covers(finding, now); });
  if (covered) finding.state = FindingState::kIgnored;
}

bool SiteConfig::in_maintenance(WallTime now) const {
  return std::any_of(maintenance.begin(), maintenance.end(),
                     [now](const MaintenanceWindow& window) { return window.covers(now); });
}

Thresholds::Thresholds() {
  for (const ThresholdInfo& row : all_thresholds()) row.set_default(*this);
}

std::optional<Milliseconds> Thresholds::window_of(RevisitClass revisit_class) const {
  switch (revisit_class) {
    case RevisitClass::kHome:
      return home_max_age;
    case RevisitClass::kNews:
      return column_news_max_age;
    case RevisitClass::kNotice:
      return column_notice_max_age;
    case RevisitClass::kColumn:
      return column_other_max_age;
    default:
      return std::nullopt;
  }
}

bool RulesConfig::enabled(std::string_view rule) const {
  std::optional<bool> of_family;
  for (const RuleSetting& setting : settings) {
    if (!setting.enabled) continue;
    if (setting.pattern == rule) return *setting.enabled;
    if (rule_matches(setting.pattern, rule)) of_family = setting.enabled;
  }
  return of_family.value_or(true);
}

std::optional<Severity> RulesConfig::severity(std::string_view rule) const {
  std::optional<Severity> of_family;
  for (const RuleSetting& setting : settings) {
    if (!setting.severity) continue;
    if (setting.pattern == rule) return setting.severity;
    if (rule_matches(setting.pattern, rule)) of_family = setting.severity;
  }
  return of_family;
}

RuleSelection RulesConfig::selection() const {
  RuleSelection selection;
  for (const RuleInfo& rule : all_rules()) {
    if (!enabled(rule.id)) selection.skip.emplace_back(rule.id);
  }
  return selection;
}

std::string_view mail_security_name(MailSecurity security) {
  constexpr std::string_view kNames[] = {"starttls", "tls", "none"};
  return kNames[static_cast<std::size_t>(security)];
}

std::optional<MailAddress> parse_mail_address(std::string_view text) {
  MailAddress parsed;
  if (text.ends_with('>')) {
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos) return std::nullopt;
    std::string_view name = text.substr(0, open);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
    parsed.name = name;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  constexpr std::string_view kLocal =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.";
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return std::nullopt;
  const std::string_view local = text.substr(0, at);
  const bool dotted_badly =
      local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos;
  if (dotted_badly || local.find_first_not_of(kLocal) != std::string_view::npos) return std::nullopt;
  const UrlParse domain = parse_url("http://" + std::string(text.substr(at + 1)) + "/");
  if (!domain.url || domain.url->path() != "/" || domain.url->href().size() != domain.url->host().size() + 8) {
    return std::nullopt;
  }
  parsed.address.append(local).append("@").append(domain.url->host());
  if (std::any_of(parsed.name.begin(), parsed.name.end(), [](char c) { return c >= 0 && c < 0x20; })) {
    return std::nullopt;
  }
  return parsed;
}

bool MailRoute::wants(const SiteConfig& site, std::string_view rule, Severity found) const {
  return found >= severity &&
         holds_or_empty(sites, [&](const std::string& pattern) { return matches_glob(pattern, site.id); }) &&
         holds_or_empty(units, [&](const std::string& unit) { return unit == site.unit; }) &&
         holds_or_empty(rules, [&](const std::string& pattern) { return rule_matches(pattern, rule); });
}

const SiteConfig* Configuration::find(const Url& home) const {
  const std::string wanted = site_id(home);
  const auto found =
      std::find_if(sites.begin(), sites.end(), [&](const SiteConfig& site) { return site_id(site.home) == wanted; });
  return found == sites.end() ? nullptr : &*found;
}

const SiteConfig* Configuration::find_id(std::string_view id) const {
  const auto found = std::find_if(sites.begin(), sites.end(), [id](const SiteConfig& site) { return site.id == id; });
  return found == sites.end() ? nullptr : &*found;
}

}  // namespace xuncha
