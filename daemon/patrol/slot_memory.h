#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/finding.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/slot.h"
#include "core/url.h"
#include "daemon/patrol/content_desk.h"

namespace xuncha {

// How long slots and notices may stand as they are, in days.
struct SlotLimits {
  std::uint32_t slot = 30;
  std::uint32_t notice = 30;
};

// Is it a case of slots and notices, and not one of the other faults that content.unrotated tells?
bool is_of_slots(const Finding& finding);

// Of the code that reads slots: raised when it reads them otherwise, so that what is remembered begins anew.
inline constexpr std::uint32_t kSlotReader = 2;

// What the slots of one site's home page showed, from patrol to patrol, and what content.unrotated says of them; and
// pages that say only that they are being built. Facts come from the patrol, verdicts from detectors/slot_rotation.h
// and detectors/passed_event.h. Subjects are the home page's address with "#" and the slot's name, and the address of
// a notice's page. Thread rule: confined to one thread.
class SlotMemory {
 public:
  SlotMemory(const Url& home, SlotLimits limits);
  // Times ahead of `now` are `now`.
  void restore(std::vector<SlotRecord> slots, WallTime now);

  // --- readings ---
  struct Reading {
    const Url& url;
    const PageFacts& page;
    const Attempt& attempt;
    std::uint64_t page_hash = 0;  // that changes when its slots do
    WallTime now{};
  };
  // The home page was read well. A slot that is not found is not unchanged; what was laid out anew begins anew.
  void read_home(const Reading& reading, const std::vector<SlotFacts>& slots);
  // Another page that the home page or a column leads to, or the home page. `notice`: of building_notice(); empty: it
  // says something.
  void read_page(const Reading& reading, const std::string& notice);
  // Would what is remembered of the home page's slots not be of the page as it was at its last visit?
  bool needs_whole(std::uint64_t page_hash) const;
  // The home page, or the page of a notice, was well at that time and is the one that was read.
  void home_stands(std::uint64_t page_hash, WallTime at, const Attempt& attempt);
  void notice_stands(const std::string& name, std::uint64_t page_hash, WallTime at, const Attempt& attempt);
  // It is not there, or elsewhere.
  void notice_is_gone(const std::string& name);
  // Does a link lead to it? It is gone when none did for a day.
  void notice_is_linked(const std::string& name);
  void notice_is_unlinked(const std::string& name, WallTime now);
  bool knows_notice(const Url& url) const;

  // --- second sights ---
  // Is the case of that subject told already? Then it takes no second sight.
  using IsTold = std::function<bool(const std::string& subject)>;
  // Pages of items whose own day would decide; each is asked for once.
  std::vector<Url> days_wanted(WallTime now);
  void saw_item(const Url& url, std::optional<CivilDay> day);
  // The home page, when a second reading of it would decide; once.
  std::optional<Url> wants_home_again(const IsTold& is_told, WallTime now);
  void saw_home_again(const std::vector<SlotFacts>& slots, const Attempt& attempt);

  // --- what comes of it ---
  void conclude(const IsTold& is_told, WallTime now);
  const std::vector<ContentFault>& notes() const { return notes_; }
  const std::vector<std::string>& cleared() const { return cleared_; }  // subjects
  // Is it what a slot on the page, or a topic, announces? One reading without it may be one choice of several: such a
  // subject is well again by readings that follow each other.
  bool is_standing_event(const std::string& subject) const;
  std::vector<SlotRecord> records() const;  // in order of names
  std::vector<SlotRecord> take_changed();
  std::vector<std::string> take_gone();

 private:
  struct Slot {
    SlotRecord record;
    bool seen_now = false;
    Attempt seen{};
    std::optional<Attempt> again{};  // the same items at a second reading
    bool is_changed = false;         // to be stored
  };
  std::string subject_of(const SlotRecord& record) const;
  std::string event_subject(const SlotRecord& record) const { return subject_of(record) + "-event"; }
  Slot& new_slot(SlotKind kind, const std::string& name);
  std::string free_name(SlotKind kind) const;
  void touch(Slot& slot, WallTime at, const Attempt& attempt);
  void take(Slot& slot, const SlotFacts& facts, bool anew, const Reading& reading);
  void drop(const std::string& name);
  ContentJudgement judge(const SlotRecord& record, WallTime now) const;
  bool shows_passed_event(const SlotRecord& record, WallTime now) const;
  void tell(const Slot& slot, const std::string& subject, const char* what, std::optional<CivilDay> day,
            std::vector<Place> places);

  const std::string home_;
  const SlotLimits limits_;
  std::map<std::string, Slot> slots_;  // by name
  bool has_asked_home_ = false;
  std::vector<ContentFault> notes_;
  std::vector<std::string> cleared_;
  std::vector<std::string> gone_;
};

// "notice-" and the hash of the page's key.
std::string notice_name(const Url& url);

}  // namespace xuncha
