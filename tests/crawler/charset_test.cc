#include "crawler/charset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "crawler/ascii.h"
#include "crawler/charset_encodings.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::filesystem::path corpus() {
  const char* set = std::getenv("XUNCHA_CORPUS");
  if (set != nullptr) return set;
  return std::filesystem::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string text_of(std::string_view bytes, std::string_view label) {
  const auto decoded = decode_bytes(bytes, label);
  return decoded ? decoded->text : "no such label";
}

// UTF-8 written in another charset, by our own encoder.
std::string encoded(std::string_view utf8, std::string_view label) {
  return query_encoder_for(label)(utf8);
}

constexpr std::string_view kNews =
    "<html><head><title>市民政局召开工作会议</title></head><body><p>四月二十六日，市民政局召开全市民政工作会议，"
    "传达上级有关文件精神，通报一季度工作情况，部署下一阶段的重点任务。各区县民政局主要负责同志参加会议。</p></body>";

// --- labels (Encoding standard 4.2) -------------------------------------------------------------------------------

TEST(CharsetLabels, Encoding_4_2_LabelsIgnoreCaseAndWhiteSpace) {
  EXPECT_EQ(find_encoding(" \tGB2312\r\n")->name, "gbk");
  EXPECT_EQ(find_encoding("Utf8")->name, "utf-8");
  EXPECT_EQ(find_encoding("gb_2312-80")->name, "gbk");
  EXPECT_EQ(find_encoding("iso-8859-1")->name, "windows-1252");
  EXPECT_EQ(find_encoding("iso-8859-9")->name, "windows-1254");
  EXPECT_EQ(find_encoding("big5-hkscs")->name, "big5");
  EXPECT_EQ(find_encoding("hz-gb-2312")->name, "replacement");
  for (const char* unknown : {"", "gb", "utf", "utf-7", "gb2313", "utf-8;", "\"gbk\""}) {
    EXPECT_EQ(find_encoding(unknown), nullptr) << unknown;
  }
}

TEST(CharsetLabels, Encoding_4_2_TableIsComplete) {
  EXPECT_EQ(all_encodings().size(), 40u);
  std::size_t labels = 0;
  for (const Encoding& encoding : all_encodings()) {
    labels += static_cast<std::size_t>(std::ranges::count(encoding.labels, ' ')) + 1;
    EXPECT_EQ(find_encoding(encoding.name), &encoding) << encoding.name;
  }
  EXPECT_EQ(labels, 228u);
}

TEST(CharsetLabels, EveryEncodingHasItsTable) {
  for (const Encoding& encoding : all_encodings()) {
    if (encoding.kind == EncodingKind::kSingleByte) {
      const EncodingIndex& index = index_single_byte(encoding);
      EXPECT_GE(std::ranges::count_if(index, [](char32_t c) { return c != 0; }), 80) << encoding.name;
    }
  }
  EXPECT_EQ(std::ranges::count(index_of(EncodingKind::kGb18030), char32_t{0}), 0);
  EXPECT_EQ(std::ranges::count(index_gb18030_four_byte(), char32_t{0}), 0);
  EXPECT_GT(std::ranges::count_if(index_of(EncodingKind::kBig5), [](char32_t c) { return c != 0; }), 18000);
  EXPECT_GT(std::ranges::count_if(index_of(EncodingKind::kEucKr), [](char32_t c) { return c != 0; }), 17000);
  EXPECT_GT(std::ranges::count_if(index_of(EncodingKind::kShiftJis), [](char32_t c) { return c != 0; }), 7000);
  EXPECT_GT(std::ranges::count_if(index_jis0212(), [](char32_t c) { return c != 0; }), 6000);
}

// --- decoders -----------------------------------------------------------------------------------------------------

struct Decoding {
  const char* rule;
  std::string_view label;
  std::string bytes;
  std::string_view text;
  std::uint64_t replacements;
};

using namespace std::literals;

