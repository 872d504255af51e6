#pragma once

#include <cstdint>
#include <optional>

#include "core/other_scheme.h"
#include "core/verdict.h"
#include "detectors/ipv6.h"

// Does a portal's home page answer the same under http and https? Pure: facts in, a state or what it still needs out.
namespace xuncha {

// One sight of the home page under one scheme.
struct SchemeSight {
  // Where the answer leads, by a redirect, refresh or script. What stays within site and scheme is followed by the
  // caller.
  enum class Leads : std::uint8_t {
    kNowhere,    // it is an answer of its own
    kToPortal,   // to the site under the scheme that was not asked
    kElsewhere,  // to a host that is none of the site's
    kTooFar,     // through more hops than are followed
  };
  Leads leads = Leads::kNowhere;
  Reason reason;  // why it is no page, as a link would be judged; kNone: it is one
  bool html = false;
  PageSketch page;  // of HTML
};

struct SchemeFacts {
  // Has another host, or this one by another name, answered us under the other scheme? Else a firewall of our own may
  // be what keeps us from it.
  bool others_answer = false;
  std::optional<SchemeSight> other;
  std::optional<SchemeSight> home;  // under its own scheme, after `other`
  std::optional<SchemeSight> other_again;
  std::optional<SchemeSight> home_again;
};

// What a judgement still lacks: the caller gets it and judges again.
enum class SchemeNeed : std::uint8_t { kNothing, kOther, kHome, kOtherAgain, kHomeAgain };

struct SchemeJudgement {
  SchemeNeed need = SchemeNeed::kNothing;
  SchemeState state = SchemeState::kUnknown;
  Reason reason;
};

// What is not well is said only if a second sight shows the same while the home page opens; another page only if the
// home page itself was the same at both.
SchemeJudgement judge_other_scheme(const SchemeFacts& facts);

}  // namespace xuncha
