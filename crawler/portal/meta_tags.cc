#include "crawler/portal/meta_tags.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "core/code_points.h"
#include "crawler/byte_search.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

// A tag's names in small letters without dashes and underscores, and where its content goes. Of several names of one
// fact the first with a value counts.
struct MetaName {
  std::string_view name;
  std::string_view MetaTags::*fact;
};

constexpr MetaName kNames[] = {
    {"sitename", &MetaTags::site_name},
    {"og:sitename", &MetaTags::site_name},
    {"siteidcode", &MetaTags::site_code},
    {"sitecode", &MetaTags::site_code},
    {"columnname", &MetaTags::column_name},
    {"channelname", &MetaTags::column_name},
    {"lanmu", &MetaTags::column_name},
    {"columntype", &MetaTags::column_type},
    {"articletitle", &MetaTags::article_title},
    {"pubdate", &MetaTags::published},
    {"publishdate", &MetaTags::published},
    {"publishtime", &MetaTags::published},
    {"pubtime", &MetaTags::published},
    {"publicationdate", &MetaTags::published},
    {"article:publishedtime", &MetaTags::published},
    {"og:publishedtime", &MetaTags::published},
    {"og:article:publishedtime", &MetaTags::published},
    {"bt:pubdate", &MetaTags::published},
    {"og:pubdate", &MetaTags::published},
    {"datepublished", &MetaTags::published},
    {"dc.date.issued", &MetaTags::published},
    {"dcterms.issued", &MetaTags::published},
    {"dcterms.date", &MetaTags::published},
    {"dcterms.created", &MetaTags::published},
    {"dc.date.created", &MetaTags::published},
    {"dc.date", &MetaTags::published},
    {"parselypubdate", &MetaTags::published},
    {"sailthru.date", &MetaTags::published},
    {"citationpublicationdate", &MetaTags::published},
    {"cxenseparse:recs:publishtime", &MetaTags::published},
    {"article.published", &MetaTags::published},
    {"date", &MetaTags::published},
    {"contentsource", &MetaTags::source},
};

// What forms of CMS call the fields: left there, they are no values.
constexpr std::string_view kFieldNames[] = {
    "网站名称",     "网站域名", "政府网站标识码", "网站标识码", "栏目名称",   "栏目类别", "栏目类型", "栏目描述",
    "栏目关键词",   "文章标题", "文章来源",       "发布日期",   "发布时间",   "信息来源", "内容来源", "来源",
    "标题",         "null",     "undefined",      "none",       "nan",        "(null)",   "sitename", "columnname",
    "articletitle", "pubdate",  "contentsource",  "siteidcode", "columntype",
};
constexpr std::string_view kTemplateSigns[] = {"{{", "}}",   "<%", "%>", "${", "<?",
                                               "#{", "[!--", "{$", "{%", "$!", "<!--"};

std::string name_of_tag(std::string_view name) {
  std::string out;
  for (const char c : strip_all_space(name)) {
    if (c != '-' && c != '_' && c != ' ') out.push_back(to_ascii_lower(c));
  }
  return out;
}

}  // namespace

bool is_placeholder(std::string_view content) {
  content = strip_all_space(content);
  if (content.empty()) return true;
  const char* const end = content.data() + content.size();
  const bool has_sign = find_byte<'{', '}', '<', '%', '$', '['>(content.data(), end) != end;  // each has one of these
  if (has_sign && contains_any(content, kTemplateSigns)) return true;
  if (content.size() > 2 && content.front() == '$' && (is_ascii_alpha(content[1]) || content[1] == '_')) return true;
  if (content.size() > 60) return false;
  const std::string bare = bare_text(content);
  return std::find(std::begin(kFieldNames), std::end(kFieldNames), bare) != std::end(kFieldNames);
}

bool is_site_code(std::string_view text) {
  const bool of_ministry = text.size() == 10 && (text.starts_with("bm") || text.starts_with("BM"));
  if (of_ministry) text.remove_prefix(2);
  if (text.size() != (of_ministry ? 8 : 10)) return false;
  return std::all_of(text.begin(), text.end(), is_ascii_digit);
}

MetaTags read_meta_tags(const PageFacts& page) {
  MetaTags tags;
  std::array<bool, std::size(kNames)> found{};  // rows of names that had a value
  for (const auto& [name, content] : page.meta) {
    if (name.size() > 40) continue;
    const std::string key = name_of_tag(name);
    for (std::size_t row = 0; row < std::size(kNames); ++row) {
      const auto fact = kNames[row].fact;
      if (kNames[row].name != key || found[row] || is_placeholder(content)) continue;
      if (fact == &MetaTags::site_code && !is_site_code(strip_all_space(content))) continue;
      found[row] = true;
      bool has_better = false;
      for (std::size_t other = 0; other < row; ++other) has_better |= found[other] && kNames[other].fact == fact;
      if (!has_better) tags.*fact = strip_all_space(content);
    }
  }
  return tags;
}

}  // namespace xuncha
