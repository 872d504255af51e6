#include "daemon/patrol/slot_memory.h"

#include <algorithm>
#include <iterator>

#include "core/civil.h"
#include "core/digest.h"
#include "crawler/portal/portal_text.h"
#include "daemon/patrol/slot_facts.h"
#include "detectors/passed_event.h"
#include "detectors/slot_rotation.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;

constexpr auto kSightsApart = hours(12);
constexpr auto kMissingMax = days(3);     // then the slot was taken off the page
constexpr auto kUnlinkedMax = hours(24);  // then a notice's page was taken off the portal
constexpr std::size_t kDaysAskedMax = 8;  // pages of items, of one patrol
constexpr std::size_t kNewsHanMin = 6;    // of a caption: a picture without one is an entrance, whatever it leads to
constexpr double kSameShare = 0.5;        // of the items by which a slot is known again

bool is_of_home(const SlotRecord& record) {
  return record.kind == SlotKind::kCarousel || record.kind == SlotKind::kHeadline || record.kind == SlotKind::kTopics;
}

// The day of an event that the item announces though it is over.
std::optional<CivilDay> passed_event_of(const SlotRecord& record, const SlotItemRecord& item, WallTime now) {
  if (record.kind != SlotKind::kTopics) return passed_event(item.text, now);
  std::vector<std::string_view> topics;
  for (const SlotItemRecord& each : record.items) topics.push_back(each.text);
  return passed_topic(item.text, topics, now);
}

SlotKind kind_of(const SlotFacts& facts) {
  if (facts.kind == "topics") return SlotKind::kTopics;
  return facts.kind == "headline" ? SlotKind::kHeadline : SlotKind::kCarousel;
}

// Filled in by a script: what stands in the page is not what visitors see.
bool is_template(const SlotFacts& facts) {
  constexpr std::string_view kMarks[] = {"{{", "${", "<%", "%7B%7B", "[["};
  return std::any_of(facts.items.begin(), facts.items.end(), [&](const SlotItem& item) {
    return contains_any(item.url, kMarks) || contains_any(item.text, kMarks) || contains_any(item.image, kMarks);
  });
}

bool holds(const std::vector<std::uint64_t>& keys, std::uint64_t key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::vector<std::uint64_t> without(const std::vector<std::uint64_t>& keys, const std::vector<std::uint64_t>& other) {
  std::vector<std::uint64_t> rest;
  std::set_difference(keys.begin(), keys.end(), other.begin(), other.end(), std::back_inserter(rest));
  return rest;
}

// Did somebody change what it shows: is there an item that it never showed, or one less? What comes and goes by chance
// (those that it shows now stood there before) tells nothing.
bool is_tended(const SlotRecord& record, const std::vector<std::uint64_t>& titles) {
  const std::vector<std::uint64_t> come = without(titles, record.titles);
  if (come.empty()) return !without(record.titles, titles).empty();
  return std::any_of(come.begin(), come.end(), [&](std::uint64_t key) { return !holds(record.known, key); });
}

void note_known(SlotRecord& record) {
  for (const std::uint64_t key : record.titles) {
    std::erase(record.known, key);
    record.known.push_back(key);
  }
  if (record.known.size() > kSlotKnownMax) {
    record.known.erase(record.known.begin(), record.known.end() - static_cast<std::ptrdiff_t>(kSlotKnownMax));
  }
}

// What is known of the days of items that stood there before.
void carry_days(const std::vector<SlotItemRecord>& before, std::vector<SlotItemRecord>& items) {
  for (SlotItemRecord& item : items) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const SlotItemRecord& other) {
      return other.url == item.url && other.text == item.text;
    });
    if (same == before.end()) continue;
    item.by_page = same->by_page;
    item.asked = same->asked;
  }
}

SlotHistory history_of(const SlotRecord& record) {
  SlotHistory history{.kind = record.kind,
                      .items = static_cast<std::uint32_t>(record.items.size()),
                      .first_seen = record.first_seen,
                      .since = record.since,
                      .changed = record.changed,
                      .last = record.last_seen,
                      .sights = record.sights};
  for (const SlotItemRecord& item : record.items) {
    if (!item.by_url && !item.by_page) continue;
    const bool is_news = count_han(item.text) >= kNewsHanMin;
    if (is_news) ++history.dated;
    for (const std::optional<CivilDay>& day : {item.by_url, item.by_page}) {
      if (day && (!history.newest || *day > *history.newest)) history.newest = day;
    }
    if (!item.by_url || !item.by_page || !is_news) continue;
    const days apart = sys_days(*item.by_url) - sys_days(*item.by_page);
    if (apart <= kDaysAgree && -apart <= kDaysAgree) ++history.dated_twice;
  }
  return history;
}

