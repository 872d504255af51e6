#include "daemon/report/escape.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/url.h"

namespace xuncha {
namespace {

// Readers that know only the format, not the writer: what each sink's consumer would see.

std::string unescape_html(std::string text) {
  const std::pair<const char*, const char*> kReferences[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [reference, character] : kReferences) {
    for (std::size_t at = text.find(reference); at != std::string::npos; at = text.find(reference, at + 1)) {
      text.replace(at, std::string(reference).size(), character);
    }
  }
  return text;
}

void append_code_point(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string unescape_visible(const std::string& text) {
  const std::string open = "⟨U+";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, open.size(), open) == 0) {
      const std::size_t close = text.find("⟩", at);
      append_code_point(out, static_cast<std::uint32_t>(std::stoul(text.substr(at + open.size(), close), nullptr, 16)));
      at = close + 3;
    } else if (text.compare(at, 2, "\xE2\x90") == 0 && static_cast<unsigned char>(text[at + 2]) <= 0xA1) {
      const auto picture = static_cast<unsigned char>(text[at + 2]);
      out.push_back(picture == 0xA1 ? '\x7F' : static_cast<char>(picture - 0x80));
      at += 3;
    } else {
      out.push_back(text[at++]);
    }
  }
  return out;
}

// One RFC 4180 field, then the apostrophe that marks text.
std::string unescape_csv(const std::string& field) {
  EXPECT_GE(field.size(), 2u);
  EXPECT_EQ(field.front(), '"');
  EXPECT_EQ(field.back(), '"');
  std::string out;
  for (std::size_t at = 1; at + 1 < field.size(); ++at) {
    if (field[at] == '"') {
      EXPECT_EQ(field[at + 1], '"') << "a lone quote ends the field early";
      ++at;
    }
    out.push_back(field[at]);
  }
  return out.starts_with('\'') ? out.substr(1) : out;
}

std::string unescape_log(const std::string& value) {
  if (!value.starts_with('"')) return value;
  std::string out;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    if (value[at] != '\\') {
      EXPECT_NE(value[at], '"');
      out.push_back(value[at]);
      continue;
    }
    const char kind = value[++at];
    if (kind == 'n') out.push_back('\n');
    if (kind == 'r') out.push_back('\r');
    if (kind == 't') out.push_back('\t');
    if (kind == '"' || kind == '\\') out.push_back(kind);
    if (kind == 'x') {
      out.push_back(static_cast<char>(std::stoi(value.substr(at + 1, 2), nullptr, 16)));
      at += 2;
    }
    if (kind == 'u') {
      const std::size_t close = value.find('}', at);
      append_code_point(out, static_cast<std::uint32_t>(std::stoul(value.substr(at + 2, close), nullptr, 16)));
      at = close;
    }
  }
  return out;
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts = {
      "",
      "通知公告",
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "</title></style><svg/onload=alert(1)>",
      "&amp;&lt;&#39;&",
      "=HYPERLINK(\"http://evil/\",\"x\")",
      "+cmd|' /C calc'!A0",
      "-2+3",
      "@SUM(1)",
      "\t=1+1",
      "\r=1+1",
      "  =1+1",
      "\xEF\xBB\xBF=1+1",
      "＝1+1",
      "'quoted",
      "a,b\r\n\"c\"",
      "\x1b[31mred\x1b]0;title\x07",
      "\u009B31m",
      "\u202Efdp.exe",
      "\u2066isolated\u2069",
      "zero\xE2\x80\x8Bwidth",
      "line\xE2\x80\xA8separator",
      "⟨U+202E⟩ and ␛",
      "C:\\Users\\\"x\"",
      "key=value \"quoted\" \\n",
      std::string("NUL\0inside", 10),
      "+ADw-script+AD4-",
  };
  return kTexts;
}

// Random text of characters that matter to some sink. The seed is printed with a failure.
std::string random_text(std::mt19937& random) {
  static const std::uint32_t kCodes[] = {
      0,      7,      9,      10,     13,     27,     ' ',    '"',    '\'',   '&',    '<',    '>',     '=',    '+',
      '-',    '@',    ',',    ';',    '\\',   '{',    'a',    'U',    '0',    0x7F,   0x85,   0x9B,    0xA0,   0xAD,
      0x202E, 0x2028, 0x2066, 0x200B, 0x241B, 0x27E8, 0x27E9, 0x4E2D, 0xFEFF, 0xFF1D, 0xFFFD, 0x1F600, 0xE0041};
  std::string text;
  const std::size_t length = random() % 12;
  for (std::size_t index = 0; index < length; ++index) append_code_point(text, kCodes[random() % std::size(kCodes)]);
  return text;
}

