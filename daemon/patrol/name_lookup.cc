#include "daemon/patrol/name_lookup.h"

#include <utility>

#include "crawler/curl_shard.h"

namespace xuncha {
namespace {

class ShardNames final : public NameLookup {
 public:
  explicit ShardNames(CurlShard& shard) : shard_(shard) {}
  void resolve(std::string_view host, std::uint16_t port, Family family, Handler handler) override {
    shard_.resolve(host, port, family, std::move(handler));
  }
  void forget(std::string_view host) override { shard_.forget(host); }
  void name_servers(std::string_view host, ZoneLook::Permitted permitted, ZoneLook::Handler handler) override {
    shard_.look_at_zone(host, std::move(permitted), std::move(handler));
  }

 private:
  CurlShard& shard_;
};

}  // namespace

std::unique_ptr<NameLookup> names_of(CurlShard& shard) {
  return std::make_unique<ShardNames>(shard);
}

}  // namespace xuncha