std::vector<Place> places_of(const SlotRecord& record, const std::function<bool(const SlotItemRecord&)>& wanted) {
  std::vector<Place> places;
  for (const SlotItemRecord& item : record.items) {
    if (wanted(item))
      places.push_back({.page = item.url.empty() ? record.url : item.url, .text = item.text, .tag = {}});
  }
  return places;
}

}  // namespace

std::string notice_name(const Url& url) {
  std::string name = "notice-";
  const std::uint64_t hash = hash64(url_key(url));
  for (int shift = 60; shift >= 0; shift -= 4) name += "0123456789abcdef"[(hash >> shift) & 15];
  return name;
}

bool is_of_slots(const Finding& finding) {
  const std::string_view what = finding.evidence.control;
  return finding.rule == "content.unrotated" && (what.starts_with("slot_") || what == "page_unfinished");
}

SlotMemory::SlotMemory(const Url& home, SlotLimits limits)
    : home_(std::string(home.without_fragment())), limits_(limits) {}

void SlotMemory::restore(std::vector<SlotRecord> slots, WallTime now) {
  for (SlotRecord& record : slots) {
    Slot& slot = slots_[record.name];
    slot.is_changed = redate(record, now);
    slot.record = std::move(record);
  }
}

std::string SlotMemory::subject_of(const SlotRecord& record) const {
  return record.kind == SlotKind::kNotice ? record.url : home_ + '#' + record.name;
}

SlotMemory::Slot& SlotMemory::new_slot(SlotKind kind, const std::string& name) {
  Slot& slot = slots_[name];
  slot = {};
  slot.record.name = name;
  slot.record.kind = kind;
  return slot;
}

// Empty: there are enough.
std::string SlotMemory::free_name(SlotKind kind) const {
  const std::string word = kind == SlotKind::kHeadline ? "headline" : kind == SlotKind::kTopics ? "topics" : "carousel";
  for (std::size_t number = 1; number <= kSlotsPerSiteMax; ++number) {
    std::string name = number == 1 ? word : word + '-' + std::to_string(number);
    if (!slots_.contains(name)) return name;
  }
  return {};
}

void SlotMemory::touch(Slot& slot, WallTime at, const Attempt& attempt) {
  SlotRecord& record = slot.record;
  slot.seen_now = true;
  slot.seen = attempt;
  if (record.missing_since != WallTime{}) slot.is_changed = true;
  record.missing_since = {};
  record.last_seen = at;
  if (at - record.counted < kSightsApart) return;
  record.counted = at;
  ++record.sights;
  slot.is_changed = true;
}

void SlotMemory::take(Slot& slot, const SlotFacts& facts, bool anew, const Reading& reading) {
  SlotRecord& record = slot.record;
  const SlotKeys keys = keys_of(facts);
  const bool is_new = record.first_seen == WallTime{};
  if (!is_new && !anew && keys.keys == record.keys) return touch(slot, reading.now, reading.attempt);
  if (is_new) record.first_seen = record.changed = reading.now;
  if (!is_new && (anew || is_tended(record, keys.titles))) record.changed = reading.now;
  if (anew) record.known.clear();
  std::vector<SlotItemRecord> items = items_of(facts);
  carry_days(record.items, items);
  record.items = std::move(items);
  record.keys = keys.keys;
  record.titles = keys.titles;
  record.url = std::string(reading.url.without_fragment());
  record.since = record.last_seen = record.counted = reading.now;
  record.sights = 1;
  record.missing_since = {};
  note_known(record);
  slot.seen_now = slot.is_changed = true;
  slot.seen = reading.attempt;
}

