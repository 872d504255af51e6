// UTS 46 as the URL standard asks for it (non-transitional, CheckBidi and CheckJoiners on; CheckHyphens, UseSTD3ASCII
// and VerifyDnsLength off), by libidn2. That library joins UTS 46 to the stricter IDNA2008 tests and always checks
// hyphens and lengths, so it is not asked about whole domains but about single code points and guarded labels: every
// question below puts the digit 0, which composes with nothing, around what is asked.
#include <idn2.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/code_points.h"
#include "core/limits.h"
#include "core/punycode.h"
#include "core/url.h"

namespace xuncha {

namespace {

constexpr std::string_view kAcePrefix = "xn--";
// Transitional processing is the one in which libidn2 maps and normalises without the tests of IDNA2008.
constexpr int kMapFlags = IDN2_TRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP;
constexpr int kStrictFlags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP;

struct Answer {
  int code = IDN2_OK;
  std::string text;
};

Answer ask(const std::string& text, int flags) {
  unsigned char bytes[256];
  if (text.size() + 1 > sizeof bytes) return {IDN2_TOO_BIG_DOMAIN, {}};
  std::copy(text.begin(), text.end(), bytes);
  bytes[text.size()] = 0;
  unsigned char* out = nullptr;
  Answer answer;
  answer.code = idn2_lookup_u8(bytes, &out, flags);
  if (answer.code == IDN2_OK && out != nullptr) {
    for (const unsigned char* at = out; *at != 0; ++at) answer.text.push_back(static_cast<char>(*at));
  }
  if (out != nullptr) idn2_free(out);
  return answer;
}

bool is_ascii_label(std::u32string_view label) {
  return std::all_of(label.begin(), label.end(), [](char32_t c) { return c < 0x80; });
}

// Unicode text of a domain whose labels the library has encoded.
std::optional<std::u32string> decode_answer(std::string_view text) {
  std::u32string out;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.starts_with(kAcePrefix)) {
      const auto decoded = punycode_decode(label.substr(kAcePrefix.size()));
      if (!decoded) return std::nullopt;
      out += *decoded;
    } else {
      out += to_code_points(label);
    }
    if (dot == std::string_view::npos) return out;
    out += U'.';
    text.remove_prefix(dot + 1);
  }
}

// UTS 46 4, "deviation": kept as they are by non-transitional processing.
bool is_deviation(char32_t c) {
  return c == 0xDF || c == 0x3C2 || c == 0x200C || c == 0x200D;
}

// Code points that the mapping table treats otherwise since Unicode 15.1 and 16: the library's table is older and
// refuses all but the first. `to` 0: ignored.
struct NewerMapping {
  char32_t from = 0;
  char32_t to = 0;
};
constexpr NewerMapping kNewerMappings[] = {
    {0x1E9E, 0xDF},                                                         // capital sharp s
    {0x04C0, 0x04CF},  {0x2132, 0x214E},  {0x2183, 0x2184},                 // letters that got a small form late
    {0x2F868, 0x36FC}, {0x2F874, 0x5F33}, {0x2F91F, 0x243AB},               // corrected compatibility ideographs
    {0x2F95F, 0x7AEE}, {0x2F9BF, 0x45D7},                                   //
    {0x180E, 0},       {0x206A, 0},       {0x206B, 0},        {0x206C, 0},  // format characters
    {0x206D, 0},       {0x206E, 0},       {0x206F, 0},
};

// Blocks that need no question: valid, mapped to themselves, composing with nothing before them. CJK ideographs and
// extension A, which is what portals' names are made of.
bool is_plain_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF);
}

// UTS 46 5: the mapping of one code point; nullopt when it is disallowed.
std::optional<std::u32string> map_code_point(char32_t c) {
  if (c < 0x80) return std::u32string(1, static_cast<char32_t>(to_ascii_lower(static_cast<char>(c))));
  if (is_deviation(c) || is_plain_ideograph(c)) return std::u32string(1, c);
  for (const NewerMapping& newer : kNewerMappings) {
    if (newer.from == c) return newer.to == 0 ? std::u32string() : std::u32string(1, newer.to);
  }
  const Answer answer = ask(to_utf8(std::u32string{U'0', c, U'0'}), kMapFlags);
  if (answer.code != IDN2_OK) return std::nullopt;
  auto mapped = decode_answer(answer.text);
  if (!mapped || mapped->size() < 2) return std::nullopt;
  return mapped->substr(1, mapped->size() - 2);
}

