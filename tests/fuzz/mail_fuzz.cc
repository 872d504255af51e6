// The mail builder. The input's first line is a subject, its second an anchor, its third an address, the rest an
// excerpt; all go into every place that a portal's text can reach. What comes out is read back: no header, part or
// element is there that we did not write.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "daemon/mail/digest.h"
#include "daemon/mail/message.h"
#include "daemon/report/escape.h"

namespace {

using namespace xuncha;  // NOLINT(google-build-using-namespace)

void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(group >> bits & 0xff));
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find("\r\n");
    require(end != std::string_view::npos, "every line ends in CRLF");
    lines.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 2);
  }
  return lines;
}

void check_message(const MailMessage& message) {
  const std::string bytes = write_message(message);
  const std::vector<std::string> lines = lines_of(bytes);
  std::size_t at = 0;
  std::vector<std::string> names;
  std::string subject;
  bool in_subject = false;
  for (; at < lines.size() && !lines[at].empty(); ++at) {
    const std::string& line = lines[at];
    if (line[0] != ' ') {
      names.push_back(line.substr(0, line.find(':')));
      in_subject = names.back() == "Subject";
      if (in_subject && line.find("=?") == std::string::npos) subject = line.substr(9);
    }
    const std::size_t word = line.find("=?UTF-8?B?");
    if (in_subject && word != std::string::npos) subject += decode_base64(line.substr(word + 10));
  }
  require(names == std::vector<std::string>{"Date", "From", "To", "Subject", "Message-ID", "List-Id", "Auto-Submitted",
                                            "Precedence", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"},
          "the headers are ours");
  require(subject == visible_text(cut_text(clean_utf8(message.subject), limits::kMailSubjectBytesMax)),
          "the subject comes back");
  int boundaries = 0;
  std::vector<std::string> parts;
  bool in_body = false;
  for (; at < lines.size(); ++at) {
    const std::string& line = lines[at];
    require(line.size() <= 78, "lines are short");
    for (const char c : line) require(c >= ' ' && c <= '~', "lines are printable ASCII");
    if (line.starts_with("--=_xuncha_")) {
      ++boundaries;
      in_body = false;
    } else if (line.empty() && boundaries > 0 && !in_body) {
      in_body = true;
      parts.emplace_back();
    } else if (in_body) {
      parts.back() += line;
    }
  }
  require(boundaries == 3 && parts.size() == 2, "there are two parts");
  std::string text = decode_base64(parts[0]);
  std::erase(text, '\r');
  std::string wanted = clean_utf8(message.text);
  std::erase(wanted, '\r');
  require(text == wanted, "the plain part comes back");
}

// Every "<" begins an element that we write, and its attributes are ours.
void check_html(std::string_view html) {
  static const std::set<std::string_view> kElements = {"!DOCTYPE", "html", "head", "meta", "body", "h1", "h2",
                                                       "h3",       "p",    "div",  "span", "a",    "br"};
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    require(end != std::string_view::npos, "an element ends");
    std::string_view element = html.substr(at + 1, end - at - 1);
    if (element.starts_with('/')) element.remove_prefix(1);
    require(kElements.contains(element.substr(0, element.find(' '))), "the elements are ours");
    require(element.find('<') == std::string_view::npos, "no element within another");
    if (!element.starts_with("a ")) continue;
    require(element.starts_with("a href=\"http://") || element.starts_with("a href=\"https://"), "links are http(s)");
  }
}

void check_text(std::string_view text) {
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= ' ' || c == '\n', "the plain part has no controls");
}

std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string subject = take_line(rest);
  const std::string anchor = take_line(rest);
  const std::string address = take_line(rest);
  const std::string excerpt(rest);

  MailMessage message;
  message.from_name = anchor;
  message.from_address = "xuncha@example.gov.cn";
  message.to_address = "webmaster@example.gov.cn";
  message.message_id = message_id(subject, message.from_address);
  message.subject = subject;
  message.text = excerpt;
  check_message(message);

  Evidence evidence;
  evidence.excerpt = excerpt;
  evidence.compared = evidence.limit = evidence.control = anchor;
  evidence.redirects = {{302, address}};
  Digest digest;
  digest.sites["s"] = {subject, anchor};
  for (const char* rule : {"link.broken", "link.hijacked", "page.injected", "site.tls"}) {
    const Reason reason{size % 2 == 0 ? ReasonCode::kGambling : ReasonCode::kSoft404, 0};
    Finding finding = make_finding("s", rule, address, address, reason, Severity::kMajor, evidence, {});
    finding.state = FindingState::kOpen;
    finding.where = {{address, anchor, {}, {}, 1}, {"https://" + address, anchor, {}, {}, 0}};
    finding.where_total = 2;
    digest.cases.push_back({static_cast<News>(size % 3), finding});
  }
  digest.language = size % 5 == 0 ? Language::kEnglish : Language::kChinese;
  digest.external_url = "https://xuncha.example.gov.cn/";
  const DigestText words = write_digest(digest);
  check_text(words.text);
  check_html(words.html);
  message.subject = words.subject;
  message.text = words.text;
  message.html = words.html;
  check_message(message);
  return 0;
}