std::vector<std::string> texts_for_properties() {
  std::vector<std::string> texts = hostile_texts();
  std::mt19937 random(20240426);
  for (int round = 0; round < 20'000; ++round) texts.push_back(random_text(random));
  return texts;
}

std::string without_nul(std::string text) {
  for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0')) text.replace(at, 1, "\uFFFD");
  return text;
}

TEST(Escape, ReadingEachFormBackGivesTheText) {
  for (const std::string& text : texts_for_properties()) {
    ASSERT_EQ(unescape_visible(visible_text(text)), text);
    ASSERT_EQ(unescape_html(html_text(text)), visible_text(text));
    ASSERT_EQ(unescape_csv(csv_field(text)), without_nul(text));
    ASSERT_EQ(unescape_log(log_value(text)), text);
  }
}

TEST(Escape, NoFormHoldsAByteThatActsOnATerminal) {
  for (const std::string& text : texts_for_properties()) {
    for (const std::string& escaped : {visible_text(text), html_text(text), log_value(text)}) {
      for (const char c : escaped) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << escaped;
      for (const char* acting : {"\xC2\x9B", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\xA8", "\xE2\x80\x8B"}) {
        ASSERT_EQ(escaped.find(acting), std::string::npos) << escaped;
      }
    }
  }
}

TEST(Escape, HtmlFormHoldsNoMarkup) {
  for (const std::string& text : texts_for_properties()) {
    ASSERT_EQ(html_text(text).find_first_of("<>\"'"), std::string::npos);
  }
}

TEST(Escape, IllFormedUtf8BecomesReplacementCharacters) {
  EXPECT_EQ(clean_utf8("a\xFF\xC0\xAF"
                       "b"),
            "a\uFFFD\uFFFD\uFFFD"
            "b");
  EXPECT_EQ(clean_utf8("\xE4\xB8"), "\uFFFD");                  // Unicode 3.9: one for a maximal part
  EXPECT_EQ(clean_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate is no character
  EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(visible_text("\xD6\xD0"), "\uFFFD\uFFFD");  // GBK
}

TEST(Escape, ControlCharactersAreMadeVisible) {
  EXPECT_EQ(visible_text("\x1b[31m\n"), "␛[31m␊");
  EXPECT_EQ(visible_text("\xE2\x80\xAE"
                         "gpj"),
            "⟨U+202E⟩gpj");
}

TEST(Escape, ChinesePathsAreReadAndNothingElseIsDecoded) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"http://a.gov.cn/%E9%99%84%E4%BB%B6/2026%E5%B9%B4.pdf", "http://a.gov.cn/附件/2026年.pdf"},
      {"http://a.gov.cn/s?q=%e4%bd%8e%e4%bf%9d&p=1", "http://a.gov.cn/s?q=低保&p=1"},
      {"http://a.gov.cn/%E3%80%8A%E5%8A%9E%E6%B3%95%E3%80%8B.html", "http://a.gov.cn/《办法》.html"},
      {"http://a.gov.cn/%F0%A0%80%80.html", "http://a.gov.cn/𠀀.html"},
      {"转到 http://a.gov.cn/%E5%85%AC，再转", "转到 http://a.gov.cn/公，再转"},
      // ASCII says something else when it is not encoded.
      {"http://a.gov.cn/a%20b%2Fc%3Fd%23e%25E4%41", "http://a.gov.cn/a%20b%2Fc%3Fd%23e%25E4%41"},
      // No UTF-8 as a whole: GB18030, cut, overlong, a surrogate.
      {"http://a.gov.cn/%D6%B8%C4%CF.doc", "http://a.gov.cn/%D6%B8%C4%CF.doc"},
      {"http://a.gov.cn/%E9%99%84%E4%BB", "http://a.gov.cn/%E9%99%84%E4%BB"},
      {"http://a.gov.cn/%C0%AF%E0%80%AF", "http://a.gov.cn/%C0%AF%E0%80%AF"},
      {"http://a.gov.cn/%ED%A0%80", "http://a.gov.cn/%ED%A0%80"},
      {"http://a.gov.cn/%E9%99%8", "http://a.gov.cn/%E9%99%8"},
      // What cannot be seen, or acts on what stands beside it: bidi, zero width, spaces, C1, marks, private use,
      // U+FFFD.
      {"/%E5%85%AC%E2%80%AEfdp.exe", "/公%E2%80%AEfdp.exe"},
      {"/%E2%81%A6%E2%80%8B%EF%BB%BF%C2%AD", "/%E2%81%A6%E2%80%8B%EF%BB%BF%C2%AD"},
      {"/%E3%80%80%C2%A0%E2%80%A8%C2%85", "/%E3%80%80%C2%A0%E2%80%A8%C2%85"},
      {"/%CC%B8%EE%80%80%EF%BF%BD%E3%85%A4", "/%CC%B8%EE%80%80%EF%BF%BD%E3%85%A4"},
      {"", ""},
      {"%", "%"},
      {"100%", "100%"},
  };
  for (const auto& [url, read] : rows) EXPECT_EQ(readable_url(url), read);
}

