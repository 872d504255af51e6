#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/verdict.h"

namespace xuncha {

// How a portal's home page answers under the other scheme than its own: https of one that is reached by http, http of
// one that is reached by https. Numbers are stored: append only.
enum class SchemeState : std::uint8_t {
  kUnknown,   // nothing is said: turned away, our own failure, or (without a reason) a page that is never the same
  kNone,      // nobody listens there
  kBroken,    // somebody does, and a visitor meets an error
  kRedirect,  // it sends on to the portal
  kSame,      // the same page
  kOther,     // another page, or another site
};
std::string_view scheme_state_name(
    SchemeState state);  // "unknown", "none", "broken", "redirect", "ok", "other_content"

// Information, no finding: a portal may offer one scheme alone. Where its own links lead to an error there, that is
// told as link.* or site.tls.
struct OtherScheme {
  std::string url;  // that was asked, under that scheme
  SchemeState state = SchemeState::kUnknown;
  Reason reason;  // of kNone, kBroken and kUnknown
  WallTime seen{};

  bool is_https() const { return url.starts_with("https:"); }
  friend bool operator==(const OtherScheme&, const OtherScheme&) = default;
};

}  // namespace xuncha
