#include "daemon/patrol/tls_look.h"

#include <utility>

#include "crawler/curl_shard.h"

namespace xuncha {
namespace {

class ShardTls final : public TlsLook {
 public:
  explicit ShardTls(CurlShard& shard) : shard_(shard) {}
  std::optional<Certificate> certificate() const override { return shard_.certificate_of_answer(); }
  void greet_old(FetchRequest request, Fetcher::Handler handler) override {
    shard_.greet_old_tls(std::move(request), std::move(handler));
  }

 private:
  CurlShard& shard_;
};

}  // namespace

std::unique_ptr<TlsLook> tls_of(CurlShard& shard) {
  return std::make_unique<ShardTls>(shard);
}

}  // namespace xuncha
