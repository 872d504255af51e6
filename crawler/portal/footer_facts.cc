#include "crawler/portal/footer_facts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/code_points.h"
#include "core/limits.h"
#include "crawler/byte_search.h"
#include "crawler/html_scan.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

constexpr std::size_t kUrlBytesLooked = 600;  // on each side of a host's name in a script
constexpr std::size_t kPlacesMax = 200;       // of one word in a document

constexpr std::string_view
    kProvinces[] = {"京", "津", "沪", "渝", "冀", "豫", "云", "辽", "黑", "湘", "皖", "鲁",
                    "新", "苏", "浙", "赣", "鄂", "桂", "甘", "晋", "蒙", "陕", "吉", "闽",
                    "贵", "粤", "青", "藏", "川", "宁", "琼", "蜀", "黔", "滇", "陇"};  // as registrations of names
                                                                                        // write them
constexpr std::string_view kReportHosts[] = {"zfwzzc.www.gov.cn/check_web",
                                             "zfwzzc.www.gov.cn/exposure",
                                             "pucha.kaipuyun.cn/exposure",
                                             "kaipuyun.cn/exposure",
                                             "exposure/jiucuo",
                                             "errorinfo/jcinfo"};
constexpr std::string_view kReportWords[] = {"网站找错", "政府网站找错", "我为政府网站找错", "网站纠错", "找错"};

// A document's bytes, scripts and all, but without its comments: what stands there is switched off. Most pages hold
// none of the words in question, and are searched as they are.
class Document {
 public:
  explicit Document(std::string_view bytes) : bytes_(bytes) {}

  // Empty where the word does not stand in it.
  std::string_view holding(std::string_view word) {
    if (!contains_text(bytes_, word)) return {};
    if (!said_) HtmlScanner<Document>(bytes_, *this).run();
    return said_ && contains_text(*said_, word) ? std::string_view(*said_) : std::string_view();
  }

  void on_start_tag(const HtmlTag& tag) { keep(bytes_.substr(tag.begin, tag.end - tag.begin)); }
  void on_end_tag(const HtmlTag& tag) { keep(bytes_.substr(tag.begin, tag.end - tag.begin)); }
  void on_text(std::string_view text, HtmlText) { keep(text); }

 private:
  void keep(std::string_view piece) {
    if (!said_) said_.emplace().reserve(bytes_.size());
    said_->append(piece);
  }

  std::string_view bytes_;
  std::optional<std::string> said_;
};

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_ascii_digit(text[at + count])) ++count;
  return count;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  for (std::size_t length = 0; (length = blank_length(text.substr(at))) != 0;) at += length;
  return at;
}

// The character before `at` when it is one of a province.
std::string_view province_before(std::string_view text, std::size_t at) {
  if (at < 3) return {};
  const std::string_view c = text.substr(at - 3, 3);
  return std::find(std::begin(kProvinces), std::end(kProvinces), c) == std::end(kProvinces) ? std::string_view() : c;
}

// Calls `read(at)` behind every `word` until it gives a value.
template <class Read>
std::string first_behind(std::string_view text, std::string_view word, Read read) {
  std::size_t places = 0;
  for (std::size_t at = find_text(text, word); at != std::string_view::npos && ++places < kPlacesMax;
       at = find_text(text, word, at + 1)) {
    if (std::string value = read(at, at + word.size()); !value.empty()) return value;
  }
  return {};
}

std::string site_code_at(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  for (const std::string_view mark : {"为", "：", ":", "=", "\"", "'", "%3A"}) {
    if (text.substr(at).starts_with(mark)) at = skip_blanks(text, at + mark.size());
  }
  const std::string_view rest = text.substr(at);
  const bool of_ministry = rest.starts_with("bm") || rest.starts_with("BM");
  const std::size_t digits = digits_at(rest, of_ministry ? 2 : 0);
  if (digits != (of_ministry ? 8u : 10u)) return {};
  return to_ascii_lower(rest.substr(0, 10));
}

std::string site_code_behind(std::string_view text, std::string_view word) {
  return first_behind(text, word, [text](std::size_t, std::size_t end) { return site_code_at(text, end); });
}

std::string read_site_code(std::string_view visible, Document& document) {
  for (const std::string_view word : {"标识码", "标识号"}) {
    if (std::string code = site_code_behind(visible, word); !code.empty()) return code;
  }
  for (const std::string_view word : {"标识码", "标识号", "sitecode"}) {
    if (std::string code = site_code_behind(document.holding(word), word); !code.empty()) return code;
  }
  return {};
}

constexpr std::string_view kIcpWord = "ICP备";

std::string read_icp(std::string_view text) {
  return first_behind(text, kIcpWord, [text](std::size_t begin, std::size_t end) -> std::string {
    const std::size_t province_end = text.substr(0, begin).ends_with(" ") ? begin - 1 : begin;
    const std::string_view province = province_before(text, province_end);
    std::size_t at = skip_blanks(text, end);
    if (text.substr(at).starts_with("案")) at = skip_blanks(text, at + 3);
    const std::size_t digits = digits_at(text, at);
    if (province.empty() || digits < 5 || digits > 10) return {};
    std::string number = std::string(province) + "ICP备" + std::string(text.substr(at, digits)) + "号";
    at = skip_blanks(text, at + digits);
    if (!text.substr(at).starts_with("号")) return number;
    at = skip_blanks(text, at + 3);
    if (at < text.size() && text[at] == '-') {
      const std::size_t more = digits_at(text, at + 1);
      if (more > 0 && more < 4) number += text.substr(at, more + 1);
    }
    return number;
  });
}

