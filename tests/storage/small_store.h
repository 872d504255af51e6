#pragma once

#include "storage/store_options.h"

namespace xuncha {

// Of a store that a test opens: without ballast, and on a disk that may be nearly full.
inline StoreOptions small_store_options() {
  StoreOptions options = StoreOptions::for_check();
  options.space.ballast_bytes = 0;
  options.space.free_bytes_min = 1u << 20;
  return options;
}

}  // namespace xuncha
