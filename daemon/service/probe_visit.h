#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/finding.h"
#include "core/probe.h"
#include "core/url.h"
#include "crawler/frontier.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/polite_fetcher.h"

namespace xuncha {

// What one visit needs. Everything must outlive it, or `alive` end first.
struct ProbePlace {
  PoliteFetcher& fetcher;  // of the site
  Frontier& frontier;
  const Clock& clock;
  NameLookup* names = nullptr;                  // IPv6 is asked only where it gives an address
  std::function<PhaseTimes()> phases;           // of the answer at hand; null: unknown
  std::shared_ptr<const AddressPolicy> policy;  // null: the fetcher's
  std::optional<PacePolicy> pace;               // of the site's own host
  Milliseconds slow{};                          // a visit that takes this long has not opened
  std::weak_ptr<const bool> alive;              // nothing is called any more once it is gone
};

// How one visit of a home page went.
struct ProbeOutcome {
  enum class Kind : std::uint8_t {
    kSeen,       // `sample` tells
    kNoAddress,  // the host has none of this family
    kNotAsked,   // the address policy, or our own process, stood before it
  };
  Kind kind = Kind::kSeen;
  ProbeSample sample;  // not yet held against our own network
  Attempt attempt;     // the last
  // Did nothing but silence tell against the site, so that our own network must be proven?
  bool needs_proof = false;
};

// Visits a home page over one family as a visitor would who never was there: asks for its name, connects, reads all of
// it, and follows its redirects, each on a new connection. A certificate at fault is passed over: it is told as such
// (site.tls). The handler is called once, perhaps at once, not any more when `place.alive` is gone.
void visit_home(ProbePlace place, const Url& home, Family family, std::function<void(ProbeOutcome)> handler);

}  // namespace xuncha
