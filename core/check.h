#pragma once

#include <cstdio>
#include <cstdlib>

// A broken invariant ends the process, in release too: a wrong finding costs more than a restart.
// Nothing a portal sends may reach one.
#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
