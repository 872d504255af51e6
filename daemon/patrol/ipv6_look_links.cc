// Links of the second and third level over IPv6.
#include <utility>

#include "daemon/patrol/ipv6_look.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {
namespace {

constexpr std::size_t kLinkBytesMax = 64u << 10;  // that the page begins to come is enough
constexpr std::size_t kFailingShown = 10;

}  // namespace

void Ipv6Look::begin_links() {
  const bool opens = status_.stage == Ipv6Stage::kOk || status_.stage == Ipv6Stage::kResources;
  if (!wish_.with_links || !opens) {
    done_ = true;
    return;
  }
  for (const int level : {2, 3}) {
    for (Url& url : place_.links_of(level)) links_.push_back({std::move(url), level});
  }
  ask_links();
}

// Answers may come at once: then the loop goes on where the call stands.
void Ipv6Look::ask_links() {
  next_link_wanted_ = true;
  if (asking_links_) return;
  asking_links_ = true;
  while (next_link_wanted_ && !done_) {
    next_link_wanted_ = false;
    if (next_link_ < links_.size()) {
      judge_link(links_[next_link_++]);
    } else {
      status_.level2_rate = level2_.rate();
      status_.level3_rate = level3_.rate();
      on_links_(level2_, level3_);
      done_ = true;
    }
  }
  asking_links_ = false;
}

// Failed is what does so twice over IPv6, is well over IPv4 in between, and fails while the home page is well over
// IPv6: then neither a moment nor our own network did it.
void Ipv6Look::judge_link(const LinkToAsk& link) {
  ask_link(link.url, Family::kIpv6, [this, link](LinkAnswer first, const Attempt& attempt) {
    if (first != LinkAnswer::kFailed) return count_link(link, first, attempt);
    ask_link(link.url, Family::kIpv4, [this, link](LinkAnswer over_ipv4, const Attempt& control) {
      if (over_ipv4 != LinkAnswer::kWell) return count_link(link, LinkAnswer::kUntold, control);
      ask_link(link.url, Family::kIpv6, [this, link](LinkAnswer second, const Attempt& again) {
        if (second != LinkAnswer::kFailed) return count_link(link, second, again);
        ask_link(home_, Family::kIpv6, [this, link, again](LinkAnswer home, const Attempt&) {
          count_link(link, home == LinkAnswer::kWell ? LinkAnswer::kFailed : LinkAnswer::kUntold, again);
        });
      });
    });
  });
}

void Ipv6Look::count_link(const LinkToAsk& link, LinkAnswer answer, const Attempt& attempt) {
  Ipv6LinkCount& count = link.level == 2 ? level2_ : level3_;
  if (answer == LinkAnswer::kWell) ++count.well;
  if (answer == LinkAnswer::kFailed) {
    ++count.failed;
    count.last_failed = attempt;
    if (count.failing.size() < kFailingShown) count.failing.emplace_back(link.url.without_fragment());
  }
  ask_links();
}

// One request of that family; a page that only sends on is well.
void Ipv6Look::ask_link(const Url& url, Family family, const LinkHandler& then) {
  const bool in_scope = place_.scope.contains(url);
  const HostId host = place_.desk.host_of(url, in_scope);
  const auto send = [this, url, family, host, then](HostId queue) {
    FetchRequest request;
    request.url = url;
    request.family = family;
    request.verify_tls = !place_.desk[host].unverified;
    request.body_bytes_max = kLinkBytesMax;
    place_.fetcher.ask(
        queue, Lane::kConfirmation, std::move(request),
        [this, alive = std::weak_ptr(alive_), then](const FetchOutcome& outcome) {
          if (alive.expired() || done_) return;
          LinkAnswer answer = LinkAnswer::kFailed;
          const Verdict verdict = verdict_of({ReasonCode::kHttpStatus, outcome.status});
          if (outcome.error == TransportError::kEngineError || verdict == Verdict::kBlocked || outcome.status == 503) {
            answer = LinkAnswer::kUntold;
          } else if (outcome.error == TransportError::kNone && outcome.status < 400) {
            answer = LinkAnswer::kWell;
          }
          then(answer, outcome.attempt);
        });
  };
  if (family == Family::kIpv4) return send(host);
  resolve(url, Family::kIpv6, [this, url, in_scope, send, then](const AddressFacts& found) {
    if (found.error == TransportError::kNone) return send(queue_of(url, found.usable.front(), in_scope));
    const bool absent = found.error == TransportError::kDnsNoAddress || found.error == TransportError::kDnsNxdomain;
    then(absent ? LinkAnswer::kFailed : LinkAnswer::kUntold, found.attempt);
  });
}

}  // namespace xuncha