const Decoding kDecodings[] = {
    // Encoding 8.1.1, Unicode 3.9 "maximal subpart".
    {"utf8_ill_formed_bytes_one_each", "utf-8", "a\xC0\x80\xFF z"s, "a\uFFFD\uFFFD\uFFFD z", 3},
    {"utf8_cut_sequence_is_one", "utf-8", "\xE4\xB8"s, "\uFFFD", 1},
    {"utf8_cut_sequence_before_markup_is_one", "utf-8", "\xE4\xB8<p>"s, "\uFFFD<p>", 1},
    {"utf8_surrogate_is_three", "utf-8", "\xED\xA0\x80"s, "\uFFFD\uFFFD\uFFFD", 3},
    {"utf8_overlong_is_three", "utf-8", "\xE0\x80\xAF"s, "\uFFFD\uFFFD\uFFFD", 3},
    {"utf8_above_range_is_four", "utf-8", "\xF4\x90\x80\x80"s, "\uFFFD\uFFFD\uFFFD\uFFFD", 4},
    {"utf8_cut_four_byte_is_one", "utf-8", "\xF0\x9F\x98 x"s, "\uFFFD x", 1},
    {"utf8_edges_are_well_formed", "utf-8",
     "\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"s,
     "\u0080\u0800\uD7FF\uE000\U00010000\U0010FFFF", 0},
    // Encoding 10.2.1.
    {"gb18030_pairs", "gb2312", "\xD6\xD0\xCE\xC4"s, "中文", 0},
    {"gb18030_euro_in_gbk", "gbk", "\x80"s, "€", 0},
    {"gb18030_ideographic_space_twice", "gbk", "\xA1\xA1\xA3\xA0"s, "\u3000\u3000", 0},
    {"gb18030_four_bytes", "gb18030", "\x81\x30\x81\x30\x90\x30\x81\x30\xE3\x32\x9A\x35"s, "\u0080\U00010000\U0010FFFF",
     0},
    {"gb18030_four_bytes_without_meaning", "gb18030", "\xE3\x32\x9A\x36!"s, "\uFFFD!", 1},
    {"gb18030_ascii_trail_survives", "gbk", "\xD6<p>"s, "\uFFFD<p>", 1},
    {"gb18030_quote_survives", "gbk", "\xD6\">"s, "\uFFFD\">", 1},
    {"gb18030_digit_after_lead_survives", "gbk",
     "\xD6"
     "1x"s,
     "\uFFFD1x", 1},
    {"gb18030_broken_third_byte", "gbk", "\x81\x30<p>\x81\x30\xD6<"s, "\uFFFD0<p>\uFFFD0\uFFFD<", 3},
    {"gb18030_end_inside_four_bytes_is_one", "gbk", "\x81\x30\x81"s, "\uFFFD", 1},
    {"gb18030_end_inside_pair_is_one", "gbk", "a\xD6"s, "a\uFFFD", 1},
    {"gb18030_ff_is_one", "gbk", "\xFF\xD6\xD0"s, "\uFFFD中", 1},
    {"gb18030_high_trail_is_swallowed", "gbk", "\xD6\xFFz"s, "\uFFFDz", 1},
    // Encoding 12.1.1.
    {"big5_pairs", "big5", "\xA4\xA4\xA4\xE5"s, "中文", 0},
    {"big5_two_code_points", "big5", "\x88\x62\x88\x64\x88\xA3\x88\xA5"s,
     "\u00CA\u0304\u00CA\u030C\u00EA\u0304\u00EA\u030C", 0},
    {"big5_ascii_trail_survives", "big5", "\xA4<b>"s, "\uFFFD<b>", 1},
    {"big5_letter_without_meaning_survives", "big5", "\x81\x40"s, "\uFFFD@", 1},
    {"big5_hkscs_beyond_the_bmp", "big5", "\x87\x45"s, "\U00027267", 0},
    // Encoding 13.3.1, 13.1.1, 14.1.1.
    {"shift_jis_kana_and_pairs", "shift_jis", "\xB1\x93\xFA\x96\x7B"s, "ｱ日本", 0},
    {"shift_jis_ascii_trail_survives", "shift_jis", "\x93\"x"s, "\uFFFD\"x", 1},
    {"shift_jis_end_user_characters", "shift_jis", "\xF0\x40"s, "\uE000", 0},
    {"euc_jp_three_sets", "euc-jp", "\x8E\xB1\xC6\xFC\x8F\xB0\xA1"s, "ｱ日丂", 0},
    {"euc_jp_ascii_trail_survives", "euc-jp", "\xC6<"s, "\uFFFD<", 1},
    {"euc_kr_pairs", "euc-kr", "\xC7\xD1\xB1\xDB\x81\x41"s, "한글갂", 0},
    {"euc_kr_user_rows_have_no_meaning", "ks_c_5601-1987", "\xC9\xA1"s, "\uFFFD", 1},
    {"iso_2022_jp_escapes", "iso-2022-jp", "a\x1B$B\x46\x7C\x1B(Bz"s, "a日z", 0},
    // Encoding 9.1 and its indexes, 14.5.
    {"windows_1252_for_latin1", "iso-8859-1", "\x80\x81\xE9"s, "€\u0081é", 0},
    {"windows_874_holes", "tis-620", "\xA1\xDB"s, "ก\uFFFD", 1},
    {"windows_1255_yod_mark", "windows-1255", "\xCA"s, "\u05BA", 0},
    {"koi8_u_has_short_u", "koi8-u", "\xAE\xBE"s, "ўЎ", 0},
    {"iso_8859_16", "iso-8859-16", "\xA4\xBA\xFF"s, "€șÿ", 0},
    {"user_defined", "x-user-defined", "\x80\xFF"s, "\uF780\uF7FF", 0},
    {"replacement_is_one", "hz-gb-2312", "~{VPND~}"s, "\uFFFD", 1},
    {"utf16le", "utf-16", "\x2D\x4E\x3D\xD8\x00\xDE"s, "中\U0001F600", 0},
    {"utf16be", "utf-16be", "\x4E\x2D"s, "中", 0},
    {"utf16_lone_surrogate_and_odd_byte", "utf-16le", "\x3D\xD8\x41\x00\x42"s, "\uFFFDA\uFFFD", 2},
    {"nul_bytes_stay", "gbk", "a\0b\0"s, "a\0b\0"sv, 0},
};

