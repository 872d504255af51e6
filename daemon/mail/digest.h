#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/finding.h"
#include "core/records.h"
#include "daemon/report/texts.h"

namespace xuncha {

// What a digest says, from the cases that it is to tell of. Pure; any thread.

// What a case is to one recipient.
enum class News : std::uint8_t { kOpened, kStillOpen, kClosed };

// By its state and by what the recipient was told last (null: nothing). None: not to be told, as are suspected,
// ignored, and those that closed before they were told of. An open case of a later episode than was told is opened.
std::optional<News> news_of(const Finding& finding, const NoticeRecord* told);

// Keeps of a finding what a digest shows of it, a few kilobytes at most.
void trim_for_digest(Finding& finding);

struct DigestSite {
  std::string name;  // empty: the id is shown
  std::string unit;
};

struct DigestCase {
  News news = News::kOpened;
  Finding finding;
};

struct Digest {
  MailKind kind = MailKind::kDigest;
  Language language = Language::kChinese;
  WallTime now{};
  std::optional<WallTime> since;                         // when the recipient was mailed last
  std::string external_url;                              // of the daemon's pages, ends in "/"; empty: no links to them
  std::map<std::string, DigestSite, std::less<>> sites;  // by id; a site without a row is shown by its id
  std::vector<DigestCase> cases;
  std::uint64_t held_back = 0;  // further new cases of sites that are down or under maintenance: not told now
};

// Is there anything to say? A digest of nothing but cases that are still open is a reminder, and is due when
// limits::kMailReminder has passed since `since`; an urgent mail tells of opened cases only.
bool is_worth_mailing(const Digest& digest);

// Cases are gathered by site and by root cause (the target; for faults of a whole host, the host), worst first, at most
// limits::kMail*ItemsMax of each kind; the rest is counted. Everything that came from a portal is made visible in the
// plain part and escaped in the HTML part, which loads nothing and links to our own and the site's pages only, never to
// a target that failed.
struct DigestText {
  std::string subject;
  std::string text;
  std::string html;
};
DigestText write_digest(const Digest& digest);

}  // namespace xuncha
