#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/page.h"
#include "core/verdict.h"

namespace xuncha {

enum class Severity : std::uint8_t { kInfo, kMinor, kMajor, kCritical };
std::string_view severity_name(Severity severity);

// Where a case stands. Numbers are stored: append only.
enum class FindingState : std::uint8_t { kSuspect, kOpen, kAcknowledged, kMended, kClosed, kIgnored };
std::string_view finding_state_name(FindingState state);

// One place where the subject is referred to.
struct Place {
  std::string page;  // fetch form of the page's URL
  std::string text;
  Region region = Region::kNone;
  std::string tag;
  std::uint32_t line = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct RedirectHop {
  std::uint16_t status = 0;
  std::string url;  // where it leads
};

// Enough to convince the person accused.
struct Evidence {
  std::vector<Attempt> attempts;
  std::vector<RedirectHop> redirects;
  std::vector<std::pair<std::string, std::string>>
      headers;  // the few that matter: content-type, location, server, date
  std::string body_sha256;
  std::string excerpt;   // visible text, <= limits::kExcerptBytesMax
  std::string compared;  // the value found
  std::string limit;     // what it was compared with
  std::string control;   // what proved that the host and our own network were well
};

// A case: one fault of one subject, with where it shows and what proves it. Identity is (site, rule, key of subject).
// Title, detail and advice are rendered at output and never stored.
struct Finding {
  std::string site;
  std::string id;  // 32 hex
  std::string rule;
  Severity severity = Severity::kMinor;
  FindingState state = FindingState::kSuspect;
  std::uint32_t episode = 1;
  std::string subject;  // fetch form first seen, or a column id
  Reason reason;
  WallTime first_seen{};
  WallTime last_seen{};
  std::optional<WallTime> opened;
  std::optional<WallTime> closed;
  WallTime last_transition{};
  std::uint32_t confirmations = 0;  // failures seen in a row
  std::uint32_t recoveries = 0;     // successes seen in a row since
  std::vector<Place> where;
  std::uint64_t where_total = 0;
  Evidence evidence;
};

// First 16 bytes of SHA-256 over site, rule and key form of the subject, in hex. The three are joined by
// one zero byte each, so that no two triples give one text.
std::string finding_id(std::string_view site, std::string_view rule, std::string_view subject_key);

// The only way to make a finding: no evidence, no finding (CHECK: at least one attempt, redirect, compared value or
// excerpt).
Finding make_finding(std::string_view site, std::string_view rule, std::string_view subject,
                     std::string_view subject_key, Reason reason, Severity severity, Evidence evidence, WallTime now);

}  // namespace xuncha
