#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/page.h"

// What a page's wording says of itself (reference tables of phrases seen on Chinese portals). Facts with the words that
// were found, never a verdict. Pure, linear; the tables are in page_words.cc.
namespace xuncha {

enum class WordingPlace : std::uint8_t { kNone, kTitle, kHeading, kOpening, kShortPage };

// Wording of an error page: in the title, a heading, the first 200 visible characters, or anywhere on a page of less
// than 600. A number 404 inside other text ("第404号") is none.
struct NotFoundWording {
  std::string phrase;  // empty when none
  WordingPlace place = WordingPlace::kNone;
  explicit operator bool() const { return place != WordingPlace::kNone; }
};
NotFoundWording not_found_wording(const PageFacts& facts);

// The same wording in the box that a page of a script alone opens ("alert('文件不存在')"); empty when none. `body` in
// UTF-8.
std::string_view alert_wording(std::string_view body);

// Signs that a gateway asks for proof of a browser or a person instead of giving the page.
struct ChallengeSigns {
  std::string kind;  // "jiasule", "ruishu", "acw_sc", "captcha", "gateway"; empty when none
  std::string sign;  // what was found
  explicit operator bool() const { return !kind.empty(); }
};
// `headers`: all header lines as text, in any case of names. `body`: the first kilobytes, undecoded will do. Captcha
// and gateway wording counts only on a page of little text or with a status that refuses, so that an article about
// verification codes is none.
ChallengeSigns challenge_signs(int status, std::string_view headers, std::string_view body);

// Wording of a host that changed hands. Conservative: a parked page needs one sure phrase, a gambling page at least
// three different terms of the trade and no sign that it speaks of fighting them or of the state's welfare lottery.
struct HijackWording {
  std::vector<std::string> parked;    // matched terms, empty when the page is not parked
  std::vector<std::string> gambling;  // matched terms, empty when it is no gambling page
};
HijackWording hijack_wording(std::string_view text, std::string_view title);

}  // namespace xuncha
