#pragma once

#include <optional>
#include <string_view>

#include "core/clock.h"

namespace xuncha {

// How long a Retry-After field asks us to stay away (RFC 9110 10.2.3): delay-seconds or an HTTP-date, whose distance
// from `now` counts; a date that has passed is limits::kRetryAfterMin. Clamped to limits::kRetryAfterMin..Max, since a
// host may neither drive us to hammer it nor make itself unwatched for ever. nullopt for anything else.
std::optional<Milliseconds> parse_retry_after(std::string_view field, WallTime now);

}  // namespace xuncha