std::string police_behind(std::string_view text, std::string_view word) {
  return first_behind(text, word, [text](std::size_t begin, std::size_t end) -> std::string {
    std::size_t at = skip_blanks(text, end);
    for (const std::string_view mark : {"案号", "案", "号", "：", ":"}) {
      if (text.substr(at).starts_with(mark)) at = skip_blanks(text, at + mark.size());
    }
    const std::size_t digits = digits_at(text, at);
    if (digits < 12 || digits > 14) return {};
    const std::string_view province = province_before(text, begin);
    return std::string(province) + (province.empty() ? "" : "公网安备") + std::string(text.substr(at, digits)) +
           (province.empty() ? "" : "号");
  });
}

// The first that `behind(word)` finds of the words by which the police's register is named.
template <class Behind>
std::string read_police(Behind behind) {
  for (const std::string_view word : {"公网安备", "公安网备", "公安备案", "公安备"}) {
    if (std::string found = behind(word); !found.empty()) return found;
  }
  return {};
}

// recordcode=33010602009328 of the link to the register.
std::string police_of_links(const PageFacts& page) {
  for (const Link& link : page.links) {
    const std::size_t at = link.raw.find("recordcode=");
    if (at == std::string_view::npos || !contains_text(link.raw, "beian")) continue;
    const std::string_view digits = link.raw.substr(at + 11, digits_at(link.raw, at + 11));
    if (digits.size() >= 12 && digits.size() <= 14) return std::string(digits);
  }
  return {};
}

// %3A, %2F and %3D of an address that a script writes.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = at + 2 < text.size() && text[at] == '%' ? hex_digit_value(text[at + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit_value(text[at + 2]);
    if (low < 0) {
      out += text[at];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

// The address around a host's name in a document's bytes, as written in an attribute or a script's text.
std::string address_around(std::string_view document, std::size_t at) {
  const auto ends = [](char c) {
    return c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' || c == ' ' || c == '(' || c == ')' ||
           c == '\n' || c == '\r' || c == '\t';
  };
  const auto stops = [&](std::size_t i) {
    if (ends(document[i])) return true;
    const std::string_view escaped = document.substr(i, 3);
    return escaped == "%22" || escaped == "%27" || escaped == "%3C" || escaped == "%3E" || escaped == "%20";
  };
  std::size_t begin = at;
  while (begin > 0 && at - begin < kUrlBytesLooked && !stops(begin - 1)) --begin;
  // An escaped delimiter is of three bytes; the last two were taken along.
  for (std::size_t back = 1; back <= 3 && begin >= back; ++back) {
    if (document[begin - back] == '%' && back < 3 && stops(begin - back)) begin += 3 - back;
  }
  std::size_t end = at;
  while (end < document.size() && end - at < kUrlBytesLooked && !stops(end)) ++end;
  return unescape(document.substr(begin, end - begin));
}

std::string absolute(std::string_view text, const Url* base) {
  const UrlParse parsed = parse_url(text, base);
  return parsed.url ? parsed.url->href() : std::string();
}

// The address that holds the first of `signs` that any has: of the links, else of the document's bytes.
template <std::size_t kCount>
std::string find_address(const PageFacts& page, Document& document, const std::string_view (&signs)[kCount],
                         const Url* base) {
  std::size_t best = kCount;
  std::string found;
  for (const Link& link : page.links) {
    if (link.raw.size() > limits::kUrlBytesMax || link.raw.size() < 12) continue;
    const std::string raw = to_ascii_lower(link.raw);
    for (std::size_t sign = 0; sign < best; ++sign) {
      if (!contains_text(raw, signs[sign])) continue;
      if (std::string url = absolute(link.raw, base); !url.empty()) {
        best = sign;
        found = std::move(url);
      }
      break;
    }
  }
  if (!found.empty()) return found;
  for (const std::string_view sign : signs) {
    const std::string_view text = document.holding(sign);
    if (text.empty()) continue;
    if (std::string url = absolute(address_around(text, find_text(text, sign)), base); !url.empty()) return url;
  }
  return {};
}

std::string report_by_text(const PageFacts& page, const Url* base) {
  for (const Link& link : page.links) {
    if (link.text.empty() || link.text.size() > 60) continue;
    if (!contains_any(link.text, kReportWords)) continue;
    if (std::string url = absolute(link.raw, base); !url.empty()) return url;
  }
  return {};
}

}  // namespace

FooterFacts read_footer(const PageFacts& page, const MetaTags& meta, const Url* base) {
  Document document(page.document ? std::string_view(page.document->text) : std::string_view());
  FooterFacts footer;
  footer.site_code = read_site_code(page.visible_text, document);
  if (footer.site_code.empty()) footer.site_code = std::string(meta.site_code);
  footer.icp = read_icp(page.visible_text);
  if (footer.icp.empty()) footer.icp = read_icp(document.holding(kIcpWord));
  footer.police = read_police([&](std::string_view word) { return police_behind(page.visible_text, word); });
  if (footer.police.empty()) footer.police = police_of_links(page);
  if (footer.police.empty())
    footer.police = read_police([&](std::string_view word) { return police_behind(document.holding(word), word); });
  constexpr std::string_view kShown[] = {"bszs.conac.cn", "conac.cn"};
  footer.conac = find_address(page, document, kShown, base);
  footer.report_entry = find_address(page, document, kReportHosts, base);
  if (footer.report_entry.empty()) footer.report_entry = report_by_text(page, base);
  return footer;
}

}  // namespace xuncha
