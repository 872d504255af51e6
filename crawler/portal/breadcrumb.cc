#include "crawler/portal/breadcrumb.h"

#include <algorithm>
#include <string_view>

#include "crawler/portal/page_title.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kCrumbsMax = 12;           // deeper is no path but a menu
constexpr std::size_t kCrumbCharactersMax = 60;  // a title may end it
constexpr std::uint32_t kLinesMax = 40;          // of an element that holds one: a separator and a name each

constexpr std::string_view kLabels[] = {
    "您现在所在的位置", "您现在所在位置", "您当前所在的位置", "您当前所在位置", "您现在的位置", "您当前的位置",
    "您所在的位置",     "你现在的位置",   "你当前的位置",     "你所在的位置",   "您当前位置",   "您所在位置",
    "您的位置",         "你的位置",       "当前所在位置",     "现在的位置",     "当前的位置",   "所在的位置",
    "当前位置",         "所在位置",       "当前栏目",         "现在位置",       "位置",
};
constexpr std::string_view kHomeNames[] = {"首页",     "网站首页", "主页",     "本站首页",
                                           "门户首页", "返回首页", "官网首页", "home"};
constexpr std::string_view kElementWords[] = {"breadcrumb", "crumb",    "bread-crumb", "dqwz",         "weizhi",
                                              "position",   "location", "curpos",      "mbx",          "mianbao",
                                              "-loc ",      "_loc ",    " loc ",       "daohang-path", " path",
                                              "are_here",   "are-here", "lujing",      "dangqian"};
constexpr std::string_view kSeparators[] = {"-->", "->", "=>", "&gt;", ">>", "》", "»",  "›", "→",
                                            "﹥",  "＞", ">",  "\\",   "/",  "|",  "｜", "·", "•"};
// Taken for one only between blanks: names hold them.
constexpr std::string_view kLooseSeparators[] = {"-", "–", "—", "_", "－"};

bool is_home(std::string_view text) {
  const std::string bare = bare_text(text);
  const bool named = std::find(std::begin(kHomeNames), std::end(kHomeNames), bare) != std::end(kHomeNames);
  return named || (bare.size() < 40 && bare.ends_with("首页"));
}

// The bytes of a label and its colon that `text` begins with; 0 when with none. 位置 alone needs the colon.
std::size_t label_length(std::string_view text) {
  for (const std::string_view blank_or_bracket : {"【", "[", "◆", "●", "■", "▪"}) {
    if (text.starts_with(blank_or_bracket)) {
      const std::size_t rest = label_length(text.substr(blank_or_bracket.size()));
      return rest == 0 ? 0 : rest + blank_or_bracket.size();
    }
  }
  for (const std::string_view label : kLabels) {
    if (!text.starts_with(label)) continue;
    std::size_t at = label.size();
    while (const std::size_t blank = blank_length(text.substr(at))) at += blank;
    for (const std::string_view mark : {"：", ":", "是", "】", "]"}) {
      if (text.substr(at).starts_with(mark)) return at + mark.size();
    }
    if (label != "位置" && label != "当前栏目") return at;
  }
  return 0;
}

// The same behind something else in the line: 今天是…　当前位置：…
std::size_t later_label_end(std::string_view text) {
  constexpr std::size_t kBytesBefore = 120;
  for (std::size_t at = text.find(' '); at < kBytesBefore; at = text.find(' ', at + 1)) {
    if (const std::size_t length = label_length(text.substr(at + 1)); length != 0) return at + 1 + length;
  }
  return 0;
}

// A separator at `at`; 0 when there is none.
std::size_t separator_length(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const std::string_view separator : kSeparators) {
    if (rest.starts_with(separator)) return separator.size();
  }
  for (const std::string_view separator : kLooseSeparators) {
    if (!rest.starts_with(separator)) continue;
    const bool blank_before = at == 0 || text[at - 1] == ' ';
    const bool blank_behind = rest.size() == separator.size() || rest[separator.size()] == ' ';
    if (blank_before && blank_behind) return separator.size();
  }
  return 0;
}

// Parts of a line: cut at separators outside of links and at both ends of links.
struct Parts {
  std::vector<std::string_view> names;
  std::size_t separators = 0;
  std::size_t arrows = 0;   // of these, that menus do not have
  std::size_t slashes = 0;  // and that few menus have
};

void add_separator(std::string_view separator, Parts& parts) {
  ++parts.separators;
  const bool of_menus =
      separator == "|" || separator == "｜" || separator == "·" || separator == "•" || separator == "/";
  if (!of_menus) ++parts.arrows;
  if (separator == "/") ++parts.slashes;
}

void add_name(std::string_view name, Parts& parts) {
  name = strip_all_space(name);
  if (!name.empty()) parts.names.push_back(name);
}

Parts cut_line(const OutlineLine& line, std::size_t begin) {
  Parts parts;
  std::size_t name_begin = begin;
  std::size_t link = 0;
  for (std::size_t at = begin; at < line.text.size() && parts.names.size() <= kCrumbsMax;) {
    while (link < line.links.size() && line.links[link].end <= at) ++link;
    const bool inside = link < line.links.size() && line.links[link].begin <= at;
    if (inside && at > begin) {
      // Separators at the borders of a link (<a>首页 &gt;</a>) count, those within its name do not.
      add_name(line.text.substr(name_begin, at - name_begin), parts);
      name_begin = at;
    }
    if (inside) {
      std::string_view name = strip_all_space(line.text.substr(at, line.links[link].end - at));
      for (const std::string_view separator : kSeparators) {
        if (name.size() > separator.size() && name.ends_with(separator)) {
          name.remove_suffix(separator.size());
          add_separator(separator, parts);
        } else if (name.size() > separator.size() && name.starts_with(separator)) {
          name.remove_prefix(separator.size());
          add_separator(separator, parts);
        }
      }
      add_name(name, parts);
      at = name_begin = line.links[link].end;
      continue;
    }
    const std::size_t separator = separator_length(line.text, at);
    if (separator == 0) {
      ++at;
      continue;
    }
    add_name(line.text.substr(name_begin, at - name_begin), parts);
    add_separator(line.text.substr(at, separator), parts);
    at = name_begin = at + separator;
  }
  add_name(line.text.substr(std::min(name_begin, line.text.size())), parts);
  return parts;
}