void SlotMemory::read_home(const Reading& reading, const std::vector<SlotFacts>& slots) {
  Slot& page = slots_.contains("page") ? slots_["page"] : new_slot(SlotKind::kPage, "page");
  SlotRecord& record = page.record;
  const std::vector<std::uint64_t> layout = layout_of(reading.page);
  const bool anew = record.reader != kSlotReader || is_redesigned(record.layout, layout);
  page.is_changed = page.is_changed || anew || record.page_hash != reading.page_hash || record.layout != layout;
  if (record.first_seen == WallTime{}) record.first_seen = reading.now;
  record.layout = layout;
  record.page_hash = reading.page_hash;
  record.reader = kSlotReader;
  record.url = std::string(reading.url.without_fragment());
  touch(page, reading.now, reading.attempt);

  // Which is which: by what they show, then by their order; two blocks with the same items (for phones) are one.
  std::vector<std::pair<const SlotFacts*, SlotKeys>> found;
  for (const SlotFacts& facts : slots) {
    if (is_template(facts)) continue;
    SlotKeys keys = keys_of(facts);
    const bool again = std::any_of(found.begin(), found.end(), [&](const auto& other) {
      return other.first->kind == facts.kind && other.second.titles == keys.titles;
    });
    if (!again && found.size() < kSlotsPerSiteMax) found.emplace_back(&facts, std::move(keys));
  }
  std::set<std::string> paired;
  std::vector<std::string> names(found.size());
  for (const bool by_items : {true, false}) {
    for (std::size_t index = 0; index < found.size(); ++index) {
      if (!names[index].empty()) continue;
      for (const auto& [name, slot] : slots_) {
        if (!is_of_home(slot.record) || slot.record.kind != kind_of(*found[index].first) || paired.contains(name))
          continue;
        if (by_items && shared_keys(slot.record.titles, found[index].second.titles) < kSameShare) continue;
        names[index] = name;
        paired.insert(name);
        break;
      }
    }
  }
  for (std::size_t index = 0; index < found.size(); ++index) {
    const SlotKind kind = kind_of(*found[index].first);
    const std::string name = names[index].empty() ? free_name(kind) : names[index];
    if (name.empty()) continue;
    paired.insert(name);
    take(names[index].empty() ? new_slot(kind, name) : slots_[name], *found[index].first, anew, reading);
  }
  std::vector<std::string> lost;
  for (auto& [name, slot] : slots_) {
    if (!is_of_home(slot.record) || paired.contains(name)) continue;
    if (slot.record.missing_since == WallTime{}) {
      slot.record.missing_since = reading.now;
      slot.is_changed = true;
    } else if (reading.now - slot.record.missing_since >= kMissingMax) {
      lost.push_back(name);
    }
  }
  for (const std::string& name : lost) drop(name);
}

void SlotMemory::drop(const std::string& name) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return;
  cleared_.push_back(subject_of(found->second.record));
  if (is_of_home(found->second.record)) cleared_.push_back(event_subject(found->second.record));
  slots_.erase(found);
  gone_.push_back(name);
}

void SlotMemory::read_page(const Reading& reading, const std::string& notice) {
  const std::string name = notice_name(reading.url);
  const auto found = slots_.find(name);
  if (notice.empty()) return drop(name);
  if (found == slots_.end()) {
    const auto notices = std::count_if(slots_.begin(), slots_.end(),
                                       [](const auto& each) { return each.second.record.kind == SlotKind::kNotice; });
    if (static_cast<std::size_t>(notices) >= kNoticesPerSiteMax) return;
  }
  Slot& slot = found == slots_.end() ? new_slot(SlotKind::kNotice, name) : found->second;
  SlotRecord& record = slot.record;
  if (record.first_seen == WallTime{}) {
    record.first_seen = record.since = record.changed = reading.now;
    record.url = std::string(reading.url.without_fragment());
    slot.is_changed = true;
  }
  if (record.page_hash != reading.page_hash) slot.is_changed = true;
  record.page_hash = reading.page_hash;
  record.items = {{.url = record.url, .text = notice}};
  touch(slot, reading.now, reading.attempt);
}

bool SlotMemory::needs_whole(std::uint64_t page_hash) const {
  const auto page = slots_.find("page");
  return page == slots_.end() || page->second.record.reader != kSlotReader ||
         page->second.record.page_hash != page_hash;
}

