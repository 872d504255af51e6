#include "crawler/charset_detect.h"

#include <uchardet/uchardet.h>

#include <bitset>
#include <string>

#include "core/limits.h"
#include "crawler/charset_decoders.h"

namespace xuncha {
namespace {

using Byte = std::uint8_t;
using Kind = EncodingKind;

// Characters that make up about a third of any Chinese page, government pages above all.
constexpr char16_t kFrequent[] =
    u"的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
    u"而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去"
    u"把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或"
    u"月公信息府务工作通知公告办事首页网站版权站点市县区省局委员文件规划统计通用更多友情链接号下载登录标题，。、：！";

const std::bitset<65536>& frequent_pairs() {
  static const std::bitset<65536> pairs = [] {
    std::bitset<65536> wanted;
    for (const char16_t c : kFrequent) wanted.set(c);
    wanted.reset(0);
    std::bitset<65536> result;
    const EncodingIndex& index = index_of(Kind::kGb18030);
    for (std::size_t pointer = 0; pointer < index.size(); ++pointer) {
      if (index[pointer] >= 0x10000 || !wanted.test(index[pointer])) continue;
      const std::size_t trail = pointer % 190;
      result.set((pointer / 190 + 0x81) << 8 | (trail + (trail < 0x3F ? 0x40 : 0x41)));
    }
    return result;
  }();
  return pairs;
}

// Level-1 ideographs (B0A1-D7F9) and the punctuation and full-width rows A1 and A3.
bool is_common(Byte lead, Byte trail) {
  return trail >= 0xA1 && ((lead >= 0xB0 && lead <= 0xD7) || lead == 0xA1 || lead == 0xA3);
}

// The share of bytes that cannot be decoded is small enough for a document with a few accidents in it.
bool decodes_well(std::string_view window, const Encoding& encoding) {
  const DecodedBytes decoded = decode_with(window, encoding);
  return decoded.replacement_characters <= 1 + window.size() / 500;
}

const Encoding* ask_uchardet(std::string_view window) {
  uchardet_t detector = uchardet_new();
  if (detector == nullptr) return nullptr;
  const Encoding* encoding = nullptr;
  if (uchardet_handle_data(detector, window.data(), window.size()) == 0) {
    uchardet_data_end(detector);
    const std::string_view name = uchardet_get_charset(detector);
    encoding = find_encoding(name == "UHC" ? "euc-kr" : name);
  }
  uchardet_delete(detector);
  return encoding;
}

// Well-formed, though the window may end inside a character: then utf8_evidence() has no errors. Most text of another
// charset is told by its first characters.
bool is_utf8_but_for_its_end(std::string_view window) {
  const std::size_t valid = valid_utf8_prefix(window);
  if (valid == window.size()) return true;
  bool cut = false;
  malformed_utf8_bytes(window, valid, &cut);
  return cut;
}

bool is_multi_byte(const Encoding& encoding) {
  return encoding.kind != Kind::kSingleByte && encoding.kind != Kind::kUserDefined &&
         encoding.kind != Kind::kReplacement;
}

}  // namespace

Utf8Evidence utf8_evidence(std::string_view bytes) {
  Utf8Evidence evidence;
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t end = position + valid_utf8_prefix(bytes.substr(position));
    for (; position < end; ++position) {
      const Byte byte = static_cast<Byte>(bytes[position]);
      evidence.sequences += byte >= 0xC0;
      evidence.wide += byte >= 0xE2;
    }
    if (position >= bytes.size()) break;
    bool cut = false;
    position += malformed_utf8_bytes(bytes, position, &cut);
    if (!cut) ++evidence.errors;
  }
  return evidence;
}

bool GbEvidence::is_chinese() const {
  if (pairs < 2 || errors * 50 > pairs) return false;
  return common * 10 >= pairs * 8 && frequent * 20 >= pairs;
}

