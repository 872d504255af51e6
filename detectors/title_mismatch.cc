#include "detectors/title_mismatch.h"

#include <algorithm>
#include <unordered_set>

namespace xuncha {
namespace {

constexpr std::string_view kOpen = "《";
constexpr std::string_view kClose = "》";
constexpr std::size_t kNameCharactersMin = 4;
constexpr double kSimilarityMin = 0.3;

// The characters of a text that carry meaning: letters, digits, ideographs; spaces and punctuation are left out.
std::u32string letters_of(std::string_view text) {
  std::u32string letters;
  letters.reserve(text.size() / 3 + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + length > text.size()) break;
    char32_t c = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t index = 1; index < length; ++index)
      c = c << 6 | (static_cast<unsigned char>(text[at + index]) & 0x3Fu);
    at += length;
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width forms
    if (c < 0x80) {
      if (c >= 'A' && c <= 'Z') c += 32;
      const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (alphanumeric) letters.push_back(c);
    } else if (c > 0x2FFF ? c > 0x303F : c >= 0xC0 && c < 0x2000) {
      letters.push_back(c);
    }
  }
  return letters;
}

// The share of the name's neighbouring pairs of characters that the text has too: 1 when it holds the whole name.
double share_of_pairs(std::u32string_view name, const std::u32string& text) {
  if (name.size() < 2) return text.find(name) == std::u32string::npos ? 0 : 1;
  std::unordered_set<std::uint64_t> pairs;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    pairs.insert(static_cast<std::uint64_t>(text[at]) << 32 | text[at + 1]);
  }
  std::size_t shared = 0;
  for (std::size_t at = 0; at + 1 < name.size(); ++at) {
    shared += pairs.count(static_cast<std::uint64_t>(name[at]) << 32 | name[at + 1]);
  }
  return static_cast<double>(shared) / static_cast<double>(name.size() - 1);
}

// Without the province, city or county that a name begins with; as it is where too little would be left to tell by.
std::u32string_view without_place(std::u32string_view name) {
  constexpr std::size_t kPlaceMax = 7;  // 西双版纳傣族
  constexpr std::size_t kRestMin = 6;
  for (std::size_t at = 2; at <= kPlaceMax && at + 1 + kRestMin <= name.size(); ++at) {
    if (name[at] == U'省' || name[at] == U'市' || name[at] == U'县' || name[at] == U'州') return name.substr(at + 1);
  }
  return name;
}

// May stand for the name: holds a third or more of it, or is itself held by it (an abbreviated title).
bool may_be(std::u32string_view name, const std::u32string& text) {
  if (text.empty()) return false;
  return share_of_pairs(name, text) >= kSimilarityMin || (text.size() >= 2 && name.find(text) != std::u32string::npos);
}

}  // namespace

std::vector<std::string> document_names(std::string_view utf8_text) {
  std::vector<std::string> names;
  for (std::size_t at = utf8_text.find(kOpen); at != std::string_view::npos; at = utf8_text.find(kOpen, at)) {
    at += kOpen.size();
    const std::size_t end = utf8_text.find(kClose, at);
    if (end == std::string_view::npos) break;
    const std::string_view name = utf8_text.substr(at, end - at);
    const bool cut = name.find("…") != std::string_view::npos || name.find("...") != std::string_view::npos;
    if (!cut && letters_of(name).size() >= kNameCharactersMin) names.emplace_back(name);
    at = end;
  }
  return names;
}

std::optional<TitleMismatch> judge_title(const std::vector<std::string>& names, const PageNames& page) {
  std::vector<std::string> others;  // most pages name no document: nothing more is to be done for them
  for (const std::string* text : {&page.article_title, &page.title}) {
    for (std::string& name : document_names(*text)) others.push_back(std::move(name));
  }
  for (const std::string& heading : page.headings) {
    for (std::string& name : document_names(heading)) others.push_back(std::move(name));
  }
  if (names.empty() || others.empty()) return std::nullopt;
  std::vector<std::u32string> places;
  for (const std::string& heading : page.headings) places.push_back(letters_of(heading));
  for (const std::string* text : {&page.article_title, &page.title, &page.opening}) places.push_back(letters_of(*text));
  for (const std::string& name : names) {
    const std::u32string letters = letters_of(name);
    // Titles that leave out the place share too little with a name that has it.
    const std::u32string_view rest = without_place(letters);
    const auto holds = [&](const std::u32string& text) { return may_be(letters, text) || may_be(rest, text); };
    if (std::any_of(places.begin(), places.end(), holds)) return std::nullopt;
  }
  return TitleMismatch{names.front(), others.front()};
}

}  // namespace xuncha
