#pragma once

#include <memory>
#include <optional>

#include "crawler/certificate.h"

namespace xuncha {

class CurlShard;

// What a patrol is told of TLS beside its answers. Thread rule: confined to one thread.
class TlsLook {
 public:
  virtual ~TlsLook() = default;
  // Of the answer whose handler is being called; none where it opened no TLS connection. REQUIRES: called in there.
  virtual std::optional<Certificate> certificate() const = 0;
};

// By a shard, which must outlive it.
std::unique_ptr<TlsLook> tls_of(CurlShard& shard);

}  // namespace xuncha