TEST(CharsetDecoders, Encoding_StandardDecoders) {
  for (const Decoding& row : kDecodings) {
    const auto decoded = decode_bytes(row.bytes, row.label);
    ASSERT_TRUE(decoded) << row.rule;
    EXPECT_EQ(decoded->text, row.text) << row.rule;
    EXPECT_EQ(decoded->replacement_characters, row.replacements) << row.rule;
  }
}

TEST(CharsetDecoders, RandomBytesGiveValidUtf8AndAnHonestCount) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int round = 0; round < 400; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 3 == 0 ? random() % 128 : random() % 256);
    for (const Encoding& encoding : all_encodings()) {
      const auto decoded = decode_bytes(bytes, encoding.name);
      ASSERT_TRUE(is_valid_utf8(decoded->text)) << encoding.name << " seed " << seed;
      std::uint64_t count = 0;
      for (std::size_t at = decoded->text.find(kReplacement); at != std::string::npos;
           at = decoded->text.find(kReplacement, at + 3)) {
        ++count;
      }
      // A document may spell U+FFFD itself.
      ASSERT_GE(count, decoded->replacement_characters) << encoding.name << " seed " << seed;
    }
  }
}

TEST(CharsetDecoders, EveryCodePointComesBackFromGb18030) {
  std::string text;
  for (char32_t c = 0xA0; c < 0x30000; ++c) {
    if ((c >= 0xD800 && c <= 0xDFFF) || c == 0xE5E5) continue;
    if (c >= 0x10000) {
      text.push_back(static_cast<char>(0xF0 | c >> 18));
      text.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    } else if (c >= 0x800) {
      text.push_back(static_cast<char>(0xE0 | c >> 12));
    } else {
      text.push_back(static_cast<char>(0xC0 | c >> 6));
    }
    if (c >= 0x800) text.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
  ASSERT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(text_of(encoded(text, "gb18030"), "gb18030"), text);
}

// --- the order of sources (HTML, "determining the character encoding") ---------------------------------------------

struct Sniffing {
  const char* rule;
  std::string bytes;
  std::string_view content_type;
  std::string_view charset;
  CharsetSource source;
};

TEST(CharsetOrder, Html_ByteOrderMarkThenHeaderThenMeta) {
  const std::string gbk_meta = "<meta charset=gbk>";
  const Sniffing rows[] = {
      {"utf8_mark_beats_all", "\xEF\xBB\xBF" + gbk_meta, "text/html; charset=big5", "utf-8", CharsetSource::kBom},
      {"utf16le_mark", "\xFF\xFE<\0p\0>\0"s, "text/html; charset=big5", "utf-16le", CharsetSource::kBom},
      {"utf16be_mark", "\xFE\xFF\0<\0p\0>"s, "", "utf-16be", CharsetSource::kBom},
      {"header_beats_meta", gbk_meta, "text/html; charset=big5", "big5", CharsetSource::kHeader},
      {"header_quoted", gbk_meta, "text/html;charset=\"BIG5\"; x=y", "big5", CharsetSource::kHeader},
      {"header_parameter_order", gbk_meta, "text/html; a=\";charset=x\"; Charset = big5", "big5",
       CharsetSource::kHeader},
      {"unknown_header_label_is_passed_over", gbk_meta, "text/html; charset=gb2313", "gb18030", CharsetSource::kMeta},
      {"header_without_charset", gbk_meta, "text/html", "gb18030", CharsetSource::kMeta},
      {"broken_header", gbk_meta, "text/html; charset", "gb18030", CharsetSource::kMeta},
      {"meta_in_comment_does_not_count", "<!-- <meta charset=big5> -->" + gbk_meta, "", "gb18030",
       CharsetSource::kMeta},
      {"http_equiv", "<META content='text/html; charset=gb2312' HTTP-EQUIV=content-type>", "", "gb18030",
       CharsetSource::kMeta},
      {"content_without_http_equiv_does_not_count", "<meta name=x content='text/html; charset=big5'>", "", "gb18030",
       CharsetSource::kFallback},
      {"utf16_meta_means_utf8", "<meta charset=utf-16>", "", "utf-8", CharsetSource::kMeta},
      {"user_defined_meta_means_1252", "<meta charset=x-user-defined>", "", "windows-1252", CharsetSource::kMeta},
      {"xml_declaration", "<?xml version='1.0' encoding = 'big5'?><html>", "", "big5", CharsetSource::kMeta},
      {"meta_beats_xml_declaration", "<?xml version='1.0' encoding='big5'?><html>" + gbk_meta, "", "gb18030",
       CharsetSource::kMeta},
      {"late_meta", "<!--" + std::string(3000, 'x') + "-->" + gbk_meta, "", "gb18030", CharsetSource::kMeta},
      {"late_meta_in_a_script_does_not_count",
       "<script>" + std::string(3000, 'x') + "'<meta charset=big5>'</script>" + gbk_meta, "", "gb18030",
       CharsetSource::kMeta},
      {"meta_across_the_1024th_byte", "<!--" + std::string(1010, 'x') + "-->" + gbk_meta, "", "gb18030",
       CharsetSource::kMeta},
      {"nothing_said", "<p>hello", "", "gb18030", CharsetSource::kFallback},
      {"empty_document", "", "", "gb18030", CharsetSource::kFallback},
  };
  for (const Sniffing& row : rows) {
    const DecodedText text = decode_document(row.bytes, {.content_type = row.content_type, .detect = false});
    EXPECT_EQ(text.charset, row.charset) << row.rule;
    EXPECT_EQ(text.source, row.source) << row.rule;
    EXPECT_FALSE(text.bytes_disagree) << row.rule;
  }
}

TEST(CharsetOrder, MarkIsNoText) {
  EXPECT_EQ(decode_document("\xEF\xBB\xBFx", {}).text, "x");
  EXPECT_EQ(decode_document("\xFF\xFEx\0"sv, {}).text, "x");
}

TEST(CharsetOrder, LabelsAreKeptAsFound) {
  const DecodedText text =
      decode_document("<meta charset=GB2312>", {.content_type = "text/html; charset=UTF8", .detect = false});
  EXPECT_EQ(text.header_charset, "UTF8");
  EXPECT_EQ(text.meta_charset, "GB2312");
  EXPECT_EQ(text.charset, "utf-8");
}

TEST(CharsetOrder, Css_3_2_CharsetRuleOfAStyleSheet) {
  const DecodeOptions css{.content_type = "text/css", .detect = false, .fallback = "utf-8", .is_html = false};
  EXPECT_EQ(decode_document("@charset \"gbk\"; a{}", css).charset, "gb18030");
  EXPECT_EQ(decode_document(" @charset \"gbk\"; a{}", css).charset, "utf-8");
  EXPECT_EQ(decode_document("<meta charset=gbk>", css).charset, "utf-8");
}

// --- bytes against words ------------------------------------------------------------------------------------------

TEST(CharsetDetection, House_UndeclaredPages) {
  EXPECT_EQ(detect_charset("plain ASCII"), "utf-8");
  EXPECT_EQ(detect_charset(""), "utf-8");
  EXPECT_EQ(detect_charset(kNews), "utf-8");
  EXPECT_EQ(detect_charset("caf\xC3\xA9"), "utf-8");
  EXPECT_EQ(detect_charset(encoded(kNews, "gbk")), "gb18030");
  EXPECT_EQ(detect_charset(encoded("<title>信息公开</title>", "gbk")), "gb18030");
  EXPECT_EQ(detect_charset(encoded("<p>各位市民：為落實政府資訊公開，本府網站自即日起提供各項便民服務，歡迎多加利用。"
                                   "如有任何建議，請與承辦單位聯絡，謝謝您的指教。</p>",
                                   "big5")),
            "big5");
  EXPECT_EQ(detect_charset(encoded("<p>대한민국 정부는 국민의 안전과 행복을 위하여 최선을 다하고 있습니다. 이 사이트는 "
                                   "정보를 제공합니다. 그리고 많은 사람들이 이용하고 있습니다.</p>",
                                   "euc-kr")),
            "euc-kr");
  EXPECT_EQ(
      detect_charset(encoded("<p>これは日本語の文章です。ひらがなとカタカナと漢字が使われています。</p>", "shift_jis")),
      "shift_jis");
  EXPECT_EQ(
      detect_charset(encoded("<p>これは日本語の文章です。ひらがなとカタカナと漢字が使われています。</p>", "euc-jp")),
      "euc-jp");
}

TEST(CharsetDetection, LooksPastALongAsciiHead) {
  EXPECT_EQ(detect_charset(std::string(200'000, ' ') + encoded(kNews, "gbk")), "gb18030");
}

TEST(CharsetDetection, ACutLastCharacterIsNoError) {
  const std::string text(kNews.substr(0, kNews.find("市民") + 4));
  EXPECT_EQ(detect_charset(text), "utf-8");
  EXPECT_FALSE(decode_document(text, {.content_type = "text/html; charset=utf-8"}).bytes_disagree);
}

TEST(CharsetDetection, House_UndeclaredBinaryFallsBack) {
  const std::string bytes = "\x01\x02\xFF\xFE\x00\x80\x81"s + std::string(50, '\xFF');
  const DecodedText text = decode_document(bytes, {});
  EXPECT_FALSE(text.charset.empty());
  EXPECT_TRUE(is_valid_utf8(text.text));
}

struct Dispute {
  const char* rule;
  std::string bytes;
  std::string_view content_type;
  std::string_view charset;
  bool overruled;
};

TEST(CharsetDispute, House_BytesOverruleADeclarationTheyDisprove) {
  const std::string news(kNews);
  const std::string gb = encoded(kNews, "gbk");
  const Dispute rows[] = {
      {"said_utf8_is_gb", gb, "text/html; charset=utf-8", "gb18030", true},
      {"said_utf8_in_meta_is_gb", "<meta charset=utf-8>" + gb, "", "gb18030", true},
      {"said_gb_is_utf8", news, "text/html; charset=GB2312", "utf-8", true},
      {"said_gb_in_meta_is_utf8", "<meta charset=gb2312>" + news, "", "utf-8", true},
      {"said_latin1_is_gb", gb, "text/html; charset=ISO-8859-1", "gb18030", true},
      {"said_latin1_is_utf8", news, "text/html; charset=ISO-8859-1", "utf-8", true},
      {"said_utf16_is_ascii", "<p>plain</p>", "text/html; charset=utf-16", "utf-8", true},
      {"true_gb", gb, "text/html; charset=gbk", "gb18030", false},
      {"true_utf8", news, "text/html; charset=utf-8", "utf-8", false},
      {"utf8_with_a_few_accidents", news + "\xD6\xD0", "text/html; charset=utf-8", "utf-8", false},
      {"gb_with_a_few_accidents", gb + "\xFF<p>", "text/html; charset=gbk", "gb18030", false},
      {"ascii_proves_nothing", "<p>plain</p>", "text/html; charset=gbk", "gb18030", false},
      {"two_characters_prove_nothing", "<p>\xC2\xA9 \xE4\xB8\xAD</p>", "text/html; charset=gbk", "gb18030", false},
      {"latin_text_is_no_gb",
       "caf\xE9 d\xE9j\xE0 vu na\xEFve \xFC"
       "ber",
       "text/html; charset=utf-8", "utf-8", false},
      {"true_latin1", "caf\xE9 d\xE9j\xE0 vu", "text/html; charset=iso-8859-1", "windows-1252", false},
  };
  for (const Dispute& row : rows) {
    const DecodedText text = decode_document(row.bytes, {.content_type = row.content_type});
    EXPECT_EQ(text.charset, row.charset) << row.rule;
    EXPECT_EQ(text.bytes_disagree, row.overruled) << row.rule;
    EXPECT_EQ(text.source == CharsetSource::kDetected, row.overruled) << row.rule;
  }
  EXPECT_EQ(decode_document(gb, {.content_type = "text/html; charset=utf-8", .detect = false}).charset, "utf-8");
  const DecodedText both = decode_document("<meta charset=gb2312>" + news, {.content_type = "text/html; charset=big5"});
  EXPECT_EQ(both.header_charset, "big5");
  EXPECT_EQ(both.meta_charset, "gb2312");
  EXPECT_NE(both.text.find("市民政局"), std::string::npos);
}

// --- queries (URL standard, percent-encode after encoding) ---------------------------------------------------------

TEST(QueryEncoding, Url_1_3_QueryInThePagesCharset) {
  EXPECT_EQ(query_encoder_for("gb18030")("q=中文&x=1"), "q=\xD6\xD0\xCE\xC4&x=1");
  EXPECT_EQ(query_encoder_for("GBK")("€"), "\x80");
  EXPECT_EQ(query_encoder_for("gb18030")("€"), "\xA2\xE3");
  EXPECT_EQ(query_encoder_for("gbk")("😀"), "%26%23128512%3B");
  EXPECT_EQ(query_encoder_for("gb18030")("😀"), "\x94\x39\xFC\x36");
  EXPECT_EQ(query_encoder_for("big5")("中文"), "\xA4\xA4\xA4\xE5");
  EXPECT_EQ(query_encoder_for("shift_jis")("日本¥"), "\x93\xFA\x96\x7B\x5C");
  EXPECT_EQ(query_encoder_for("iso-8859-1")("é中"), "\xE9%26%2320013%3B");
  EXPECT_EQ(query_encoder_for("gbk")("\xFF"), "%26%2365533%3B");
}

TEST(QueryEncoding, Encoding_4_3_Utf8IsTheOutputOfTheRest) {
  for (const char* label : {"utf-8", "utf-16", "utf-16be", "replacement", "iso-2022-jp", "nonsense", ""}) {
    EXPECT_FALSE(query_encoder_for(label)) << label;
  }
}

// --- the corpus ---------------------------------------------------------------------------------------------------

std::string canonical(std::string_view name) {
  const Encoding* encoding = find_encoding(name);
  return encoding == nullptr ? "unknown " + std::string(name) : std::string(encoding->name);
}

TEST(CharsetCorpus, Html5libEncodingSniffing) {
  int cases = 0;
  for (const char* name : {"tests1.dat", "tests2.dat"}) {
    const std::filesystem::path path = corpus() / "html-encoding" / name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no corpus at " << corpus();
    const std::string file = read_file(path);
    std::size_t at = file.find("#data\n");
    while (at != std::string::npos) {
      const std::size_t begin = at + 6;
      const std::size_t label = file.find("#encoding\n", begin);
      ASSERT_NE(label, std::string::npos);
      at = file.find("#data\n", label);
      const std::string data = file.substr(begin, label - begin);
      const std::string expected(trim_ascii(std::string_view(file).substr(label + 10, at - label - 10)));
      const DecodedText text = decode_document(data, {.content_type = {}, .detect = false, .fallback = "windows-1252"});
      EXPECT_EQ(canonical(text.charset), canonical(expected)) << data.substr(0, 400);
      ++cases;
    }
  }
  EXPECT_EQ(cases, 81);
}

TEST(CharsetCorpus, Gb18030ByteForByte) {
  const std::filesystem::path folder = corpus() / "encoding";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  EXPECT_EQ(text_of(read_file(folder / "gb18030_in.txt"), "gb18030"), read_file(folder / "gb18030_in_ref.txt"));
}

TEST(CharsetCorpus, Big5DeviationsAreCounted) {
  const std::filesystem::path folder = corpus() / "encoding";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  const std::string text = text_of(read_file(folder / "big5_in.txt"), "big5");
  const std::string reference = read_file(folder / "big5_in_ref.txt");
  int deviations = 0;
  std::size_t left = 0;
  std::size_t right = 0;
  while (left < text.size() && right < reference.size()) {
    const std::size_t left_end = std::min(text.find('\n', left), text.size());
    const std::size_t right_end = std::min(reference.find('\n', right), reference.size());
    const std::string_view ours(text.data() + left, left_end - left);
    const std::string_view theirs(reference.data() + right, right_end - right);
    if (ours != theirs) {
      ++deviations;
      if (deviations <= 20)
        std::printf("ours %.*s, reference %.*s\n", static_cast<int>(ours.size()), ours.data(),
                    static_cast<int>(theirs.size()), theirs.data());
    }
    left = left_end + 1;
    right = right_end + 1;
  }
  EXPECT_EQ(left >= text.size(), right >= reference.size());
  EXPECT_EQ(deviations, 0);
}

TEST(CharsetCorpus, UnlabelledGbFilesAreDetected) {
  const std::filesystem::path folder = corpus() / "encoding/gb2312-detect";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_EQ(detect_charset(read_file(entry.path())), "gb18030") << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 10);
}

// Not a test of speed (machines drift): only that nothing is slower by an order of magnitude than it should be.
TEST(CharsetSpeed, PagesAreCheap) {
  std::string text;
  while (text.size() < (64u << 10)) text += kNews;
  for (const char* label : {"utf-8", "gb18030", "big5"}) {
    const std::string bytes = label == "utf-8"sv ? text : encoded(text, label);
    EXPECT_EQ(text_of(bytes, label) == text, label != "big5"sv);
    const CpuStopwatch watch;
    static constexpr int kRounds = 400;
    std::size_t size = 0;
    for (int round = 0; round < kRounds; ++round) size += decode_bytes(bytes, label)->text.size();
    const double seconds = watch.seconds();
    std::printf("%s: %.0f MB of input a CPU-second\n", label,
                static_cast<double>(bytes.size()) * kRounds / 1e6 / seconds);
    EXPECT_GT(size, 0u);
    EXPECT_LT(seconds, 10.0 * kSlowness);
  }
}

}  // namespace
}  // namespace xuncha
