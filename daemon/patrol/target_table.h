#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/portal.h"
#include "core/records.h"
#include "core/target.h"
#include "core/url.h"

namespace xuncha {

// Where a target stands in the patrol under way.
enum class TargetState : std::uint8_t {
  kKnown,    // remembered from an earlier patrol, not yet linked in this one
  kWaiting,  // linked; to be asked
  kAsked,    // the request is under way or its host is not ready
  kJudged,   // record.reason is final, or follows from record.redirect
};

// One target of a site: what is stored, and what only this patrol needs to know.
struct Target {
  UrlRecord record;
  std::uint32_t host = 0;  // number in the patrol's host table
  Promised promised = Promised::kPage;
  Received received = Received::kNothing;
  TargetState state = TargetState::kKnown;
  bool in_scope = false;
  bool from_fault = false;           // the reference itself is at fault: record.url is its text, there is no URL
  bool untrusted_tls = false;        // asked without verification, since its chain is incomplete
  bool recalled = false;             // not due: what is remembered of it holds
  bool page_linked = false;          // a page refers to it, not only a redirect
  bool sets_cookie = false;          // its redirect sets a cookie: a loop may be a gateway's test
  bool was_put_off = false;          // 429 or 503 with Retry-After, and asked once more
  bool says_missing = false;         // its page of status 200 words that something is not there
  std::uint8_t hops = 0;             // redirects on the way to it, where only a redirect led here
  PageKind kind = PageKind::kOther;  // where its tree was read in this patrol
  Attempt attempt;                   // of the last request, for evidence
  std::string compared;              // of the judgement, for evidence
  std::string limit;
  std::string body_sha256;  // where asked for
};

// What a remembered answer was, by its content type.
Received received_of(const UrlRecord& record);

// All targets of one site by number and by the fingerprint of their key form. Numbers are dense, from 1, in order of
// discovery, and stay the same over patrols. Thread rule: confined to one thread. References stay valid.
class TargetTable {
 public:
  // From now on, new targets beyond so many in all, and new references at fault beyond so many, are refused and
  // counted: a portal can write links faster than anybody can read them.
  void set_bounds(std::size_t targets_max, std::size_t faults_max);
  std::uint64_t refused() const { return refused_; }
  // The number of the target that this URL's key form names; made when it is new (second is then true). 0: refused.
  std::pair<UrlNumber, bool> intern(const Url& url);
  // The same for a reference that is no URL or names no public place: known by its text.
  std::pair<UrlNumber, bool> intern_fault(std::string_view raw);
  // Takes up a stored record. REQUIRES: called in any order before the first intern.
  void restore(UrlRecord record, Fingerprint fingerprint);
  // 0 when unknown.
  UrlNumber find(const Url& url) const;
  UrlNumber find_fault(std::string_view raw) const;

  Target& operator[](UrlNumber number) { return targets_[number]; }
  const Target& operator[](UrlNumber number) const { return targets_[number]; }
  Fingerprint fingerprint_of(UrlNumber number) const { return fingerprints_[number]; }
  // Numbers are 1 ... size().
  UrlNumber size() const { return static_cast<UrlNumber>(targets_.size() - 1); }

 private:
  std::pair<UrlNumber, bool> intern(Fingerprint fingerprint, std::string_view text);

  std::deque<Target> targets_ = std::deque<Target>(1);
  std::deque<Fingerprint> fingerprints_ = std::deque<Fingerprint>(1);
  std::unordered_map<Fingerprint, UrlNumber> numbers_;
  std::size_t targets_max_ = std::numeric_limits<std::size_t>::max();
  std::size_t faults_left_ = std::numeric_limits<std::size_t>::max();
  std::uint64_t refused_ = 0;
};

// Remembers which target a raw reference led to, so that the template links of 20,000 pages are resolved once. Keys are
// hashes of the reference and of what it is resolved against; a collision (2^-64 a pair) would name a wrong target,
// which a second sight of that target then disproves. Bounded: emptied when full.
class ReferenceCache {
 public:
  explicit ReferenceCache(std::size_t entries_max = 1u << 20);
  // nullptr when unknown. The value is a UrlNumber, 0 for a reference that is no target.
  const UrlNumber* find(std::uint64_t key) const;
  // Says that find(key) follows soon.
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&slots_[first_slot(key)]); }
  void insert(std::uint64_t key, UrlNumber number);

 private:
  struct Entry {
    std::uint64_t key = 0;  // 0: free
    UrlNumber number = 0;
  };
  std::size_t first_slot(std::uint64_t key) const { return (key >> 1) & (slots_.size() - 1); }
  std::size_t slot_of(std::uint64_t key) const;
  void grow();

  std::size_t entries_max_;
  std::size_t used_ = 0;
  std::vector<Entry> slots_;
};

}  // namespace xuncha
