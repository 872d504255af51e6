#include "daemon/patrol/slot_facts.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/code_points.h"
#include "core/dates.h"
#include "core/digest.h"
#include "core/url_bytes.h"
#include "crawler/portal/portal_text.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/redate.h"

namespace xuncha {
namespace {

constexpr std::size_t kUrlBytesMax = 2'048;
constexpr std::size_t kTextBytesMax = 300;
constexpr std::size_t kTitleHanMin = 4;  // fewer tell no item: 更多, 详情
constexpr std::size_t kLayoutMax = 40;
constexpr std::size_t kLayoutMin = 2;

// Parameters that say nothing of what is shown.
constexpr std::string_view kTracking[] = {
    "t",       "ts",     "v",          "ver",       "version", "_",     "r",
    "rand",    "random", "rnd",        "timestamp", "time",    "tt",    "spm",
    "from",    "source", "jsessionid", "sessionid", "sid",     "scene", "isappinstalled",
    "nocache", "cache",  "_t",         "_ts",       "_v",      "dt",    "tm"};

bool is_tracking(std::string_view parameter) {
  const std::string name = to_ascii_lower(parameter.substr(0, parameter.find('=')));
  if (name.starts_with("utm_")) return true;
  if (std::find(std::begin(kTracking), std::end(kTracking), name) != std::end(kTracking)) return true;
  return parameter.starts_with("0.") && parameter.find('=') == parameter.npos;  // Math.random()
}

std::string_view without_query(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

// Host and path without scheme and "www.".
std::string_view place_of(std::string_view url) {
  std::string_view place = without_query(url);
  if (const std::size_t host = place.find("://"); host != place.npos) place.remove_prefix(host + 3);
  if (place.starts_with("www.")) place.remove_prefix(4);
  return place;
}

std::string telling(std::string_view url) {
  url = url.substr(0, std::min(url.find('#'), kUrlBytesMax));
  std::string out(place_of(url));
  const std::size_t query = url.find('?');
  if (query == url.npos) return out;
  for (std::string_view rest = url.substr(query + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    if (!parameter.empty() && !is_tracking(parameter)) out.append("&").append(parameter);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

void make_set(std::vector<std::uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

std::size_t shared_count(const std::vector<std::uint64_t>& one, const std::vector<std::uint64_t>& other) {
  std::vector<std::uint64_t> shared;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(shared));
  return shared.size();
}

}  // namespace

SlotKeys keys_of(const SlotFacts& facts) {
  SlotKeys keys;
  for (const SlotItem& item : facts.items) {
    if (keys.keys.size() >= kSlotKeysMax) break;
    const std::string caption = bare_text(item.text);
    keys.keys.push_back(hash64(telling(item.url) + '\n' + telling(item.image) + '\n' + caption));
    const bool is_title = count_han(caption) >= kTitleHanMin;
    keys.titles.push_back(
        hash64(is_title ? caption : std::string(place_of(item.url)) + '\n' + std::string(place_of(item.image))));
  }
  make_set(keys.keys);
  make_set(keys.titles);
  return keys;
}

bool redate(SlotRecord& record, WallTime now) {
  return redate(
      {&record.first_seen, &record.since, &record.changed, &record.last_seen, &record.counted, &record.missing_since},
      now);
}

std::vector<SlotItemRecord> items_of(const SlotFacts& facts) {
  std::vector<SlotItemRecord> items;
  for (const SlotItem& item : facts.items) {
    if (items.size() >= kSlotItemsKeptMax) break;
    SlotItemRecord kept;
    if (item.url.size() <= kUrlBytesMax) kept.url = item.url;
    kept.text = cut_utf8(item.text, kTextBytesMax);
    if (const auto date = date_in_url(without_query(kept.url)); date && date->day) kept.by_url = date->day;
    items.push_back(std::move(kept));
  }
  return items;
}

std::vector<std::uint64_t> layout_of(const PageFacts& page) {
  std::vector<std::uint64_t> layout;
  for (const Link& link : page.links) {
    if (layout.size() >= kLayoutMax) break;
    if ((link.tag == "link" || link.tag == "script") && link.raw.size() <= kUrlBytesMax) {
      layout.push_back(hash64(without_query(link.raw)));
    }
  }
  make_set(layout);
  return layout;
}

bool is_redesigned(const std::vector<std::uint64_t>& before, const std::vector<std::uint64_t>& now) {
  if (std::min(before.size(), now.size()) < kLayoutMin) return false;
  return shared_count(before, now) * 2 < std::max(before.size(), now.size());
}

double shared_keys(const std::vector<std::uint64_t>& one, const std::vector<std::uint64_t>& other) {
  const std::size_t smaller = std::min(one.size(), other.size());
  return smaller == 0 ? 0 : static_cast<double>(shared_count(one, other)) / static_cast<double>(smaller);
}

}  // namespace xuncha
