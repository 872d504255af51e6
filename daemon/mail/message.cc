#include "daemon/mail/message.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include "core/check.h"
#include "core/civil.h"
#include "core/code_points.h"
#include "core/digest.h"
#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBodyLineBytes = 57;  // 76 characters of base64, RFC 2045 6.8
constexpr std::size_t kWordBytes = 39;  // 64 characters of encoded word: "Subject: " fits before it in 76, RFC 2047 2
constexpr std::size_t kPlainHeaderBytes = 60;

void append_base64(std::string& out, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      const auto byte = at + index < bytes.size() ? static_cast<unsigned char>(bytes[at + index]) : 0u;
      group = group << 8 | byte;
    }
    for (std::size_t index = 0; index < 4; ++index) {
      const bool padding = at + index > bytes.size();
      out.push_back(padding ? '=' : kBase64[group >> (18 - 6 * index) & 0x3f]);
    }
  }
}

// The canonical form of text: every line ends in CRLF (RFC 2046 4.1.1).
std::string canonical(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32 + 2);
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  return out;
}

void append_part(std::string& out, std::string_view type, Language language, std::string_view body) {
  out += "Content-Type: ";
  out += type;
  out += "; charset=utf-8\r\nContent-Language: ";
  out += language_name(language);
  out += "\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const std::string bytes = canonical(clean_utf8(body));
  for (std::size_t at = 0; at < bytes.size(); at += kBodyLineBytes) {
    append_base64(out, std::string_view(bytes).substr(at, kBodyLineBytes));
    out += "\r\n";
  }
}

// Where a piece of at most `bytes_max` bytes ends that cuts no character in two. `text` is valid UTF-8.
std::size_t piece_end(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text.size();
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

bool is_plain(std::string_view text) {
  if (text.size() > kPlainHeaderBytes) return false;
  for (const char c : text) {
    if (!is_ascii_alpha(c) && !is_ascii_digit(c) && c != ' ' && c != '-') return false;
  }
  return !text.empty() && text.front() != ' ' && text.back() != ' ';
}

// Any text as the value of an unstructured header or a phrase (RFC 2047 5): as it is where nothing could be taken for
// more than letters, else as encoded words, one a line.
std::string header_text(std::string_view raw, std::size_t bytes_max) {
  std::string text = visible_text(cut_text(clean_utf8(raw), bytes_max));
  if (is_plain(text)) return text;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = rest.substr(0, piece_end(rest, kWordBytes));
    rest.remove_prefix(piece.size());
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?";
    append_base64(out, piece);
    out += "?=";
  }
  return out;
}

// RFC 5322 3.3, in Beijing time.
std::string mail_date(WallTime time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilDay day = beijing_day(time);
  const std::chrono::weekday weekday{std::chrono::sys_days(day)};
  const std::string clock = format_beijing(time).substr(11);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %u %s %04d %s +0800", kDays[weekday.c_encoding()],
                static_cast<unsigned>(day.day()), kMonths[static_cast<unsigned>(day.month()) - 1],
                static_cast<int>(day.year()), clock.c_str());
  return text.data();
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

bool is_atom_character(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322 3.2.3
  return is_ascii_alpha(c) || is_ascii_digit(c) || kOthers.find(c) != std::string_view::npos;
}

// Atoms with single dots between them.
template <class IsCharacter>
bool is_dotted(std::string_view text, const IsCharacter& is_character) {
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !is_character(c)) return false;
    before = c;
  }
  return before != '.';
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;  // RFC 5321 4.5.3.1
  const auto is_domain_character = [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-'; };
  return is_dotted(text.substr(0, at), is_atom_character) && is_dotted(text.substr(at + 1), is_domain_character) &&
         text[at + 1] != '-';
}

std::string message_id(std::string_view content, std::string_view from_address) {
  return sha256_hex(content).substr(0, 32) + "@" + std::string(domain_of(from_address));
}

std::string write_message(const MailMessage& message) {
  CHECK(is_mail_address(message.from_address) && is_mail_address(message.to_address));
  CHECK(is_mail_address(message.message_id));
  // "_" is no letter of base64 and stands in no header of a part: no line of a part is taken for its end.
  const std::string boundary = "=_xuncha_" + message.message_id.substr(0, 32);
  const std::string name = header_text(message.from_name, limits::kMailNameBytesMax);

  std::string out;
  out.reserve(2'000 + (message.text.size() + message.html.size()) * 3 / 2);
  const auto header = [&out](std::string_view field, std::string_view value) {
    out += field;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  header("Date", mail_date(message.date));
  header("From", name.empty() ? message.from_address : name + "\r\n <" + message.from_address + ">");
  header("To", message.to_address);
  header("Subject", header_text(message.subject, limits::kMailSubjectBytesMax));
  header("Message-ID", "<" + message.message_id + ">");
  header("List-Id", "<xuncha." + std::string(domain_of(message.from_address)) + ">");  // RFC 2919
  header("Auto-Submitted", "auto-generated");                                          // RFC 3834 5
  header("Precedence", "bulk");
  header("X-Auto-Response-Suppress", "All");  // the same for Exchange
  header("MIME-Version", "1.0");
  header("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
  out += "\r\n--" + boundary + "\r\n";
  append_part(out, "text/plain", message.language, message.text);
  out += "--" + boundary + "\r\n";
  append_part(out, "text/html", message.language, message.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace xuncha