// NFC of mapped text without dots. Pieces begin where nothing can compose backwards, since the library refuses long
// labels; nullopt for a piece that stays too long.
std::optional<std::u32string> normalize(std::u32string_view label) {
  constexpr std::size_t kPieceMax = 8;
  std::u32string out;
  while (!label.empty()) {
    if (is_ascii_label(label)) return out.append(label);
    std::size_t end = 1;
    const auto may_cut = [&label](std::size_t at) {
      return label[at] < 0x80 || is_plain_ideograph(label[at]) || is_deviation(label[at]);
    };
    while (end < label.size() && !(end >= kPieceMax && may_cut(end))) ++end;
    std::u32string piece(label.substr(0, end));
    label.remove_prefix(end);
    // Transitional mapping would change the deviations; they compose with nothing, so they may stand apart. In their
    // place goes a character of Linear B that is in no mapping; should the label hold one itself, it stays what it is.
    constexpr char32_t kStandIns = 0x10080;
    std::u32string kept;
    std::u32string asked = U"0000";
    for (const char32_t c : piece) {
      if (is_deviation(c)) kept += c;
      asked += is_deviation(c) ? kStandIns : c;
    }
    if (!kept.empty() && piece.find(kStandIns) != std::u32string::npos) return std::nullopt;
    asked += U'0';
    const Answer answer = ask(to_utf8(asked), kMapFlags);
    if (answer.code != IDN2_OK) return std::nullopt;
    auto text = decode_answer(answer.text);
    if (!text || text->size() < 5) return std::nullopt;
    std::size_t used = 0;
    for (char32_t& c : *text) {
      if (c == kStandIns && used < kept.size()) c = kept[used++];
    }
    out.append(*text, 4, text->size() - 5);
  }
  return out;
}

bool begins_with_mark(std::u32string_view label) {
  if (label.empty() || label[0] < 0x80 || is_plain_ideograph(label[0])) return false;
  return ask(to_utf8(std::u32string{label[0], U'0'}), kMapFlags).code == IDN2_LEADING_COMBINING;
}

// Blocks that hold the characters of right-to-left scripts.
bool is_right_to_left_block(char32_t c) {
  return (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFEFC) || (c >= 0x10800 && c <= 0x10FFF) ||
         (c >= 0x1E800 && c <= 0x1EFFF);
}

bool may_need_rules(std::u32string_view label) {
  return std::any_of(label.begin(), label.end(),
                     [](char32_t c) { return c == 0x200C || c == 0x200D || is_right_to_left_block(c); });
}

// What stands for a code point when a label is put to the tests of IDNA2008: symbols that only IDNA2008 refuses become
// "-", which has the same rights by the Bidi rule and joins nothing; those of right-to-left scripts become a Hebrew
// letter.
char32_t stand_in(char32_t c) {
  constexpr char32_t kAlef = 0x5D0;
  if (c < 0x80) return is_ascii_alpha(static_cast<char>(c)) || is_ascii_digit(static_cast<char>(c)) ? c : U'-';
  if (is_deviation(c) || is_plain_ideograph(c)) return c;
  const int code = ask(to_utf8(std::u32string{U'0', c, U'0'}), kStrictFlags).code;
  const bool refused = code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED || code == IDN2_CONTEXTO;
  if (!refused) return c;
  return is_right_to_left_block(c) ? kAlef : U'-';
}

// The label as the tests of IDNA2008 can be asked about it; without runs of hyphens, which have a rule of their own.
std::u32string askable(std::u32string_view label) {
  std::u32string out;
  for (const char32_t c : label) {
    const char32_t asked = stand_in(c);
    if (asked == U'-' && out.ends_with(U'-')) continue;
    out += asked;
  }
  return out;
}

struct LabelRules {
  bool right_to_left = false;  // holds a character of the classes R, AL or AN
  bool ok = true;
};

// RFC 5892 A.1, A.2 (joiners) and RFC 5893 2 (Bidi) for one label.
LabelRules check_rules(std::u32string_view label) {
  LabelRules rules;
  if (!may_need_rules(label)) return rules;
  const std::u32string text = askable(label);
  // A leading digit breaks the Bidi rule in every label that the rule is about.
  rules.right_to_left = ask("00" + to_utf8(text) + "0", kStrictFlags).code == IDN2_BIDI;
  const int code = ask(to_utf8(text), kStrictFlags).code;
  rules.ok = code != IDN2_BIDI && code != IDN2_CONTEXTJ && code != IDN2_CONTEXTJ_NO_RULE &&
             !(rules.right_to_left && code == IDN2_HYPHEN_STARTEND);
  return rules;
}

