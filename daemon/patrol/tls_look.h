#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/fetch.h"
#include "crawler/certificate.h"

namespace xuncha {

class CurlShard;

// What a patrol is told of TLS beside its answers. Thread rule: confined to one thread.
class TlsLook {
 public:
  virtual ~TlsLook() = default;
  // Of the answer whose handler is being called; none where it opened no TLS connection. REQUIRES: called in there.
  virtual std::optional<Certificate> certificate() const = 0;
  // Asks for a handshake in TLS 1.0 or 1.1 and no more: kNone when the server agrees to one. The handler is never
  // called from inside; it may be called when who asked is gone.
  virtual void greet_old(FetchRequest request, Fetcher::Handler handler) = 0;
};

// By a shard, which must outlive it.
std::unique_ptr<TlsLook> tls_of(CurlShard& shard);

}  // namespace xuncha
