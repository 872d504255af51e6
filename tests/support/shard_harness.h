#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/curl_shard.h"

namespace xuncha::test {

// Options for tests: loopback permitted, DNS nowhere, limits of tenths of seconds.
ShardOptions loopback_options();

// A shard with a loop of its own, driven by the test's thread.
class ShardHarness {
 public:
  explicit ShardHarness(ShardOptions options = loopback_options());
  ~ShardHarness();

  // Runs the loop until the answer is there; at most ten seconds, then kEngineError with the words "test gave up".
  FetchOutcome fetch(FetchRequest request);
  FetchOutcome fetch(std::string_view url, FetchClass fetch_class = FetchClass::kPage, Family family = Family::kAny);
  std::vector<FetchOutcome> fetch_all(std::vector<FetchRequest> requests);
  HostAddresses resolve(std::string_view host, std::uint16_t port, Family family = Family::kAny);
  // Runs what is ready and no more.
  void poll();

  CurlShard& shard() { return *shard_; }

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<CurlShard> shard_;
};

// Does CurlShard::create succeed?
bool can_create(ShardOptions options);

FetchRequest request_for(std::string_view url, FetchClass fetch_class = FetchClass::kPage);

}  // namespace xuncha::test
