#include "tests/support/shard_harness.h"

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

namespace xuncha::test {

using namespace std::chrono_literals;

struct ShardHarness::Loop {
  boost::asio::io_context context;
};

ShardOptions loopback_options() {
  ShardOptions options;
  options.user_agent = "xuncha-test";
  options.policy = AddressPolicy({*parse_cidr("127.0.0.0/8"), *parse_cidr("::1/128")});
  options.resolver.servers = {Endpoint{IpAddress::v4(127, 0, 0, 1), 1}};
  options.resolver.timeout = 150ms;
  options.limits.connect = 400ms;
  options.limits.first_byte = 400ms;
  options.limits.page = 2500ms;
  options.limits.attachment = 2500ms;
  options.limits.robots = 800ms;
  options.limits.probe = 800ms;
  options.limits.low_speed_time = 300ms;
  options.limits.sweep = 20ms;
  return options;
}

ShardHarness::ShardHarness(ShardOptions options) : loop_(std::make_unique<Loop>()) {
  auto made = CurlShard::create(loop_->context, std::move(options));
  if (!made) {
    std::fprintf(stderr, "no shard: %s: %s\n", made.error().where.c_str(), made.error().message.c_str());
    std::abort();
  }
  shard_ = std::move(made).value();
}

ShardHarness::~ShardHarness() {
  shard_.reset();
}

bool can_create(ShardOptions options) {
  boost::asio::io_context context;
  return CurlShard::create(context, std::move(options)).ok();
}

FetchRequest request_for(std::string_view url, FetchClass fetch_class) {
  FetchRequest request;
  request.url = *parse_url(url).url;
  request.fetch_class = fetch_class;
  return request;
}

std::vector<FetchOutcome> ShardHarness::fetch_all(std::vector<FetchRequest> requests) {
  std::vector<FetchOutcome> outcomes(requests.size());
  std::size_t left = requests.size();
  for (FetchOutcome& outcome : outcomes) {
    outcome.error = TransportError::kEngineError;
    outcome.attempt.error = "test gave up";
  }
  // A late answer must not find the test's stack gone.
  auto open = std::make_shared<bool>(true);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    shard_->fetch(std::move(requests[i]), [&outcomes, &left, open, i](FetchOutcome outcome) {
      if (!*open) return;
      outcomes[i] = std::move(outcome);
      --left;
    });
  }
  const auto end = std::chrono::steady_clock::now() + 10s;
  loop_->context.restart();
  while (left > 0 && std::chrono::steady_clock::now() < end) loop_->context.run_one_for(100ms);
  *open = false;
  return outcomes;
}

FetchOutcome ShardHarness::fetch(FetchRequest request) {
  std::vector<FetchRequest> one;
  one.push_back(std::move(request));
  return std::move(fetch_all(std::move(one)).front());
}

FetchOutcome ShardHarness::fetch(std::string_view url, FetchClass fetch_class, Family family) {
  FetchRequest request = request_for(url, fetch_class);
  request.family = family;
  return fetch(std::move(request));
}

HostAddresses ShardHarness::resolve(std::string_view host, std::uint16_t port, Family family) {
  auto result = std::make_shared<std::optional<HostAddresses>>();
  shard_->resolve(host, port, family, [result](HostAddresses where) { *result = std::move(where); });
  const auto end = std::chrono::steady_clock::now() + 10s;
  loop_->context.restart();
  while (!*result && std::chrono::steady_clock::now() < end) loop_->context.run_one_for(100ms);
  return result->value_or(HostAddresses{});
}

void ShardHarness::poll() {
  loop_->context.restart();
  loop_->context.poll();
}

}  // namespace xuncha::test
