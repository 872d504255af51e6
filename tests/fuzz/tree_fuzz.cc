// The tree parser under small budgets: every input ends in time, within its bytes, and gives a tree or none.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "crawler/html_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The first byte chooses the arena: most are too small for the input, so that the parser is left at every place.
  const std::size_t bytes = data[0] == 255 ? std::size_t{16} << 20 : 2048 + std::size_t{data[0]} * 256;
  const xuncha::HtmlTree tree = xuncha::HtmlTree::parse(text, {bytes, std::chrono::seconds(2)});
  CHECK(tree.arena_bytes() <= bytes);
  CHECK(static_cast<bool>(tree.root()) == (tree.end() == xuncha::TreeEnd::kComplete));
  if (!tree.root()) return 0;
  xuncha::HtmlTree::walk(tree.document(), [&](xuncha::HtmlNode node, std::size_t) {
    if (const auto offset = node.offset()) CHECK(*offset <= text.size());
    for (std::size_t index = 0; index < node.attribute_count(); ++index) {
      CHECK(node.attribute_at(index).name.size() <= text.size() * 3);  // NUL becomes three bytes
    }
  });
  return 0;
}