// RFC 5893 2 for a label without right-to-left characters in a domain that has some: begins with a letter, ends with
// a letter or digit.
bool fits_bidi_domain(std::u32string_view label) {
  if (label.empty()) return true;
  const char32_t first = label.front();
  const char32_t last = label.back();
  const bool begins = first >= 0x80 || is_ascii_alpha(static_cast<char>(first));
  const bool ends = last >= 0x80 || is_ascii_alpha(static_cast<char>(last)) || is_ascii_digit(static_cast<char>(last));
  return begins && ends;
}

// One label in Unicode, or nullopt when it is not valid (UTS 46 4.1).
std::optional<std::u32string> process_label(std::u32string_view label) {
  const bool encoded = label.starts_with(U"xn--");
  std::u32string unicode;
  if (encoded) {
    if (!is_ascii_label(label)) return std::nullopt;
    const auto decoded = punycode_decode(to_utf8(label.substr(kAcePrefix.size())));
    if (!decoded || is_ascii_label(*decoded)) return std::nullopt;
    for (const char32_t c : *decoded) {
      if (map_code_point(c) != std::u32string(1, c)) return std::nullopt;
    }
    unicode = *decoded;
  } else {
    unicode = label;
  }
  if (is_ascii_label(unicode)) return unicode;
  auto normal = normalize(unicode);
  if (!normal || (encoded && *normal != unicode)) return std::nullopt;
  if (normal->starts_with(U"xn--") && !encoded && !is_ascii_label(*normal)) return std::nullopt;
  if (begins_with_mark(*normal)) return std::nullopt;
  return normal;
}

std::vector<std::u32string> split_labels(std::u32string_view domain) {
  std::vector<std::u32string> labels;
  while (true) {
    const std::size_t dot = domain.find(U'.');
    labels.emplace_back(domain.substr(0, dot));
    if (dot == std::u32string_view::npos) return labels;
    domain.remove_prefix(dot + 1);
  }
}

// UTS 46 4 and 4.2 for a domain that is not ASCII.
std::optional<std::string> to_ascii_by_rules(std::string_view domain) {
  std::u32string mapped;
  for (const char32_t c : to_code_points(domain)) {
    const auto part = map_code_point(c);
    if (!part) return std::nullopt;
    mapped += *part;
  }
  std::vector<std::u32string> labels = split_labels(mapped);
  bool bidi = false;
  for (std::u32string& label : labels) {
    auto processed = process_label(label);
    if (!processed) return std::nullopt;
    const LabelRules rules = check_rules(*processed);
    if (!rules.ok) return std::nullopt;
    bidi |= rules.right_to_left;
    label = std::move(*processed);
  }
  std::string out;
  for (const std::u32string& label : labels) {
    if (bidi && !may_need_rules(label) && !fits_bidi_domain(label)) return std::nullopt;
    if (!out.empty() || &label != labels.data()) out += '.';
    if (is_ascii_label(label)) {
      out += to_utf8(label);
      continue;
    }
    const auto encoded = punycode_encode(label);
    if (!encoded) return std::nullopt;
    out += kAcePrefix;
    out += *encoded;
  }
  return out;
}

// Ideographs with ASCII letters, digits and hyphens: what portals use, and hardly to be taken for one another.
bool is_safe_to_show(std::u32string_view label) {
  return std::all_of(label.begin(), label.end(), [](char32_t c) {
    const bool ascii =
        c < 0x80 && (is_ascii_alpha(static_cast<char>(c)) || is_ascii_digit(static_cast<char>(c)) || c == U'-');
    return ascii || is_plain_ideograph(c);
  });
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (domain.size() > limits::kUrlBytesMax) return std::nullopt;
  const bool ascii =
      std::all_of(domain.begin(), domain.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  // The standard asks nothing of an ASCII domain, not even that its A-labels decode.
  if (ascii) return to_ascii_lower(domain);
  return to_ascii_by_rules(domain);
}

std::string domain_to_unicode(std::string_view ascii_domain) {
  std::string out;
  while (true) {
    const std::size_t dot = ascii_domain.find('.');
    const std::string_view label = ascii_domain.substr(0, dot);
    std::optional<std::u32string> shown;
    if (label.starts_with(kAcePrefix)) shown = process_label(to_code_points(label));
    if (shown && is_safe_to_show(*shown) && punycode_encode(*shown) == label.substr(kAcePrefix.size())) {
      out += to_utf8(*shown);
    } else {
      out += label;
    }
    if (dot == std::string_view::npos) return out;
    out += '.';
    ascii_domain.remove_prefix(dot + 1);
  }
}

}  // namespace xuncha
