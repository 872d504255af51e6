#include "daemon/patrol/page_fetch.h"

#include <boost/asio/io_context.hpp>
#include <memory>
#include <utility>

#include "core/limits.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/shard_setup.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

Error no_page(const Url& url, std::string message) {
  return Error{ErrorCode::kNothingJudged, std::string(url.without_fragment()), std::move(message)};
}

std::string address_text(const FetchOutcome& outcome) {
  return outcome.attempt.address ? format_address(*outcome.attempt.address) : std::string("unknown");
}

// Why there is no HTTP answer, as a sentence.
std::string fault_text(const FetchOutcome& outcome) {
  if (outcome.error == TransportError::kAddressRefused) {
    return "its address " + address_text(outcome) + " is refused by default (" + outcome.refused_range +
           "); --allow-cidr permits it";
  }
  std::string text = "could not be fetched: " + reason_name(reason_of(outcome.error));
  if (!outcome.attempt.error.empty()) text += " (" + outcome.attempt.error + ")";
  if (outcome.attempt.address) text += ", address " + address_text(outcome);
  return text;
}

FetchOutcome fetch_hop(boost::asio::io_context& context, Fetcher& fetcher, const Url& url,
                       FetchClass fetch_class = FetchClass::kPage) {
  FetchRequest request;
  request.url = url;
  request.fetch_class = fetch_class;
  std::optional<FetchOutcome> answer;
  fetcher.fetch(std::move(request), [&answer](FetchOutcome outcome) { answer = std::move(outcome); });
  context.restart();
  while (!answer && context.run_one() > 0) {
  }
  if (answer) return std::move(*answer);
  FetchOutcome none;
  none.error = TransportError::kEngineError;
  return none;
}

}  // namespace

Result<std::string> fetch_from_daemon(const Url& url, const Clock& clock) {
  const std::string where(url.without_fragment());
  NetworkOptions network;
  network.allow_cidr = {*parse_cidr("0.0.0.0/0"), *parse_cidr("::/0")};
  boost::asio::io_context context(1);
  auto options = shard_options(network, clock);
  if (!options) return options.error();
  auto shard = CurlShard::create(context, std::move(options).value());
  if (!shard) return shard.error();
  // The class with the largest body: an answer holds up to limits::kWebListBytesMax.
  FetchOutcome outcome = fetch_hop(context, *shard.value(), url, FetchClass::kSitemap);
  shard.value()->stop();
  if (outcome.error != TransportError::kNone) return Error{ErrorCode::kUnavailable, where, fault_text(outcome)};
  if (outcome.status == 200) return std::move(outcome.body);
  const std::string status = "answered with status " + std::to_string(outcome.status);
  if (outcome.status != 400) return Error{ErrorCode::kUnavailable, where, status};
  return Error{ErrorCode::kUsage, where, status + ": " + outcome.body.substr(0, outcome.body.find('\n'))};
}

Result<FetchedPage> fetch_answer(const Url& url, const NetworkOptions& network, const Clock& clock) {
  boost::asio::io_context context(1);
  auto options = shard_options(network, clock);
  if (!options) return options.error();
  auto shard = CurlShard::create(context, std::move(options).value());
  if (!shard) return shard.error();
  FetchedPage page{url, {}};
  for (int hops = 0;; ++hops) {
    page.outcome = fetch_hop(context, *shard.value(), page.url);
    const FetchOutcome& outcome = page.outcome;
    if (outcome.error != TransportError::kNone) return no_page(page.url, fault_text(outcome));
    if (!is_redirect_status(outcome.status)) break;
    const std::string_view location = outcome.header("location");
    UrlParse next = parse_location(location, page.url);
    if (!next.url) return no_page(page.url, "redirects to no http(s) URL: \"" + std::string(location) + '"');
    if (hops == limits::kRedirectsMax) {
      return no_page(url, "redirects more than " + std::to_string(limits::kRedirectsMax) + " times");
    }
    page.url = std::move(*next.url);
  }
  shard.value()->stop();
  return page;
}

Result<FetchedPage> fetch_page(const Url& url, const NetworkOptions& network, const Clock& clock) {
  auto answer = fetch_answer(url, network, clock);
  if (!answer) return answer.error();
  FetchedPage page = std::move(answer).value();
  if (page.outcome.status != 200) {
    return no_page(page.url, "answered with status " + std::to_string(page.outcome.status));
  }
  const PageReading reading = read_answer(page.outcome, {});
  if (reading.received != Received::kHtml) {
    const std::string type = reading.received == Received::kNothing ? "is empty" : "is no HTML page: " + reading.type;
    return no_page(page.url, type + ", Content-Type \"" + std::string(page.outcome.header("content-type")) + '"');
  }
  return page;
}

}  // namespace xuncha
