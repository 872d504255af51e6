#pragma once

#include <cstdint>
#include <string_view>

#include "core/fetch.h"

namespace xuncha {

// Who ended a transfer, when it was not the library.
enum class Ended : std::uint8_t {
  kByLibrary,         // libcurl's own code tells why
  kBodyCap,           // enough was read: not an error
  kBomb,              // limits::kBombRatioMax
  kHeaderBounds,      // limits::kHeader*
  kBadHead,           // a status line or framing headers that no client may accept
  kFirstByte,         // the head was not complete within limits::kFirstByteTimeout
  kTooSlow,           // fewer than limits::kLowSpeedBytes a second
  kWrongPeer,         // libcurl was about to use another address than the pinned one
  kOutOfDescriptors,  // no socket to be had: ours
  kEngine,            // the multi handle was in doubt, or the shard stopped: ours
};

// What the server's own certificate (the leaf) is guilty of, seen in the handshake, whatever the chain's fault is.
enum class LeafFault : std::uint8_t { kNone, kExpired, kName };

// All that is known of a finished transfer, as far as it decides what to call it.
struct TransferEnd {
  int code = 0;  // CURLcode
  Ended ended = Ended::kByLibrary;
  Phase phase = Phase::kConnect;  // the step that was under way
  int system_error = 0;           // errno of the failed connect, 0 when unknown
  long verify_result = 0;         // X509_V_*, of OpenSSL
  LeafFault leaf = LeafFault::kNone;
  bool head_complete = true;      // the empty line after the final headers was seen
  bool body_until_close = false;  // neither Content-Length nor chunks: the end of the connection is the end of the body
  bool plain_http_reply = false;  // the first bytes of the TLS answer spelled HTTP
  std::string_view words;         // libcurl's error text
};

// The name of it. Pure. Rests on libcurl 7.88 and OpenSSL 3.0 (their texts where a code does not tell enough);
// crawler/outcome_test.cc and the scripted servers of crawler/hostile_test.cc hold the table.
TransportError classify(const TransferEnd& end);

}  // namespace xuncha
