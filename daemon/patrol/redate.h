#pragma once

#include <algorithm>
#include <initializer_list>

#include "core/clock.h"

namespace xuncha {

// Times still to come were written by a clock that was set back since: they become `now`. True if there was one. Pure.
inline bool redate(std::initializer_list<WallTime*> times, WallTime now) {
  bool is_ahead = false;
  for (WallTime* time : times) {
    is_ahead = is_ahead || *time > now;
    *time = std::min(*time, now);
  }
  return is_ahead;
}

}  // namespace xuncha
