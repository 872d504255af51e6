#include "daemon/patrol/tls_look.h"

#include "crawler/curl_shard.h"

namespace xuncha {
namespace {

class ShardTls final : public TlsLook {
 public:
  explicit ShardTls(CurlShard& shard) : shard_(shard) {}
  std::optional<Certificate> certificate() const override { return shard_.certificate_of_answer(); }

 private:
  CurlShard& shard_;
};

}  // namespace

std::unique_ptr<TlsLook> tls_of(CurlShard& shard) {
  return std::make_unique<ShardTls>(shard);
}

}  // namespace xuncha
