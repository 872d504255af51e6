#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/finding.h"
#include "core/records.h"
#include "detectors/confirmation.h"

namespace xuncha {

// Is a case in this state one that people have been told of, and that still stands?
inline bool is_told(FindingState state) {
  return state != FindingState::kSuspect && state != FindingState::kClosed;
}

// What one sight of a subject showed.
struct Sighting {
  std::string rule;
  std::string subject;      // fetch form
  std::string subject_key;  // key form
  Reason reason;
  Severity severity = Severity::kMinor;
  Evidence evidence;
  bool counts = true;      // false: seen while nothing is to be told; the rung of the ladder begins anew
  Milliseconds age_min{};  // a suspect is not opened before it is so old
  bool is_news = false;    // an open case is told again: its last transition is now, by which people hear of it
  bool proven = false;     // seen often enough by whoever saw it: opens at once, whatever the ladder says
};

// What changed in a case, to be written in one batch with the visit that showed it.
struct CaseChange {
  Finding finding;
  std::optional<TransitionRecord> transition;  // set when the state changed: must be synced before it is told
};

// The only place where cases are opened and closed. Holds one site's cases. No I/O; now is a parameter.
// Thread rule: confined to the thread that decides.
class CaseTracker {
 public:
  // Without a plan (`check`) the ladder is compressed: a second failing sight opens a case whatever its spacing.
  explicit CaseTracker(std::string site, std::optional<ConfirmationSpacings> plan = {},
                       std::uint32_t recoveries = kRecoveriesNeeded);
  std::uint32_t recoveries_needed() const { return recoveries_; }

  // Takes up what the store remembers.
  void load(Finding finding);

  // The subject failed. The first sight makes a suspect; sights that confirm it by the ladder open the case; a case
  // that was closed begins a new episode. A suspect that did not answer at its only sight and now does, with a fault,
  // begins its ladder by this sight.
  CaseChange failed(const Sighting& sighting, WallTime now);
  // The subject was seen well. nullopt when there is no case. A suspect is dropped (closed) at once, an open case after
  // that many clean sights in a row as are needed.
  std::optional<CaseChange> passed(const std::string& id, WallTime now);
  // The subject failed, but by another rule's case: its clean sights are none in a row. nullopt when it had none.
  std::optional<CaseChange> still_failing(const std::string& id);
  // The subject is no longer referred to anywhere, as a complete patrol has shown.
  std::optional<CaseChange> vanished(const std::string& id, WallTime now);
  // Sets where the subject stands: sampled places and the full count. True when that is news.
  bool set_places(const std::string& id, std::vector<Place> places, std::uint64_t total);

  // When the next failing sight of a suspect counts; its last sight where any does.
  WallTime next_rung(const Finding& finding) const;

  bool set_severity(const std::string& id, Severity severity);

  const Finding* find(const std::string& id) const;
  // All cases, in the order of their ids.
  std::vector<const Finding*> all() const;

 private:
  CaseChange change(Finding& finding, FindingState to, WallTime now);

  std::string site_;
  std::optional<ConfirmationSpacings> plan_;
  std::uint32_t recoveries_;
  std::unordered_map<std::string, Finding> cases_;
};

}  // namespace xuncha
