#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "core/finding.h"
#include "core/other_scheme.h"
#include "core/page.h"
#include "core/verdict.h"

namespace xuncha {

// The plain values that the store keeps, one struct a kind of record. storage/ alone knows their bytes.

// A site's URLs are numbered as they are discovered; a number is never reused. 0 is no URL.
using UrlNumber = std::uint32_t;

enum class UrlClass : std::uint8_t { kHome, kPage, kAttachment, kImage, kResource, kExternal, kSitemap };

// All that is remembered of one target of one site.
struct UrlRecord {
  UrlNumber number = 0;
  std::string url;  // fetch form
  UrlClass url_class = UrlClass::kPage;
  std::uint16_t depth = 0;
  UrlNumber referrer = 0;  // the page where it was first found
  WallTime first_seen{};
  std::uint32_t patrol_linked = 0;   // the last patrol that saw a link to it
  std::uint32_t patrol_visited = 0;  // the last patrol that judged it

  // The last visit.
  WallTime visited{};
  Reason reason;  // kNone: ok
  std::uint16_t status = 0;
  UrlNumber redirect = 0;  // where a redirect leads
  std::string etag;
  std::string last_modified;
  std::uint64_t body_hash = 0;  // hash64 of the decoded body
  std::uint64_t bytes = 0;
  std::string content_type;
  std::string title;     // <= 200 bytes
  std::string headline;  // its title and headings where one names a document 《…》, <= 600 bytes; else empty
  std::string charset;
  std::uint32_t links = 0;
  std::uint64_t links_hash = 0;    // of the stored list of its links; 0: none is stored
  std::uint64_t links_digest = 0;  // of the links as the page writes them, by which its twins are known; 0: not read
  std::uint32_t milliseconds = 0;

  // For the revisit estimate and the rule that every fifth visit is unconditional.
  std::uint32_t visits = 0;
  std::uint32_t unchanged = 0;
};

// One link of a page as the store keeps it.
struct StoredLink {
  UrlNumber target = 0;
  Region region = Region::kNone;
  LinkRole role = LinkRole::kPage;
  std::string tag;
  std::string text;
  std::uint32_t line = 0;
};

// The same without owning its texts: what goes into a page's list of links and comes out of it.
struct StoredLinkView {
  UrlNumber target = 0;
  Region region = Region::kNone;
  LinkRole role = LinkRole::kPage;
  std::string_view tag{};
  std::string_view text{};
  std::uint32_t line = 0;
};

// Where a failing target is referred to: all its places on one page. Kept for failing targets only.
struct RefRecord {
  UrlNumber target = 0;
  UrlNumber page = 0;
  std::vector<StoredLink> places;  // `target` of each is the record's
};

// The confirmation ladder of one subject (confirmation.h): failures of one class in a row, and when to look again.
struct LadderRecord {
  Fingerprint subject;  // fingerprint(finding id)
  std::string finding_id;
  Reason reason;
  std::uint32_t failures = 0;
  std::uint32_t successes = 0;
  WallTime first_failure{};
  WallTime last_failure{};
  WallTime next_look{};
};

// What is known of one host, shared by all sites.
struct HostRecord {
  std::string host;                 // host:port, port only where not the scheme's default
  std::string robots_text;          // as fetched, cut at limits::kRobotsBytesMax
  std::uint16_t robots_status = 0;  // 0: unreachable
  WallTime robots_fetched{};
  Reason blocked;              // set when the host answers monitors with a block
  std::uint32_t failures = 0;  // transport failures in a row
  WallTime last_good{};
};

// One patrol of one site, from start to end.
struct PatrolRecord {
  std::uint32_t number = 0;
  WallTime started{};
  std::optional<WallTime> ended;
  bool complete = false;      // everything in scope was judged: only then may absence close a case
  std::uint32_t resumed = 0;  // how often it was taken up again after an interruption
  std::uint64_t pages = 0;
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
  std::uint32_t columns_by = 0;               // version of the code that looked for columns; 0: none did
  std::optional<OtherScheme> other_scheme{};  // as this patrol saw it; none: it did not look
};

// A step in a case's life, kept for three years.
struct TransitionRecord {
  std::string finding_id;
  FindingState from = FindingState::kSuspect;
  FindingState to = FindingState::kOpen;
  WallTime at{};
  std::uint32_t episode = 1;
  std::string by;  // "patrol", "rule change", "operator NAME"
};

// One mail to one recipient, from its making until it is sent or given up. Numbers are stored: append only.
enum class MailKind : std::uint8_t { kDigest, kUrgent };
enum class MailState : std::uint8_t { kWaiting, kSent, kFailed };
struct OutboxRecord {
  std::string message_id;  // without <>; names the mail, the same at every try
  std::string recipient;   // one envelope address
  MailKind kind = MailKind::kDigest;
  MailState state = MailState::kWaiting;
  WallTime created{};
  std::string subject;
  std::uint32_t notices = 0;  // cases that it tells of
  std::uint32_t attempts = 0;
  WallTime next_try{};            // of a waiting one
  std::optional<WallTime> ended;  // when it was accepted or given up
  std::string last_error;         // of the last failed try
};

// A case that a recipient was told to be open; gone once they were told that it is closed. What stands here is never
// news to them again.
struct NoticeRecord {
  std::string recipient;
  std::string site;
  std::string finding_id;
  std::uint32_t episode = 1;
  WallTime at{};
  std::string message_id;  // the mail that told it first
};

// How far one recipient was told. A digest that had nothing to say counts too.
struct DigestRecord {
  std::string recipient;
  WallTime last_digest{};  // when the last one was made or found to be empty
  WallTime last_mailed{};  // when the last one was made that said something
};

}  // namespace xuncha
