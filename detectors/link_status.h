#pragma once

#include "core/target.h"
#include "core/verdict.h"

namespace xuncha {

// What a link verdict still lacks. The caller fetches it and judges again.
enum class LinkNeed : std::uint8_t {
  kNothing,
  kBaseline,    // the negative baseline of the target's host and directory
  kUnverified,  // the same request without certificate verification: the chain is incomplete or the root unknown
};

struct LinkJudgement {
  Reason reason;  // kNone: ok
  LinkNeed need = LinkNeed::kNothing;
  std::string compared;  // for the evidence: what was found ...
  std::string limit;     // ... and what it was compared with
};

// Judges one target. Pure. Order: what stopped the request; then blocks and
// challenges, which are never a fault; then the status; then what the bytes are.
LinkJudgement judge_link(const TargetFacts& facts);

// The reason that a transport error stands for; kNone for kNone.
Reason reason_of(TransportError error);

}  // namespace xuncha