void SlotMemory::home_stands(std::uint64_t page_hash, WallTime at, const Attempt& attempt) {
  const auto page = slots_.find("page");
  if (page == slots_.end() || page_hash == 0 || page->second.record.page_hash != page_hash) return;
  if (page->second.record.reader != kSlotReader || page->second.seen_now) return;
  if (at <= page->second.record.last_seen) return;
  touch(page->second, at, attempt);
  for (auto& [name, slot] : slots_) {
    if (is_of_home(slot.record) && slot.record.missing_since == WallTime{}) touch(slot, at, attempt);
  }
}

void SlotMemory::notice_stands(const std::string& name, std::uint64_t page_hash, WallTime at, const Attempt& attempt) {
  const auto found = slots_.find(name);
  if (found == slots_.end() || found->second.seen_now || found->second.record.page_hash != page_hash) return;
  if (at > found->second.record.last_seen) touch(found->second, at, attempt);
}

void SlotMemory::notice_is_gone(const std::string& name) {
  drop(name);
}

void SlotMemory::notice_is_linked(const std::string& name) {
  const auto found = slots_.find(name);
  if (found == slots_.end() || found->second.record.missing_since == WallTime{}) return;
  found->second.record.missing_since = {};
  found->second.is_changed = true;
}

void SlotMemory::notice_is_unlinked(const std::string& name, WallTime now) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return;
  WallTime& since = found->second.record.missing_since;
  if (since == WallTime{}) {
    since = now;
    found->second.is_changed = true;
  } else if (now - since >= kUnlinkedMax) {
    drop(name);
  }
}

bool SlotMemory::knows_notice(const Url& url) const {
  return slots_.contains(notice_name(url));
}

bool SlotMemory::is_standing_event(const std::string& subject) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const auto& each) {
    return is_of_home(each.second.record) && event_subject(each.second.record) == subject;
  });
}

ContentJudgement SlotMemory::judge(const SlotRecord& record, WallTime now) const {
  if (record.kind == SlotKind::kNotice) {
    return judge_notice({.since = record.since, .last = record.last_seen, .sights = record.sights},
                        days(limits_.notice));
  }
  if (record.kind == SlotKind::kTopics) return {ContentVerdict::kInconclusive, "topics"};
  return judge_slot(history_of(record), days(limits_.slot), beijing_day(now));
}

// Days are worth a request where they alone are missing: of what stood long enough, and of what is old by all its
// addresses.
std::vector<Url> SlotMemory::days_wanted(WallTime now) {
  std::vector<Url> wanted;
  for (auto& [name, slot] : slots_) {
    SlotRecord& record = slot.record;
    if (!is_of_home(record) || !slot.seen_now) continue;
    const ContentJudgement judged = judge(record, now);
    const SlotHistory history = history_of(record);
    const bool stood = history.last - history.since >= days(limits_.slot) && history.sights >= kSlotSightsMin;
    const bool is_old = judged.reason == "too_short" && history.dated == history.items;
    if (!is_old && !(stood && judged.reason == "no_news")) continue;
    for (SlotItemRecord& item : record.items) {
      if (item.asked || item.url.empty() || wanted.size() >= kDaysAskedMax) continue;
      UrlParse parsed = parse_url(item.url);
      if (!parsed.url) continue;
      item.asked = slot.is_changed = true;
      wanted.push_back(std::move(*parsed.url));
    }
  }
  return wanted;
}

void SlotMemory::saw_item(const Url& url, std::optional<CivilDay> day) {
  for (auto& [name, slot] : slots_) {
    for (SlotItemRecord& item : slot.record.items) {
      const UrlParse parsed = item.url.empty() ? UrlParse{} : parse_url(item.url);
      if (!parsed.url || url_key(*parsed.url) != url_key(url)) continue;
      item.by_page = day;
      slot.is_changed = true;
    }
  }
}

bool SlotMemory::shows_passed_event(const SlotRecord& record, WallTime now) const {
  return std::any_of(record.items.begin(), record.items.end(),
                     [&](const SlotItemRecord& item) { return passed_event_of(record, item, now).has_value(); });
}

