#include "crawler/portal/cms_scripts.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "core/code_points.h"
#include "crawler/portal/list_words.h"
#include "crawler/portal/script_words.h"

namespace xuncha {
namespace {

constexpr std::size_t kIdDigits = 32;

std::string_view hexadecimal_at(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && size <= kIdDigits && hex_digit_value(text[size]) >= 0) ++size;
  return size == kIdDigits ? text.substr(0, size) : std::string_view();
}

std::string absolute(const std::string& address, const ListPage& page) {
  const auto url = parse_url(address, page.base).url;
  return url ? std::string(url->without_fragment()) : std::string();
}

// UCAP: /common/search/<32 hexadecimal digits> and its sisters.
std::string ucap_address(std::string_view script, const ListPage& page) {
  for (const std::string_view path : {"/common/search/", "/searchList/", "/search/"}) {
    for (std::size_t at = script.find(path); at != std::string_view::npos; at = script.find(path, at + 1)) {
      const std::string_view id = hexadecimal_at(script.substr(at + path.size()));
      if (id.empty()) continue;
      return absolute(
          std::string(path) + std::string(id) + "?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1", page);
    }
  }
  return {};
}

// gkmlpt: the category stands in the fragment of the page's own address, the site's number in its settings.
std::string gkmlpt_address(std::string_view script, const ListPage& page) {
  if (page.base == nullptr || script.find("_CONFIG") == std::string_view::npos) return {};
  if (page.base->path().find("/gkmlpt") == std::string_view::npos) return {};
  const std::string_view category = page.base->fragment();
  const auto sid = number_of_option(script, "SID");
  const bool is_number = !category.empty() && std::all_of(category.begin(), category.end(), is_ascii_digit);
  if (!sid || !is_number || category.size() > 9) return {};
  return absolute("/gkmlpt/api/all/" + std::string(category) + "?page=1&sid=" + std::to_string(*sid), page);
}

// $.getJSON('a/list.json', ...): the address where it is one whole literal.
std::string literal_address(std::string_view script, const ListPage& page) {
  for (const std::string_view call : {"getJSON(", "fetch(", "axios.get(", "$.get(", "$http.get("}) {
    for (std::size_t at = script.find(call); at != std::string_view::npos; at = script.find(call, at + 1)) {
      const std::string_view rest = script.substr(at + call.size());
      if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) continue;
      const std::size_t end = rest.find(rest.front(), 1);
      if (end == std::string_view::npos || end + 1 >= rest.size()) continue;
      const std::string_view address = rest.substr(1, end - 1);
      const bool is_whole = rest[end + 1] == ',' || rest[end + 1] == ')';
      if (is_whole && address.find(".json") != std::string_view::npos && address.size() < 500) {
        return absolute(std::string(address), page);
      }
    }
  }
  return {};
}

// 'tagId':'当前栏目list' of an attribute that holds {'parseType':'bulidstatic','tagId':'当前栏目list',...}.
std::string_view quoted_behind(std::string_view text, std::size_t& at) {
  const std::size_t open = text.find_first_of("'\"", at);
  const std::size_t close = open == std::string_view::npos ? open : text.find(text[open], open + 1);
  if (close == std::string_view::npos) return {};
  at = close + 1;
  return text.substr(open + 1, close - open - 1);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.') {
      encoded.push_back(c);
      continue;
    }
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

constexpr int kSureUnit = 2;  // named as a list

// A unit of a page of jpaas (大汉): its script carries the address and the question that a browser would send.
struct JpaasUnit {
  std::string address;
  int rank = 0;  // how surely it is the column's list; 0: it is none
};

