// Items that came into their lists long after the day they carry: did they stand elsewhere on the site before?
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "core/code_points.h"
#include "core/url.h"
#include "daemon/patrol/column_memory.h"
#include "daemon/patrol/patrol.h"

namespace xuncha {
namespace {

constexpr std::size_t kTitleCharacters = 30;  // of a title that would be found in that of another page
constexpr std::size_t kTitleBytesMin = 15;    // five characters: less is no title
constexpr int kDigitsOfName = 5;              // t20240426_123.html: such a name is given once

}  // namespace

// May articles stand where the crawl does not come, since a list goes on where only a script leads?
bool Patrol::has_unread_lists() const {
  const std::vector<ColumnDesk::Column>& columns = columns_.columns();
  return std::any_of(columns.begin(), columns.end(), [this](const ColumnDesk::Column& column) {
    const ColumnSight& sight = column.record.sight;
    if (sight.script_rendered || sight.by_data) return true;
    if (sight.next_page.empty()) return false;
    const UrlParse next = parse_url(sight.next_page);
    const UrlNumber number = next.url ? targets_.find(*next.url) : 0;
    const UrlRecord& record = targets_[number].record;
    return number == 0 || record.visited == WallTime{} || record.reason.code != ReasonCode::kNone;
  });
}

// Did the items stand elsewhere on the site before they came into their lists? By address, by the name of the file and
// by title, as far as the site was known as a whole by then; and by what the server says of a file's age. All targets
// are gone over once at most, for as many items as can be told and one: the rest stays open until a later round.
std::vector<Lateness> Patrol::weigh_late(const std::vector<const LateItem*>& items) const {
  if (has_unread_lists()) return std::vector<Lateness>(items.size(), Lateness::kKnown);
  struct Sought {
    std::size_t index = 0;
    UrlNumber number = 0;
    std::string title;
    std::string file;  // empty: its name is no name
  };
  std::vector<Lateness> weighed(items.size(), Lateness::kOpen);
  std::vector<Sought> sought;
  const auto was_known = [this](const LateItem& item, const UrlRecord& other) {
    return other.first_seen <= item.before || other.first_seen <= whole_since_;
  };
  for (std::size_t index = 0; index < items.size() && sought.size() <= kLateOfSite; ++index) {
    const LateItem& item = *items[index];
    const UrlParse parsed = parse_url(item.url);
    const UrlNumber number = parsed.url ? targets_.find(*parsed.url) : 0;
    const Target& target = targets_[number];
    const UrlRecord& record = target.record;
    weighed[index] = Lateness::kKnown;
    // Of what is no target nobody can tell.
    if (number == 0 || !target.in_scope || record.redirect != 0 || was_known(item, record)) continue;
    if (record.visited == WallTime{} || record.reason.code != ReasonCode::kNone) {
      weighed[index] = Lateness::kOpen;
      continue;
    }
    const std::optional<WallTime> made = parse_http_date(record.last_modified);
    std::string title = title_head(item.title, kTitleCharacters);
    if ((made && *made <= item.before) || title.size() < kTitleBytesMin) continue;
    const std::string_view path = parsed.url->path();
    std::string file(path.substr(path.rfind('/') + 1));
    if (std::count_if(file.begin(), file.end(), is_ascii_digit) < kDigitsOfName) file.clear();
    weighed[index] = Lateness::kLate;
    sought.push_back({.index = index, .number = number, .title = std::move(title), .file = std::move(file)});
  }
  for (UrlNumber other = 1; other <= targets_.size() && !sought.empty(); ++other) {
    const UrlRecord& each = targets_[other].record;
    if (each.number == 0 || targets_[other].from_fault) continue;
    const std::string_view address = each.url;
    std::string title;  // as title_text() has it, where one may stand in it
    std::erase_if(sought, [&](const Sought& one) {
      if (other == one.number || !was_known(*items[one.index], each)) return false;
      bool is_same = !one.file.empty() && address.size() > one.file.size() && address.ends_with(one.file) &&
                     address[address.size() - one.file.size() - 1] == '/';
      if (!is_same && each.title.size() >= one.title.size()) {
        if (title.empty()) title = title_text(each.title);
        is_same = title.find(one.title) != std::string::npos;
      }
      if (is_same) weighed[one.index] = Lateness::kKnown;
      return is_same;
    });
  }
  return weighed;
}

}  // namespace xuncha
