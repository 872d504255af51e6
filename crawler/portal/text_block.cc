#include "crawler/portal/text_block.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kTextLineCharacters = 12;  // shorter ones without a sentence are labels and buttons
constexpr std::uint32_t kTextCharactersMin = 30;   // less is no text, whatever stands around it
constexpr double kShare = 0.7;                     // of the weight, that a child must hold to be the block

// Names of containers that hold an article's text, as words of id or class.
constexpr std::string_view kTextWords[] = {
    " zoom ",          " trs_editor ",        " ucap-content ",    " vsb_content ",  " v_news_content ",
    " pages_content ", " article-content ",   " article_content ", " article_con ",  " articlecon ",
    " xl_con ",        " detail-content ",    " detail_content ",  " con_con ",      " maintext ",
    " xxgk_content ",  " wp_articlecontent ", " news_content ",    " newscontent ",  " content-text ",
    " article-body ",  " articlecontent ",    " view trs_uewz ",   " trs_uewz ",     " nr_con ",
    " p-detail ",      " detailcon ",         " infocontent ",     " text_content ",
};
constexpr std::string_view kFooterWords[] = {"版权所有",   "主办单位", "承办单位", "ICP备",     "ICP证",
                                             "网站标识码", "公网安备", "技术支持", "Copyright", "copyright",
                                             "联系我们|",  "网站地图", "建议使用", "浏览器"};

bool is_text(const OutlineLine& line) {
  if (line.region == Region::kFooter || line.region == Region::kNav) return false;
  return line.linked_characters * 2 <= line.characters && !is_footer_line(line);
}

// What a line says for being text of the page.
std::uint64_t weight_of(const OutlineLine& line) {
  if (!is_text(line)) return 0;
  const std::uint64_t own = line.characters - line.linked_characters;
  if (has_sentence(line.text)) return own * 4;
  return own >= kTextLineCharacters ? own : own / 4;
}

std::vector<std::uint64_t> sums_of(const PageOutline& outline) {
  std::vector<std::uint64_t> sums{0};
  sums.reserve(outline.lines().size() + 1);
  for (const OutlineLine& line : outline.lines()) sums.push_back(sums.back() + weight_of(line));
  return sums;
}

std::uint64_t weight_in(const OutlineElement& element, const std::vector<std::uint64_t>& sums) {
  const std::size_t end = std::min<std::size_t>(element.line_end, sums.size() - 1);
  return element.line_begin < end ? sums[end] - sums[element.line_begin] : 0;
}

// A container known by name with the greatest weight; the outer one of two that are equal.
std::uint32_t known_container(const PageOutline& outline, const std::vector<std::uint64_t>& sums) {
  std::uint32_t best = 0;
  std::uint64_t best_weight = 0;
  for (std::uint32_t index = 1; index < outline.elements().size(); ++index) {
    const OutlineElement& element = outline.elements()[index];
    if (element.hidden || element.line_end <= element.line_begin) continue;
    const std::uint64_t weight = weight_in(element, sums);
    if (weight <= best_weight) continue;
    const bool known =
        element.name == HtmlName::kArticle || contains_any(PageOutline::element_words(element.node), kTextWords);
    if (!known) continue;
    best = index;
    best_weight = weight;
  }
  return best;
}

// From `top` down as long as one child holds most of it.
std::uint32_t densest(const PageOutline& outline, const std::vector<std::uint64_t>& sums) {
  const auto& elements = outline.elements();
  std::uint32_t at = 0;
  for (bool deeper = true; deeper;) {
    deeper = false;
    const double needed = static_cast<double>(weight_in(elements[at], sums)) * kShare;
    for (std::uint32_t child = at + 1; child < elements[at].end; child = std::max(child + 1, elements[child].end)) {
      if (static_cast<double>(weight_in(elements[child], sums)) < needed) continue;
      at = child;
      deeper = true;
      break;
    }
  }
  // One paragraph is not the block, what holds it is.
  while (at != 0 && elements[at].line_end - elements[at].line_begin <= 1 && elements[at].name != HtmlName::kTd &&
         elements[at].name != HtmlName::kDiv) {
    at = elements[at].parent;
  }
  return at;
}

}  // namespace

bool is_footer_line(const OutlineLine& line) {
  return line.text.size() <= 600 && contains_any(line.text, kFooterWords);
}

MainBlock find_main_block(const PageOutline& outline) {
  MainBlock block;
  if (outline.elements().empty()) return block;
  const std::vector<std::uint64_t> sums = sums_of(outline);
  const std::uint64_t all = sums.back();
  std::uint32_t at = known_container(outline, sums);
  // A container of that name that holds little is another's: a side bar's abstract.
  const bool known = at != 0 && weight_in(outline.elements()[at], sums) * 3 >= all;
  if (!known) at = densest(outline, sums);
  const OutlineElement& element = outline.elements()[at];
  block.element = at;
  block.is_known = known;
  block.line_begin = element.line_begin;
  block.line_end = std::min<std::uint32_t>(element.line_end, static_cast<std::uint32_t>(outline.lines().size()));
  for (std::uint32_t index = block.line_begin; index < block.line_end; ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (!is_text(line)) continue;
    block.characters += line.characters - line.linked_characters;
    if (has_sentence(line.text)) ++block.sentences;
  }
  if (block.characters < kTextCharactersMin && !known) block.line_end = block.line_begin;
  return block;
}

std::string main_text(const PageOutline& outline, const MainBlock& block) {
  std::string text;
  for (std::uint32_t index = block.line_begin; index < block.line_end; ++index) {
    if (outline.lines()[index].region == Region::kFooter) continue;
    if (text.size() > limits::kVisibleTextBytesMax) break;
    if (!text.empty()) text += ' ';
    text += outline.lines()[index].text;
  }
  return std::string(cut_utf8(text, limits::kVisibleTextBytesMax));
}

}  // namespace xuncha
