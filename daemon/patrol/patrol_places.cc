// What is told of a link is told of the pages on which it stands. In rounds these were read up to two weeks ago: before
// a link is told, one of them must have been read with it since its target began to fail.
#include <algorithm>
#include <utility>

#include "core/url.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {

// The page to be read before the target's case may be told by the look at hand; nullopt: none has to be; 0: all that
// could be read refuse us, and are not pressed.
std::optional<UrlNumber> Patrol::place_to_read(UrlNumber number) const {
  const Finding* finding = options_.continuous ? open_case(number) : nullptr;
  const auto places = places_.find(number);
  const bool is_home = targets_[number].record.url_class == UrlClass::kHome;
  if (finding == nullptr || finding->state != FindingState::kSuspect || is_home || places == places_.end()) {
    return std::nullopt;
  }
  const std::size_t needed = options_.continuous->spacings.of(finding->reason).size() + 1;
  if (finding->confirmations + 1 < needed) return std::nullopt;
  std::vector<UrlNumber> pages;
  bool refuses = false;
  for (const Place& place : places->second.sample) {
    const UrlParse parsed = parse_url(place.page);
    const UrlNumber page = parsed.url ? targets_.find(*parsed.url) : 0;
    if (page == 0) continue;
    const UrlRecord& record = targets_[page].record;  // one that is gone itself keeps the links that it had
    if (record.visited >= finding->first_seen && is_readable(record.reason)) return std::nullopt;
    const bool is_shut = verdict_of(record.reason) == Verdict::kBlocked;
    refuses = refuses || is_shut;
    if (!is_shut) pages.push_back(page);
  }
  // Another one each time, since some may never answer.
  if (!pages.empty()) return pages[patrol_.number % pages.size()];
  return refuses ? std::optional<UrlNumber>(0) : std::nullopt;
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

// A page that is not as it was is read by the next round, which finds what it refers to now; not one that this round
// has read, or asked in vain: the next would only ask the same again, and the one after it.
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
  // Pages that are gone must not hold each other's cases by the links that are remembered of them.
  const bool is_gone = outcome.status == 404 || outcome.status == 410;
  const bool refuses = verdict_of({ReasonCode::kHttpStatus, outcome.status}) == Verdict::kBlocked;
  const bool tells =
      outcome.error == TransportError::kNone && (is_there || is_gone || refuses || is_redirect_status(outcome.status));
  if (is_unchanged || !tells) return;
  if (const Finding* own = open_case(page); own != nullptr) {
    const auto& apart = options_.continuous->spacings.of(own->reason);
    if (!is_gone || apart.empty() || clock_.wall() - own->first_seen < apart.front()) return;
    Visit visit;
    forget_links(page, visit);
    return save(page, std::move(visit));
  }
  if (!targets_[page].recalled) return;
  targets_[page].record.visited = WallTime{};
  save(page, {});
}

}  // namespace xuncha
