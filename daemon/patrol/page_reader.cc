#include "daemon/patrol/page_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/digest.h"
#include "crawler/charset.h"
#include "crawler/file_type.h"
#include "crawler/page_scan.h"
#include "crawler/page_words.h"

#include "crawler/text_digest.h"
#include "crawler/trade_words.h"

namespace xuncha {
namespace {

bool says_html(std::string_view content_type) {
  return content_type.find("html") != std::string_view::npos || content_type.find("HTML") != std::string_view::npos;
}

bool says_style(std::string_view content_type) {
  return content_type.starts_with("text/css") || content_type.starts_with("TEXT/CSS");
}

// Sniffing the first kilobytes for signs of a gateway is enough: its pages are short.
constexpr std::size_t kChallengeBytes = 8u << 10;
// A larger page with a good status is no challenge: most pages need not be asked.
constexpr std::size_t kChallengePageBytesMax = 20u << 10;

std::string join(const std::vector<std::string>& terms) {
  std::string joined;
  for (const std::string& term : terms) joined.append(joined.empty() ? "" : ", ").append(term);
  return joined;
}

std::string header_text(const FetchOutcome& outcome) {
  std::string text;
  for (const auto& [name, value] : outcome.headers) text.append(name).append(": ").append(value).append("\r\n");
  return text;
}

// "Save as web page" and programs that write tables for Excel make such files; by the name .xls or .doc Office opens
// them.
bool is_office_markup(std::string_view body) {
  return body.find("urn:schemas-microsoft-com:office:") != std::string_view::npos;
}

// A server may say text/html of anything, and nothing of HTML: the bytes decide where they speak.
bool is_html(std::string_view content_type, FileType type, std::string_view beginning) {
  if (type == FileType::kHtml && says_html(content_type)) return true;
  if (type == FileType::kHtml)
    return content_type.empty() || !(content_type.starts_with("image/") || is_office_markup(beginning));
  return says_html(content_type) && type == FileType::kText;
}

}  // namespace

PageReading read_answer(const FetchOutcome& outcome, const ReadWish& wish) {
  PageReading reading;
  const std::string_view content_type = outcome.header("content-type");
  const std::string_view beginning = std::string_view(outcome.body).substr(0, 1024);
  const FileType type = sniff(beginning);
  reading.type = file_type_name(type);
  if (outcome.body.empty()) {
    reading.received = Received::kNothing;
  } else {
    reading.received =
        is_html(content_type, type, beginning) && !says_style(content_type) ? Received::kHtml : Received::kOther;
  }
  if (outcome.error == TransportError::kNone &&
      (outcome.status != 200 || outcome.body.size() < kChallengePageBytesMax)) {
    const std::string_view body = std::string_view(outcome.body).substr(0, kChallengeBytes);
    const ChallengeSigns signs = challenge_signs(outcome.status, header_text(outcome), body);
    if (signs) reading.wording.challenge = signs.kind + ": " + signs.sign;
  }
  DecodeOptions options;
  options.content_type = content_type;
  if (says_style(content_type) && outcome.status == 200) {
    options.is_html = false;
    reading.style_sheet = decode_document(outcome.body, options).text;
    return reading;
  }
  if (reading.received == Received::kHtml) {
    reading.facts = scan_page(std::make_unique<DecodedText>(decode_document(outcome.body, options)));
    reading.scanned = true;
    reading.looks.characters = reading.facts.text_characters;
    reading.looks.title_hash = reading.facts.title.empty() ? 0 : hash64(reading.facts.title);
    if (outcome.status == 200) reading.wording.not_found = not_found_wording(reading.facts).phrase;
    if (outcome.status == 200 && reading.facts.has_script && reading.facts.text_characters == 0) {
      reading.wording.not_found = alert_wording(reading.facts.document->text);
    }
    if (wish.wording_of_strangers) {
      const HijackWording hijack = hijack_wording(reading.facts.visible_text, reading.facts.title);
      reading.wording.parked = join(hijack.parked);
      reading.wording.gambling = join(hijack.gambling);
      reading.wording.unrelated = join(trade_wording(reading.facts.title, reading.facts.visible_text));
    }
    if (wish.digest) reading.looks.simhash = simhash64(reading.facts.visible_text);
  }
  return reading;
}

std::optional<PageReading> read_page_itself(const FetchOutcome& outcome) {
  if (outcome.status != 200) return std::nullopt;
  PageReading reading = read_answer(outcome, {});
  const bool is_itself = reading.wording.challenge.empty() && reading.wording.not_found.empty();
  if (!reading.scanned || !is_itself) return std::nullopt;
  return reading;
}

}  // namespace xuncha
