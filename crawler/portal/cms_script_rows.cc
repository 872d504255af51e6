#include "crawler/portal/cms_script_rows.h"

#include <string_view>

#include "crawler/portal/list_miner.h"
#include "crawler/portal/list_words.h"
#include "crawler/portal/script_words.h"

namespace xuncha {
namespace {

constexpr std::size_t kRowScriptBytes = 4'000;  // such a script has about 400

std::string script_text(const ListTree& tree, std::size_t script) {
  std::string text;
  for (std::size_t child = script + 1; child < tree[script].end && text.size() < kRowScriptBytes; ++child) {
    text += tree[child].node.text().substr(0, kRowScriptBytes);
  }
  return text;
}

}  // namespace

ScriptRows read_script_rows(const ListTree& tree, const ListPage& page) {
  ScriptRows rows;
  for (std::size_t index = 0; index < tree.size() && rows.items.size() < limits::kListItemsMax; ++index) {
    if (tree[index].name != "script") continue;
    const std::uint32_t row = tree[index].parent;
    if (!tree[row].is_shown || tree[row].end - row > limits::kListRecordNodes) continue;
    const std::string text = script_text(tree, index);
    const std::string_view title = string_of_variable(text, "curTitle");
    const std::string_view address = string_of_variable(text, "curHref");
    if (title.empty() || address.empty() || has_template_code(title)) continue;
    RawItem item = read_item(tree, {row, tree[row].end}, {}, page);
    item.item.title = collapse_text(title, limits::kListTitleBytesMax);
    const auto url = parse_url(address, page.base).url;
    item.item.url = url ? url->href() : std::string();
    item.has_link = true;
    if (rows.items.empty()) rows.path = tree.path(row);
    rows.items.push_back(std::move(item));
    rows.end = tree[row].end;
  }
  return rows;
}

}  // namespace xuncha