std::optional<Url> SlotMemory::wants_home_again(const IsTold& is_told, WallTime now) {
  if (has_asked_home_) return std::nullopt;
  for (const auto& [name, slot] : slots_) {
    if (!is_of_home(slot.record) || !slot.seen_now) continue;
    const bool stands = judge(slot.record, now).fails() && !is_told(subject_of(slot.record));
    const bool is_over = shows_passed_event(slot.record, now) && !is_told(event_subject(slot.record));
    if (!stands && !is_over) continue;
    UrlParse parsed = parse_url(slot.record.url);
    if (!parsed.url) continue;
    has_asked_home_ = true;
    return std::move(parsed.url);
  }
  return std::nullopt;
}

void SlotMemory::saw_home_again(const std::vector<SlotFacts>& slots, const Attempt& attempt) {
  for (const SlotFacts& facts : slots) {
    const SlotKeys keys = keys_of(facts);
    for (auto& [name, slot] : slots_) {
      const bool is_same =
          is_of_home(slot.record) && slot.record.kind == kind_of(facts) && slot.record.titles == keys.titles;
      if (is_same) slot.again = attempt;
    }
  }
}

void SlotMemory::tell(const Slot& slot, const std::string& subject, const char* what, std::optional<CivilDay> day,
                      std::vector<Place> places) {
  const SlotRecord& record = slot.record;
  ContentFault note{.rule = "content.unrotated", .subject = subject, .control = what};
  if (day) note.compared = format_day(*day);
  const bool is_event = !is_of_home(record) ? false : subject == event_subject(record);
  if (!is_event) note.limit = std::to_string(record.kind == SlotKind::kNotice ? limits_.notice : limits_.slot);
  // Titles, and when it was first and last seen like this: people look for those words on the page.
  for (const Place& place : places) {
    if (note.excerpt.size() < 200 && !place.text.empty()) {
      note.excerpt += note.excerpt.empty() ? place.text : "；" + place.text;
    }
  }
  const std::string span = format_day(beijing_day(record.since)) + " – " + format_day(beijing_day(record.last_seen));
  note.excerpt += note.excerpt.empty() ? span : "（" + span + "）";
  note.places = std::move(places);
  note.places_total = note.places.size();
  note.seen = slot.seen;
  note.again = slot.again;
  notes_.push_back(std::move(note));
}

void SlotMemory::conclude(const IsTold& is_told, WallTime now) {
  const auto all = [](const SlotItemRecord&) { return true; };
  for (const auto& [name, slot] : slots_) {
    const SlotRecord& record = slot.record;
    if (record.kind == SlotKind::kPage || !slot.seen_now) continue;
    const std::string subject = subject_of(record);
    const ContentJudgement judged = judge(record, now);
    if (record.kind == SlotKind::kNotice) {  // its two sights are far apart
      if (judged.fails()) tell(slot, subject, "page_unfinished", beijing_day(record.since), places_of(record, all));
      continue;
    }
    const bool may_tell = slot.again.has_value() || is_told(subject);
    if (judged.fails() && may_tell) {
      const char* what = record.kind == SlotKind::kHeadline ? "slot_headline" : "slot_carousel";
      tell(slot, subject, what, history_of(record).newest, places_of(record, all));
    } else if (judged.verdict == ContentVerdict::kPass) {
      cleared_.push_back(subject);
    }
    const auto is_over = [&](const SlotItemRecord& item) { return passed_event_of(record, item, now).has_value(); };
    const std::string event = event_subject(record);
    const auto over = std::find_if(record.items.begin(), record.items.end(), is_over);
    if (over == record.items.end()) {
      cleared_.push_back(event);
    } else if (slot.again || is_told(event)) {
      const char* what = record.kind == SlotKind::kTopics ? "slot_topics" : "slot_event";
      tell(slot, event, what, passed_event_of(record, *over, now), places_of(record, is_over));
    }
  }
}

std::vector<SlotRecord> SlotMemory::records() const {
  std::vector<SlotRecord> records;
  for (const auto& [name, slot] : slots_) records.push_back(slot.record);
  return records;
}

std::vector<SlotRecord> SlotMemory::take_changed() {
  std::vector<SlotRecord> changed;
  for (auto& [name, slot] : slots_) {
    if (std::exchange(slot.is_changed, false)) changed.push_back(slot.record);
  }
  return changed;
}

std::vector<std::string> SlotMemory::take_gone() {
  return std::exchange(gone_, {});
}

}  // namespace xuncha
