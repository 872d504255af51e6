#pragma once

#include <string>
#include <vector>

#include "core/finding.h"
#include "core/url.h"
#include "daemon/patrol/case_tracker.h"

namespace xuncha {

// What probes tell of a site's home page, each looked at twice and with our own network proven.
struct HomeNews {
  enum class Kind : std::uint8_t {
    kDown,        // does not open, and did not some minutes ago
    kUp,          // opens again, for long enough
    kOverShare,   // opens, but too many visits of the rule's window did not
    kUnderShare,  // no longer
  };
  std::string site;
  Kind kind = Kind::kDown;
  Reason reason{};      // of kDown
  Evidence evidence{};  // of kDown and kOverShare
};

// Is the case `site.unreachable` that of the rule's window, which only probes can close?
bool is_of_week(const Finding& home_case);

// What that does to the case `site.unreachable`, in order. The incident (a reason of its own) and the rule of the week
// (no reason) are one case: people hear of one fault of one site. A case that was opened for what the page says (a soft
// 404, say) is not closed by visits that only see it open. Pure.
std::vector<CaseChange> apply_home_news(CaseTracker& cases, const std::string& site, const Url& home,
                                        const HomeNews& news, Severity severity, WallTime now);

}  // namespace xuncha
