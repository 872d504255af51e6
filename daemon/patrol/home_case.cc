#include "daemon/patrol/home_case.h"

#include <utility>

namespace xuncha {
namespace {

constexpr const char* kRule = "site.unreachable";

// May visits that open close it?
bool may_close(const Finding& finding, HomeNews::Kind kind) {
  if (finding.state == FindingState::kClosed) return false;
  if (kind == HomeNews::Kind::kUnderShare) return is_of_week(finding);
  return verdict_of(finding.reason) == Verdict::kBroken;
}

}  // namespace

bool is_of_week(const Finding& home_case) {
  return home_case.reason.code == ReasonCode::kNone;
}

std::vector<CaseChange> apply_home_news(CaseTracker& cases, const std::string& site, const Url& home,
                                        const HomeNews& news, Severity severity, WallTime now) {
  const std::string key = url_key(home);
  const std::string id = finding_id(site, kRule, key);
  std::vector<CaseChange> changes;
  const auto fail = [&](Reason reason) {
    changes.push_back(cases.failed({.rule = kRule,
                                    .subject = std::string(home.without_fragment()),
                                    .subject_key = key,
                                    .reason = reason,
                                    .severity = severity,
                                    .evidence = news.evidence,
                                    .proven = true},
                                   now));
  };
  switch (news.kind) {
    case HomeNews::Kind::kDown:
      fail(news.reason);
      break;
    case HomeNews::Kind::kOverShare: {
      const Finding* known = cases.find(id);
      const bool is_of_page = known != nullptr && known->state != FindingState::kClosed && !is_of_week(*known) &&
                              !may_close(*known, HomeNews::Kind::kUp);
      if (!is_of_page) fail({});
      break;
    }
    case HomeNews::Kind::kUp:
    case HomeNews::Kind::kUnderShare: {
      const Finding* known = cases.find(id);
      if (known == nullptr || !may_close(*known, news.kind)) break;
      while (known->state != FindingState::kClosed) {
        if (auto change = cases.passed(id, now)) changes.push_back(std::move(*change));
      }
      break;
    }
  }
  return changes;
}

}  // namespace xuncha
