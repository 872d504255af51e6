#include "daemon/mail/digest_items.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "core/limits.h"

namespace xuncha {
namespace {

// Faults of a server or a domain rather than of one address there.
bool is_of_host(const Finding& finding) {
  if (!finding.rule.starts_with("link.")) return false;
  if (is_hijack(finding.reason)) return true;
  return finding.reason.code >= ReasonCode::kDnsNxdomain && finding.reason.code <= ReasonCode::kTlsFailure;
}

// "host" or "host:port" of an absolute http(s) URL; empty for anything else.
std::string_view host_of(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  url.remove_prefix(begin + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

std::size_t bound_of(News news) {
  switch (news) {
    case News::kOpened:
      return limits::kMailOpenedItemsMax;
    case News::kStillOpen:
      return limits::kMailStillOpenItemsMax;
    case News::kClosed:
      return limits::kMailClosedItemsMax;
  }
  return 0;
}

bool told_before(const DigestItem& left, const DigestItem& right) {
  const auto rank = [](const DigestItem& item) {
    return std::tuple(item.news, 3 - static_cast<int>(item.severity), ~item.places, item.site,
                      std::string_view(item.findings[0]->rule), std::string_view(item.findings[0]->subject));
  };
  return rank(left) < rank(right);
}

}  // namespace

std::vector<DigestItem> digest_items(const std::vector<DigestCase>& cases) {
  using Cause = std::tuple<News, std::string_view, std::string_view, std::uint32_t, std::string_view>;
  std::map<Cause, DigestItem> found;
  for (const DigestCase& row : cases) {
    const Finding& finding = row.finding;
    const std::string_view host = is_of_host(finding) ? host_of(finding.subject) : std::string_view();
    const std::uint32_t reason =
        static_cast<std::uint32_t>(finding.reason.code) << 16 | static_cast<std::uint32_t>(finding.reason.status);
    const Cause cause{row.news, finding.site, finding.rule, host.empty() ? 0 : reason,
                      host.empty() ? std::string_view(finding.subject) : host};
    DigestItem& item = found[cause];
    item.news = row.news;
    item.site = finding.site;
    item.host = host;
    item.severity = std::max(item.severity, finding.severity);
    item.places += finding.where_total;
    item.findings.push_back(&finding);
  }
  std::vector<DigestItem> items;
  items.reserve(found.size());
  for (auto& [cause, item] : found) {
    std::sort(item.findings.begin(), item.findings.end(), [](const Finding* left, const Finding* right) {
      return std::tuple(~left->where_total, std::string_view(left->subject)) <
             std::tuple(~right->where_total, std::string_view(right->subject));
    });
    if (item.findings.size() == 1) item.host = {};
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), told_before);
  return items;
}

DigestPlan plan_digest(const std::vector<DigestItem>& items) {
  DigestPlan plan;
  std::map<std::string_view, std::size_t> places;  // of a site in plan.sites
  std::map<std::string_view, std::uint64_t> left_out;
  std::array<std::size_t, 3> taken{};
  for (const DigestItem& item : items) {
    std::uint64_t& total = item.news == News::kOpened      ? plan.opened
                           : item.news == News::kStillOpen ? plan.still_open
                                                           : plan.closed;
    total += item.findings.size();
    if (taken[static_cast<std::size_t>(item.news)] >= bound_of(item.news)) {
      left_out[item.site] += item.findings.size();
      continue;
    }
    ++taken[static_cast<std::size_t>(item.news)];
    const auto [place, is_new] = places.try_emplace(item.site, plan.sites.size());
    if (is_new) plan.sites.push_back({.id = item.site, .items = {}, .left_out = 0});
    plan.sites[place->second].items.push_back(&item);
  }
  plan.site_count = plan.sites.size();
  for (const auto& [site, count] : left_out) {
    const auto place = places.find(site);
    if (place != places.end()) {
      plan.sites[place->second].left_out = count;
      continue;
    }
    ++plan.site_count;
    ++plan.sites_left_out;
    plan.items_left_out += count;
  }
  return plan;
}

}  // namespace xuncha
