#include "daemon/patrol/target_table.h"

#include "core/check.h"

namespace xuncha {

Received received_of(const UrlRecord& record) {
  if (record.status < 200 || record.status >= 300 || record.bytes == 0) return Received::kNothing;
  return record.content_type.find("html") != std::string::npos ? Received::kHtml : Received::kOther;
}

void TargetTable::set_bounds(std::size_t targets_max, std::size_t faults_max) {
  targets_max_ = targets_max;
  faults_left_ = faults_max;
}

std::pair<UrlNumber, bool> TargetTable::intern(Fingerprint fingerprint, std::string_view text) {
  if (targets_.size() > targets_max_ && numbers_.count(fingerprint) == 0) {
    ++refused_;
    return {0, false};
  }
  const auto [position, is_new] = numbers_.try_emplace(fingerprint, static_cast<UrlNumber>(targets_.size()));
  if (!is_new) return {position->second, false};
  Target& target = targets_.emplace_back();
  fingerprints_.push_back(fingerprint);
  target.record.number = position->second;
  target.record.url = text;
  return {position->second, true};
}

std::pair<UrlNumber, bool> TargetTable::intern(const Url& url) {
  return intern(fingerprint(url_key(url)), url.without_fragment());
}

std::pair<UrlNumber, bool> TargetTable::intern_fault(std::string_view raw) {
  // No URL's key form begins with a space: the two kinds cannot meet.
  const Fingerprint print = fingerprint(" " + std::string(raw));
  if (faults_left_ == 0 && numbers_.count(print) == 0) {
    ++refused_;
    return {0, false};
  }
  const auto result = intern(print, raw);
  if (result.second) --faults_left_;
  if (result.first != 0) targets_[result.first].from_fault = true;
  return result;
}

void TargetTable::restore(UrlRecord record, Fingerprint print) {
  const UrlNumber number = record.number;
  CHECK(number != 0);
  while (targets_.size() <= number) {
    targets_.emplace_back();
    fingerprints_.emplace_back();
  }
  numbers_.insert_or_assign(print, number);
  fingerprints_[number] = print;
  targets_[number].record = std::move(record);
}

UrlNumber TargetTable::find(const Url& url) const {
  const auto position = numbers_.find(fingerprint(url_key(url)));
  return position == numbers_.end() ? 0 : position->second;
}

UrlNumber TargetTable::find_fault(std::string_view raw) const {
  const auto position = numbers_.find(fingerprint(" " + std::string(raw)));
  return position == numbers_.end() ? 0 : position->second;
}

ReferenceCache::ReferenceCache(std::size_t entries_max) : entries_max_(entries_max), slots_(1024) {}

std::size_t ReferenceCache::slot_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = first_slot(key);
  while (slots_[slot].key != 0 && slots_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

const UrlNumber* ReferenceCache::find(std::uint64_t key) const {
  const Entry& entry = slots_[slot_of(key | 1)];
  return entry.key == 0 ? nullptr : &entry.number;
}

void ReferenceCache::insert(std::uint64_t key, UrlNumber number) {
  if (used_ >= entries_max_) {
    slots_.assign(slots_.size(), Entry{});
    used_ = 0;
  }
  if ((used_ + 1) * 2 > slots_.size()) grow();
  Entry& entry = slots_[slot_of(key | 1)];
  if (entry.key == 0) ++used_;
  entry = {key | 1, number};
}

void ReferenceCache::grow() {
  std::vector<Entry> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Entry& entry : old) {
    if (entry.key != 0) slots_[slot_of(entry.key)] = entry;
  }
}

}  // namespace xuncha