JpaasUnit read_jpaas_unit(const ListTree& tree, std::size_t index, const ListPage& page) {
  constexpr std::size_t kQuestionMax = 2'000;
  constexpr int kMembersMax = 20;
  JpaasUnit unit;
  const std::string_view target = tree.attribute(index, "url");
  const std::string_view question = tree.attribute(index, "querydata").substr(0, kQuestionMax);
  if (question.empty() || target.find("jpaas-publish-server") == std::string_view::npos) return unit;
  std::string query;
  std::string_view tag;
  bool is_of_column = false;
  std::size_t at = 0;
  for (int member = 0; member < kMembersMax; ++member) {
    const std::string_view name = quoted_behind(question, at);
    if (name.empty()) break;
    const std::string_view value = quoted_behind(question, at);
    if (name == "tagId") tag = value;
    if (name == "pageType") is_of_column = value == "column";
    query += (query.empty() ? "?" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  const auto says = [tag](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [tag](std::string_view word) { return tag.find(word) != std::string_view::npos; });
  };
  const bool is_frame =
      says({"导航", "面包屑", "位置", "菜单", "头部", "底部", "页脚", "搜索", "链接", "左侧", "banner", "nav"});
  // Where titles stand beside the script, what it asks for is there already.
  const bool is_filled = tree[tree[index].parent].titles != 0;
  if (!is_of_column || is_frame || is_filled) return unit;
  unit.rank = says({"list", "列表", "分页", "当前栏目"}) ? kSureUnit : 1;
  unit.address = absolute(std::string(target) + query, page);
  return unit;
}

bool asks_for_data(std::string_view script) {
  for (const std::string_view word : {"$.ajax", "jQuery.ajax", "$.getJSON", "$.post(", "$.get(", "axios", "fetch(",
                                      "XMLHttpRequest", ".load(", "$http", "jpage(", "v-for", "new Vue"}) {
    if (script.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// What fills pages in the browser, by the name of its file: vue.min.js, axios-1.6.js. Portals load it for little else.
bool is_framework(std::string_view source) {
  source = source.substr(0, source.find_first_of("?#"));
  const std::size_t slash = source.rfind('/');
  std::string_view file = slash == std::string_view::npos ? source : source.substr(slash + 1);
  file = file.substr(0, file.find_first_of(".-_@"));
  for (const std::string_view known : {"vue", "axios", "angular", "react", "avalon", "mustache", "handlebars"}) {
    if (equals_ignoring_case(file, known)) return true;
  }
  return false;
}

void read_script(const ListTree& tree, std::size_t index, const ListPage& page, ListScripts& scripts) {
  scripts.asks_for_data = scripts.asks_for_data || is_framework(tree.attribute(index, "src"));
  std::string text;
  for (std::size_t child = index + 1; child < tree[index].end; ++child) {
    text += tree[child].node.text().substr(0, limits::kListScriptBytes);
  }
  if (JpaasUnit unit = read_jpaas_unit(tree, index, page); unit.rank > scripts.unit_rank) {
    scripts.is_known = scripts.is_known || unit.rank == kSureUnit;
    scripts.asks_for_data = scripts.has_empty_list = true;
    scripts.unit_rank = unit.rank;
    scripts.data_url = std::move(unit.address);
  }
  if (text.empty()) return;
  const std::string_view script = std::string_view(text).substr(0, limits::kListScriptBytes);
  const std::string_view type = tree.attribute(index, "type");
  if (type.find("template") != std::string_view::npos || type.find("tmpl") != std::string_view::npos ||
      type == "text/html") {
    scripts.has_row_templates = scripts.has_row_templates || has_template_code(script);
    return;
  }
  scripts.asks_for_data = scripts.asks_for_data || asks_for_data(script);
  if (scripts.is_known) return;
  std::string address = ucap_address(script, page);
  if (address.empty()) address = gkmlpt_address(script, page);
  scripts.is_known = !address.empty() || script.find("jpage/dataproxy") != std::string_view::npos;
  if (address.empty() && scripts.data_url.empty()) address = literal_address(script, page);
  if (!address.empty()) scripts.data_url = std::move(address);
}

// Fills in templates of the frameworks in use: rows stand once, with code in place of texts.
bool is_template_row(const ListTree& tree, std::size_t index) {
  for (const std::string_view name : {"v-for", "ng-repeat", "ms-repeat", "wx:for", "data-ng-repeat", ":for"}) {
    if (tree[index].node.attribute(name)) return true;
  }
  return false;
}

bool is_empty_list(const ListTree& tree, std::size_t index) {
  const ListNode& node = tree[index];
  if (node.characters != 0 || node.region == Region::kNav || node.region == Region::kFooter) return false;
  if (node.end - index > 20) return false;  // pictures without words
  const std::string_view classes = tree.attribute(index, "class");
  const std::string_view id = tree.attribute(index, "id");
  if (is_slider_name(classes) || is_slider_name(id)) return false;
  if (node.name == "ul" || node.name == "ol" || node.name == "tbody" || node.name == "dl") return true;
  if (node.name != "div" && node.name != "table" && node.name != "section") return false;
  for (const std::string_view word : {"list", "lists", "news", "newslist", "listbox", "infolist", "datalist"}) {
    if (has_name_word(classes, word) || has_name_word(id, word)) return true;
  }
  return false;
}

}  // namespace

// Heads of title and date, and below them nothing.
bool is_empty_table(const ListTree& tree, std::size_t row) {
  std::size_t table = tree[row].parent;
  while (table != 0 && tree[table].name != "table") table = tree[table].parent;
  if (table == 0 || tree.characters_between(tree[row].end, tree[table].end) != 0) return false;
  const ColumnHeads heads = read_column_heads(tree, row);
  return heads.title && heads.date;
}

ListScripts read_list_scripts(const ListTree& tree, const ListPage& page) {
  ListScripts scripts;
  for (std::size_t index = 0; index < tree.size(); ++index) {
    const ListNode& node = tree[index];
    if (node.name == "script") {
      read_script(tree, index, page, scripts);
    } else if (node.name == "tr" && node.is_shown && node.links == 0 && node.characters < 60) {
      scripts.has_empty_table = scripts.has_empty_table || is_empty_table(tree, index);
    } else if (node.is_shown && !node.name.empty()) {
      scripts.has_templates = scripts.has_templates || is_template_row(tree, index);
      scripts.has_empty_list = scripts.has_empty_list || is_empty_list(tree, index);
    } else if (node.is_shown && node.is_text && node.characters != 0) {
      const std::string_view text = node.node.text();
      const bool is_code = text.find("{{") != std::string_view::npos && text.size() < 500 && has_template_code(text);
      scripts.has_templates = scripts.has_templates || is_code;
    }
  }
  return scripts;
}

}  // namespace xuncha
