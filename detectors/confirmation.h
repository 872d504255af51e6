#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/verdict.h"

namespace xuncha {

// The kinds of outcome that are confirmed alike.
enum class ConfirmationClass : std::uint8_t {
  kNone,  // no fault of a link: one sight
  kGone,  // 404, 410, wrong content
  kSoft404,
  kNxdomain,
  kTransport,    // connect, TLS, timeout
  kServerError,  // 5xx
};
inline constexpr std::size_t kConfirmationClasses = 6;
ConfirmationClass confirmation_class(Reason reason);

// How often an outcome must be seen, and how far apart, before it is said: the spacings between its
// failing sights, by class. Failures needed = spacings + 1.
struct ConfirmationSpacings {
  std::array<std::vector<std::chrono::seconds>, kConfirmationClasses> spacings = default_spacings();

  const std::vector<std::chrono::seconds>& of(Reason reason) const {
    return spacings[static_cast<std::size_t>(confirmation_class(reason))];
  }

  static std::array<std::vector<std::chrono::seconds>, kConfirmationClasses> default_spacings();
};

// Clean sights in a row before an open case is closed.
inline constexpr std::size_t kRecoveriesNeeded = 2;

// Do two reasons belong to one outcome class, so that the second confirms the first? Any fault confirms a fault: a page
// that timed out and now answers 500 is still broken; the newest reason is told.
bool confirms(Reason earlier, Reason later);

}  // namespace xuncha