GbEvidence gb_evidence(std::string_view bytes) {
  GbEvidence evidence;
  const std::bitset<65536>& frequent = frequent_pairs();
  std::size_t position = 0;
  while (position < bytes.size()) {
    const Byte lead = static_cast<Byte>(bytes[position]);
    if (lead < 0x80) {
      ++position;
      continue;
    }
    if (position + 1 >= bytes.size()) break;  // cut off
    const Byte trail = static_cast<Byte>(bytes[position + 1]);
    if (lead == 0x80 || lead == 0xFF) {
      ++evidence.errors;
      ++position;
    } else if (trail >= 0x30 && trail <= 0x39) {
      position += 4;  // a four-byte character proves nothing
    } else if (trail < 0x40 || trail == 0x7F || trail == 0xFF) {
      ++evidence.errors;
      position += trail < 0x80 ? 1 : 2;
    } else {
      ++evidence.pairs;
      evidence.common += is_common(lead, trail);
      evidence.frequent += frequent.test(static_cast<std::size_t>(lead << 8 | trail));
      position += 2;
    }
  }
  return evidence;
}

std::string_view detection_window(std::string_view bytes) {
  std::size_t begin = 0;
  while (begin < bytes.size() && static_cast<Byte>(bytes[begin]) < 0x80) ++begin;
  return bytes.substr(begin, limits::kDetectBytes);
}

const Encoding* detect_encoding(std::string_view bytes) {
  const Encoding* const utf8 = find_encoding("utf-8");
  const Encoding* const gb18030 = find_encoding("gb18030");
  const std::string_view window = detection_window(bytes);
  if (window.empty()) return utf8;
  const Utf8Evidence as_utf8 = utf8_evidence(window);
  if (as_utf8.sequences > as_utf8.errors * 10) return utf8;
  const GbEvidence as_gb = gb_evidence(window);
  if (as_gb.is_chinese()) return gb18030;
  const Encoding* guess = ask_uchardet(window);
  if (guess != nullptr && guess->kind == Kind::kGbk) guess = gb18030;
  if (guess != nullptr && is_multi_byte(*guess) && decodes_well(window, *guess)) return guess;
  // A few Chinese characters among markup: too little for statistics, enough for their ranges.
  if (as_gb.pairs >= 2 && as_gb.errors == 0 && as_gb.common * 10 >= as_gb.pairs * 9) return gb18030;
  return guess != nullptr && !is_multi_byte(*guess) && guess->kind == Kind::kSingleByte ? guess : nullptr;
}

const Encoding* overruling_encoding(std::string_view bytes, const Encoding& declared) {
  static constexpr std::uint64_t kSequencesMin = 4;  // as few as could stand by chance in text of another charset
  const std::string_view window = detection_window(bytes);
  if (window.empty()) {
    // UTF-16 markup has a zero byte in every character.
    const bool said_utf16 = declared.kind == Kind::kUtf16Le || declared.kind == Kind::kUtf16Be;
    const bool is_ascii = said_utf16 && !bytes.empty() && bytes.find('\0') == std::string_view::npos;
    return is_ascii ? find_encoding("utf-8") : nullptr;
  }
  if (declared.kind == Kind::kUtf8) {
    if (is_utf8_but_for_its_end(window)) return nullptr;
    const Utf8Evidence as_utf8 = utf8_evidence(window);
    if (as_utf8.sequences > as_utf8.errors * 2) return nullptr;
    return gb_evidence(window).is_chinese() ? find_encoding("gb18030") : nullptr;
  }
  if (is_utf8_but_for_its_end(window)) {
    const Utf8Evidence as_utf8 = utf8_evidence(window);
    const bool proves_utf8 = as_utf8.wide >= kSequencesMin && as_utf8.wide * 2 >= as_utf8.sequences;
    if (proves_utf8 && !gb_evidence(window).is_chinese()) return find_encoding("utf-8");
  }
  if (declared.kind == Kind::kSingleByte && gb_evidence(window).is_chinese()) return find_encoding("gb18030");
  return nullptr;
}

}  // namespace xuncha