bool ends_in_link(const OutlineLine& line) {
  return !line.links.empty() && strip_all_space(line.text.substr(line.links.back().end)).empty();
}

bool is_path(const Parts& parts) {
  if (parts.names.size() > kCrumbsMax || parts.names.empty()) return false;
  return std::all_of(parts.names.begin(), parts.names.end(),
                     [](std::string_view name) { return count_characters(name) <= kCrumbCharactersMax; });
}

Breadcrumb make(const Parts& parts, std::uint32_t begin, std::uint32_t end) {
  Breadcrumb crumbs;
  for (const std::string_view name : parts.names) crumbs.path.emplace_back(name);
  crumbs.line_begin = begin;
  crumbs.line_end = end;
  return crumbs;
}

// The names in lines [begin, end) together: an item each, or all in one.
Parts cut_lines(const PageOutline& outline, std::uint32_t begin, std::uint32_t end, std::size_t skip) {
  Parts all;
  for (std::uint32_t index = begin; index < end && all.names.size() <= kCrumbsMax; ++index) {
    const Parts parts = cut_line(outline.lines()[index], index == begin ? skip : 0);
    all.names.insert(all.names.end(), parts.names.begin(), parts.names.end());
    all.separators += parts.separators;
    all.arrows += parts.arrows;
    all.slashes += parts.slashes;
  }
  return all;
}

// The element around line `index` that holds the rest of a breadcrumb: up to three levels, few lines.
std::uint32_t end_of_block(const PageOutline& outline, std::uint32_t index) {
  std::uint32_t element = outline.lines()[index].element;
  std::uint32_t end = index + 1;
  for (int level = 0; level < 3; ++level) {
    const OutlineElement& around = outline.elements()[element];
    if (around.line_end - around.line_begin > kLinesMax || around.name == HtmlName::kBody) break;
    end = std::max(end, around.line_end);
    if (end > index + 1) break;
    element = around.parent;
  }
  return end;
}

Breadcrumb labelled(const PageOutline& outline) {
  for (std::uint32_t index = 0; index < outline.lines().size(); ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (line.region == Region::kFooter) continue;
    const std::size_t skip = label_length(line.text);
    if (skip == 0) {
      const std::size_t later = later_label_end(line.text);
      if (later == 0) continue;
      const Parts parts = cut_line(line, later);
      if (parts.names.size() >= 2 && is_path(parts) && is_home(parts.names.front()))
        return make(parts, index, index + 1);
      continue;
    }
    Parts parts = cut_line(line, skip);
    if (parts.names.size() >= 2 && is_path(parts)) return make(parts, index, index + 1);
    const std::uint32_t end = end_of_block(outline, index);
    if (end == index + 1) continue;
    parts = cut_lines(outline, index, end, skip);
    if (!is_path(parts) || !is_home(parts.names.front())) continue;
    return make(parts, index, end);
  }
  return {};
}

// An element called breadcrumb: its first line that begins with the home page, or an item a line.
Breadcrumb named(const PageOutline& outline) {
  const auto& elements = outline.elements();
  for (const OutlineElement& element : elements) {
    const std::uint32_t count = element.line_end - element.line_begin;
    if (element.line_end <= element.line_begin || count > kLinesMax || element.region == Region::kFooter) continue;
    const OutlineLine& first = outline.lines()[element.line_begin];
    if (first.text.size() > 400 || !contains_any(PageOutline::element_words(element.node), kElementWords)) continue;
    Parts parts = cut_line(first, label_length(first.text));
    if (parts.names.empty()) continue;
    // Some call the home page by the name of the office.
    const bool from_office =
        parts.arrows >= 2 && parts.arrows + 1 >= parts.names.size() && names_site(parts.names.front());
    if (!is_home(parts.names.front()) && !from_office) continue;
    if (parts.names.size() >= 2 && is_path(parts)) return make(parts, element.line_begin, element.line_begin + 1);
    parts = cut_lines(outline, element.line_begin, element.line_end, label_length(first.text));
    if (parts.names.size() >= 2 && is_path(parts)) return make(parts, element.line_begin, element.line_end);
  }
  return {};
}

Breadcrumb bare(const PageOutline& outline) {
  for (std::uint32_t index = 0; index < outline.lines().size(); ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (line.region == Region::kFooter || line.text.size() > 600) continue;
    const Parts parts = cut_line(line, 0);
    if (parts.separators + 2 < parts.names.size()) continue;
    // Without arrows it may be a menu; the way to a page ends in the page itself, which is no link.
    if (parts.arrows == 0 && (parts.slashes == 0 || parts.names.size() < 3 || ends_in_link(line))) continue;
    if (parts.names.size() < 2 || !is_path(parts) || !is_home(parts.names.front())) continue;
    return make(parts, index, index + 1);
  }
  return {};
}

}  // namespace

Breadcrumb read_breadcrumb(const PageOutline& outline) {
  Breadcrumb crumbs = labelled(outline);
  if (crumbs.path.empty()) crumbs = named(outline);
  if (crumbs.path.empty()) crumbs = bare(outline);
  return crumbs;
}

}  // namespace xuncha
