#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "core/verdict.h"

namespace xuncha {

// How often an outcome must be seen, and how far apart, before it is said (engine.md 4.5). Failures needed = spacings
// + 1.
struct ConfirmationRule {
  std::span<const std::chrono::minutes> spacings;
  std::size_t failures() const { return spacings.size() + 1; }
};

// The ladder of a reason's outcome class. Reasons that are no fault have no ladder (one sight, no spacing).
ConfirmationRule confirmation_rule(Reason reason);

// Clean sights in a row before an open case is closed.
inline constexpr std::size_t kRecoveriesNeeded = 2;

// Do two reasons belong to one outcome class, so that the second confirms the first? Any fault confirms a fault: a page
// that timed out and now answers 500 is still broken; the newest reason is told.
bool confirms(Reason earlier, Reason later);

}  // namespace xuncha
