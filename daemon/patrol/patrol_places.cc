// What is told of a link is told of the pages on which it stands. In rounds these were read up to two weeks ago: before
// a link is told, one of them must have been read with it since its target began to fail.
#include <algorithm>
#include <utility>

#include "core/url.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {

// The page to be read before the target's case may be told by the look at hand; 0: none has to be.
UrlNumber Patrol::place_to_read(UrlNumber number) const {
  const Finding* finding = options_.continuous ? open_case(number) : nullptr;
  const auto places = places_.find(number);
  const bool is_home = targets_[number].record.url_class == UrlClass::kHome;
  if (finding == nullptr || finding->state != FindingState::kSuspect || is_home || places == places_.end()) return 0;
  const std::size_t needed = options_.continuous->spacings.of(finding->reason).size() + 1;
  if (finding->confirmations + 1 < needed) return 0;
  std::vector<UrlNumber> pages;
  for (const Place& place : places->second.sample) {
    const UrlParse parsed = parse_url(place.page);
    const UrlNumber page = parsed.url ? targets_.find(*parsed.url) : 0;
    if (page == 0) continue;
    const UrlRecord& record = targets_[page].record;  // one that is gone itself keeps the links that it had
    if (record.visited >= finding->first_seen && is_readable(record.reason)) return 0;
    pages.push_back(page);
  }
  // Another one each time, since some may never answer.
  return pages.empty() ? 0 : pages[patrol_.number % pages.size()];
}

void Patrol::read_place(UrlNumber page, std::vector<UrlNumber> numbers) {
  const HostId host = targets_[page].host;
  const Url url = url_from_trusted(targets_[page].record.url);
  desk_.when_known(url, host, [this, page, host, url, numbers = std::move(numbers)](bool may_be_asked) {
    if (!may_be_asked || desk_[host].dead) {
      unseen_.insert(numbers.begin(), numbers.end());
      return look_at(numbers);
    }
    FetchRequest request = request_for_target(targets_[page], url);
    request.verify_tls = tls_faults_.find(host) == tls_faults_.end();
    fetcher_.ask(host, Lane::kConfirmation, std::move(request), [=, this](const FetchOutcome& outcome) {
      desk_.note(host, outcome);
      note_place(page, url, outcome, numbers);
      look_at(numbers);
    });
  });
}

// A page that is not as it was is read by the next round, which finds what it refers to now.
void Patrol::note_place(UrlNumber page, const Url& url, const FetchOutcome& outcome,
                        const std::vector<UrlNumber>& numbers) {
  std::set<UrlNumber> linked;
  const bool is_there = outcome.error == TransportError::kNone && outcome.status == 200;
  if (is_there) {
    const PageReading reading = read_answer(outcome, {});
    if (!reading.scanned) return;  // a style sheet, a sitemap, is not searched here: what is remembered holds
    linked = collector_.known(url, reading.facts);
  }
  bool is_unchanged = true;
  for (const UrlNumber number : numbers) {
    const bool stands = std::any_of(linked.begin(), linked.end(), [&](UrlNumber each) {
      const auto twin = twins_.find(each);
      return each == number || (twin != twins_.end() && twin->second == number);
    });
    if (!stands) unseen_.insert(number);
    is_unchanged = is_unchanged && stands;
  }
  if (is_unchanged || outcome.error != TransportError::kNone || outcome.status >= 500) return;
  // Pages that are gone must not hold each other's cases by the links that are remembered of them.
  const bool is_gone = outcome.status == 404 || outcome.status == 410;
  if (const Finding* own = open_case(page); own != nullptr) {
    const auto& apart = options_.continuous->spacings.of(own->reason);
    if (!is_gone || apart.empty() || clock_.wall() - own->first_seen < apart.front()) return;
    Visit visit;
    forget_links(page, visit);
    return save(page, std::move(visit));
  }
  targets_[page].record.visited = WallTime{};
  save(page, {});
}

}  // namespace xuncha
