#pragma once

#include <cstddef>
#include <cstdint>

#include "core/fetch.h"
#include "core/limits.h"

namespace xuncha {

// Bounds of an answer's head.
struct HeaderBounds {
  std::size_t bytes_max = limits::kHeaderBytesMax;
  std::size_t lines_max = limits::kHeaderLinesMax;
  std::size_t line_bytes_max = limits::kHeaderLineBytesMax;
};

// The limits of a fetch, so that tests need not wait for the real ones. Values and reasons are in core/limits.h.
struct FetchLimits {
  Milliseconds connect = limits::kConnectTimeout;        // until TCP and TLS stand
  Milliseconds first_byte = limits::kFirstByteTimeout;   // from the request until the head is complete
  Milliseconds page = limits::kPageTimeout;              // whole fetch, of pages, foreign pages and sitemaps
  Milliseconds attachment = limits::kAttachmentTimeout;  // of attachments and resources
  Milliseconds robots = limits::kRobotsTimeout;
  Milliseconds probe = limits::kProbeTimeout;
  long low_speed_bytes = limits::kLowSpeedBytes;
  Milliseconds low_speed_time = limits::kLowSpeedTime;
  Milliseconds sweep = limits::kFetchSweepInterval;
  HeaderBounds headers;

  Milliseconds total(FetchClass fetch_class) const;
};

// What is kept of a body, unless the request says otherwise.
std::size_t body_bytes_max(const FetchRequest& request);

}  // namespace xuncha
