#include "crawler/html_tree.h"
#include "tests/support/stopwatch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace xuncha {
namespace {

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int index = 0; index < count; ++index) text += piece;
  return text;
}

TEST(HtmlTree, GivesElementsTextAndPlaces) {
  const std::string text = "<body><p id=a title='x &amp; y'>one<dialog>two";
  const HtmlTree tree = HtmlTree::parse(text);
  ASSERT_EQ(tree.end(), TreeEnd::kComplete);
  std::string seen;
  HtmlTree::walk(tree.root(), [&](HtmlNode node, std::size_t) {
    if (node.type() == HtmlNodeType::kText) seen += "'" + std::string(node.text()) + "' ";
    if (node.type() != HtmlNodeType::kElement) return;
    seen += std::string(node.name()) + "@" + (node.offset() ? std::to_string(*node.offset()) : "-") + " ";
    if (node.name() != "p") return;
    EXPECT_EQ(node.attribute("title"), "x & y");
    EXPECT_EQ(node.attribute("class"), std::nullopt);
    EXPECT_EQ(node.parent().name(), "body");
  });
  EXPECT_EQ(seen, "html@- head@- body@0 p@6 'one' dialog@35 'two' ");
}

TEST(HtmlTree, SurvivesAMove) {
  HtmlTree tree = HtmlTree::parse("<a>b");
  const HtmlTree moved = std::move(tree);
  EXPECT_EQ(moved.root().child(1).child(0).name(), "a");
}

struct AttackRow {
  const char* name;
  std::string (*make)();
};
class HtmlTreeAttack : public testing::TestWithParam<AttackRow> {};

TEST_P(HtmlTreeAttack, EndsInTime) {
  const std::string text = GetParam().make();
  const CpuStopwatch watch;
  const HtmlTree tree = HtmlTree::parse(text, {64u << 20, std::chrono::milliseconds(150)});
  std::size_t nodes = 0;
  if (tree.end() == TreeEnd::kComplete) HtmlTree::walk(tree.root(), [&](HtmlNode, std::size_t) { ++nodes; });
  EXPECT_LT(watch.seconds(), (0.150 + 0.100) * kSlowness * (tree.end() == TreeEnd::kComplete ? 4 : 1));
  EXPECT_LE(tree.arena_bytes(), 64u << 20);
  EXPECT_EQ(static_cast<bool>(tree.root()), tree.end() == TreeEnd::kComplete);
}

const AttackRow kAttacks[] = {
    {"NestedDivs", [] { return repeated("<div>", 50'000); }},
    {"Attributes",
     [] {
       std::string text = "<p";
       for (int index = 0; index < 30'000; ++index) text += " a" + std::to_string(index);
       return text + ">";
     }},
    {"Spans", [] { return repeated("<span>x", 400'000); }},
    {"NestedTables", [] { return repeated("<table><tr><td>", 100'000); }},
    {"Formatting", [] { return repeated("<b><i><p>", 50'000); }},
    {"UnclosedComment", [] { return "<!--" + std::string(2'000'000, '-'); }},
    {"LongTextInAFormattingElementDeepDown",
     [] { return repeated("<div>", 5'000) + "<b>" + std::string(1'500'000, 'x'); }},
    {"ReopenedFormattingElements",
     [] {
       std::string text;
       for (int index = 0; index < 2'000; ++index) text += "<div><b a=" + std::to_string(index) + "></div>";
       return text + std::string(1'500'000, 'x');
     }},
    {"Ampersands", [] { return std::string(2'000'000, '&'); }},
};
INSTANTIATE_TEST_SUITE_P(Rules, HtmlTreeAttack, testing::ValuesIn(kAttacks),
                         [](const testing::TestParamInfo<AttackRow>& row) { return std::string(row.param.name); });

TEST(HtmlTree, SurvivesCdataThatWouldEndTheProcess) {
  const HtmlTree tree = HtmlTree::parse("<table><svg><title><![CDATA[x]]>y</title></svg><tr><td id=z>");
  ASSERT_EQ(tree.end(), TreeEnd::kComplete);
  std::optional<std::size_t> offset;
  HtmlTree::walk(tree.root(), [&](HtmlNode node, std::size_t) {
    if (node.name() == "td") offset = node.offset();
  });
  EXPECT_EQ(offset, 51u);
  EXPECT_EQ(HtmlTree::parse("<template><tr><svg><title><![CDATA[ ]]>1").end(), TreeEnd::kComplete);
}

TEST(HtmlTree, LeavesWhenTheBytesAreSpent) {
  const std::string text = repeated("<p>x", 10'000);
  const HtmlTree tree = HtmlTree::parse(text, {100'000, std::chrono::seconds(10)});
  EXPECT_EQ(tree.end(), TreeEnd::kOutOfBytes);
  EXPECT_FALSE(tree.root());
  EXPECT_LE(tree.arena_bytes(), 100'000u);
}

}  // namespace
}  // namespace xuncha
