#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/result.h"
#include "core/url.h"
#include "daemon/cli/check_options.h"

namespace xuncha {

// One page and where it was found.
struct FetchedPage {
  Url url;  // after redirects
  FetchOutcome outcome;
};

// Fetches what stands at one address as a patrol would fetch a page: one request a hop, each judged by the address
// policy, at most limits::kRedirectsMax redirects; whatever its status and kind. kNothingJudged with a sentence where
// no HTTP answer came.
Result<FetchedPage> fetch_answer(const Url& url, const NetworkOptions& network, const Clock& clock);

// Fetches one page as a patrol would: one request a hop, each judged by the address policy, at most
// limits::kRedirectsMax redirects. Runs its own loop and blocks until the answer is there; asks neither robots.txt nor
// for patience, since a person asked for this one page. kNothingJudged with a sentence for everything but a page of
// status 200 that is HTML.
Result<FetchedPage> fetch_page(const Url& url, const NetworkOptions& network, const Clock& clock);

// Asks a daemon of ours, at an address that its operator named: any address, one hop, status 200. kUnavailable with a
// sentence for everything else.
Result<std::string> fetch_from_daemon(const Url& url, const Clock& clock);

}  // namespace xuncha
