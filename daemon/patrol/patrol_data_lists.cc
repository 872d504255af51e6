// Lists that a page's script would fill in: their data is asked for, one request a list.
#include <utility>

#include "crawler/portal/data_list.h"
#include "daemon/patrol/patrol.h"

namespace xuncha {
namespace {

// Questions for data of one patrol, second sights among them: a portal has some hundred columns, and each question is a
// request more than a browser's visitor makes for the page alone.
constexpr std::size_t kDataListsMax = 500;

}  // namespace

// Gives the facts to `then` at once where nothing is to be asked, else when the answer came; filled or not.
void Patrol::with_filled_list(const Url& page, PortalFacts facts, DataHandler then) {
  const std::optional<Url> data = facts.list ? address_of_data(*facts.list) : std::nullopt;
  const bool may_be_asked = data && !pump_.is_quarantined(*data) && scope_.contains(*data) &&
                            data_lists_asked_ < kDataListsMax &&
                            !options_.exclude.matches(std::string(data->without_fragment()));
  if (!may_be_asked) return then(facts, nullptr);
  ++data_lists_asked_;
  const HostId host = desk_.host_of(*data, /*in_scope=*/true);
  auto shell = std::make_shared<PortalFacts>(std::move(facts));
  desk_.when_known(*data, host, [this, page, data = *data, host, shell, then = std::move(then)](bool permitted) {
    if (!permitted || desk_[host].dead) return then(*shell, nullptr);
    FetchRequest request;
    request.url = data;
    request.referer = std::string(page.without_fragment());
    request.verify_tls = tls_faults_.find(host) == tls_faults_.end();
    fetcher_.ask(host, Lane::kHome, std::move(request), [this, page, data, host, shell, then](FetchOutcome outcome) {
      desk_.note(host, outcome);
      const bool is_answer = outcome.error == TransportError::kNone && outcome.status == 200 && !outcome.body_cut;
      const bool is_filled = is_answer && fill_list(*shell->list, outcome.body, data, page, today());
      then(*shell, is_filled ? &outcome.attempt : nullptr);
    });
  });
}

// A column whose page stands empty until its script has asked.
void Patrol::fill_column(const Url& url, const PortalFacts& facts) {
  if (!facts.list || !address_of_data(*facts.list)) return;
  with_filled_list(url, facts, [this, url](const PortalFacts& filled, const Attempt* answer) {
    if (answer != nullptr) columns_.fill(url, *filled.list, *answer, today());
  });
}

}  // namespace xuncha