TEST(Escape, AReadableUrlIsTheSameUrl) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 2'000; ++round) {
    std::string text = "http://a.gov.cn/";
    for (int length = 0; length < 12; ++length) {
      constexpr std::array<const char*, 10> kPieces = {"%E9%99%84", "%E2%80%AE", "%2F", "%",      "%D6%B8",
                                                       "a",         "?",         "%e5", "%85%AC", "/"};
      text += kPieces[random() % kPieces.size()];
    }
    const UrlParse exact = parse_url(text);
    ASSERT_TRUE(exact.url) << text;
    const UrlParse read = parse_url(readable_url(exact.url->href()));
    ASSERT_TRUE(read.url) << text;
    EXPECT_EQ(url_key(*read.url), url_key(*exact.url)) << text;
  }
}

TEST(Escape, OnlyHttpUrlsBecomeLinks) {
  EXPECT_EQ(html_href("http://a/?x=1&y=\"2\""), "http://a/?x=1&amp;y=&quot;2&quot;");
  EXPECT_EQ(html_href("https://a/"), "https://a/");
  for (const char* url :
       {"javascript:alert(1)", "data:text/html,x", " http://a/", "//a/", "file:///c:/", "HTTP:x", ""}) {
    EXPECT_EQ(html_href(url), "") << url;
  }
}

TEST(Escape, CsvFormulasAreMarkedAsText) {
  for (const char* text :
       {"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\xEF\xBB\xBF=1", "＝1", "＋1", "－1", "＠x"}) {
    EXPECT_TRUE(csv_field(text).starts_with("\"'")) << text;
  }
  EXPECT_EQ(csv_field("通知 a=b"), "\"通知 a=b\"");
}

TEST(Escape, CutsBetweenCharacters) {
  EXPECT_EQ(cut_text("中文", 6), "中文");
  EXPECT_EQ(cut_text("中文", 5), "中…");
  EXPECT_EQ(cut_text("中文", 2), "…");
}

TEST(Escape, ChineseTakesTwoColumns) {  // UAX 11
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("中文。"), 6u);
  EXPECT_EQ(display_width("ａ"), 2u);
  EXPECT_EQ(display_width("e\xCC\x81"), 1u);  // a combining accent
  EXPECT_EQ(fit_width("中文字", 6), "中文字");
  EXPECT_EQ(fit_width("中文字", 5), "中文…");
  EXPECT_EQ(fit_width("中文字", 4), "中…");
  EXPECT_EQ(fit_width("abc", 2), "a…");
}

TEST(Escape, LogValuesAreBareOnlyWhereNothingCanSplitThem) {
  EXPECT_EQ(log_value("www.example.gov.cn"), "www.example.gov.cn");
  EXPECT_EQ(log_value(""), "\"\"");
  EXPECT_EQ(log_value("a b"), "\"a b\"");
  EXPECT_EQ(log_value("x\nlevel=error"), "\"x\\nlevel=error\"");
  EXPECT_EQ(log_value("\x1b"), "\"\\x1b\"");
}

}  // namespace
}  // namespace xuncha
