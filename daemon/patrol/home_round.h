#pragma once

#include <memory>
#include <optional>

#include "core/clock.h"
#include "core/records.h"
#include "core/result.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/polite_fetcher.h"
#include "daemon/patrol/request_pump.h"
#include "storage/store.h"

namespace xuncha {

// The small round of a site of which nothing but the home page is due: asks for that page, along the redirects that are
// remembered. When it answers well and refers to what it referred to before, all that the last whole round found still
// holds, and nothing else need be read from the store. Anything else is left to a whole round, which asks again and
// judges. Thread rule: confined to the thread of the fetcher.
class HomeRound {
 public:
  enum class State : std::uint8_t { kUnderWay, kUnchanged, kChanged };

  // All must outlive it.
  HomeRound(PatrolOptions options, RequestPump& pump, HostMemory& memory, Store& store, const Clock& clock);
  HomeRound(const HomeRound&) = delete;
  HomeRound& operator=(const HomeRound&) = delete;

  // REQUIRES: options.continuous. Fails only when the store does.
  Status start();
  State state() const { return state_; }
  const std::optional<Error>& store_error() const { return store_error_; }
  // After kUnchanged: when the home page is due again.
  WallTime next_due() const { return next_due_; }

 private:
  // The page under way, as it is remembered.
  struct Page {
    Url url;
    UrlEntry entry;
  };
  std::optional<Page> remembered(const Url& url);
  void ask(Page page);
  void answered(Page page, const FetchOutcome& outcome);
  void redirected(Page page, const FetchOutcome& outcome);
  bool is_as_before(const Page& page, const FetchOutcome& outcome, PageReading& reading);
  void unchanged(const Page& page);
  void keep(const Page& page);
  void changed() { state_ = State::kChanged; }

  const PatrolOptions options_;
  RequestPump& pump_;
  HostMemory& memory_;
  Store& store_;
  const Clock& clock_;
  PoliteFetcher fetcher_;
  SiteHandle handle_;
  State state_ = State::kUnderWay;
  std::optional<Error> store_error_;
  WallTime next_due_ = WallTime::max();
  int hops_ = 0;
};

}  // namespace xuncha
