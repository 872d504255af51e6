#include "crawler/phrase_table.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace xuncha {
namespace {

constexpr std::string_view kPhrases[] = {"页面不存在", "页面", "404 not found", "找不到页面", "aab"};
constexpr PhraseTable kTable(kPhrases);

TEST(PhraseTable, FindsAPhraseWhereverItStands) {
  EXPECT_EQ(kTable.find_in("404 Not Found"), "404 not found");
  EXPECT_EQ(kTable.find_in("nginx: 404 NOT FOUND"), "404 not found");
  EXPECT_EQ(kTable.find_in("抱歉，您找的页面"), "页面");
  EXPECT_EQ(kTable.find_in("aaab"), "aab");
}

TEST(PhraseTable, OfSeveralTheFirstOfTheTable) {
  EXPECT_EQ(kTable.find_in("找不到页面，页面不存在"), "页面不存在");
  EXPECT_EQ(kTable.find_in("找不到页面"), "页面");
}

TEST(PhraseTable, WhatIsCutOffIsNotThere) {
  for (const std::string_view text : {"", "a", "aa", "404 not foun", "找不到", "\xE9\xA1"}) {
    EXPECT_TRUE(kTable.find_in(text).empty()) << text;
  }
}

TEST(PhraseTable, AgreesWithLookingForOneAfterTheOther) {
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const std::string_view pieces[] = {"页", "面", "页面", "不存在", "404 ", "not ", "found", "aa", "b", "找不到", "，"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t count = random() % 8; count > 0; --count) text += pieces[random() % std::size(pieces)];
    std::string_view wanted;
    for (const std::string_view phrase : kPhrases) {
      if (wanted.empty() && text.find(phrase) != std::string::npos) wanted = phrase;
    }
    ASSERT_EQ(kTable.find_in(text), wanted) << text << " seed " << seed;
  }
}

}  // namespace
}  // namespace xuncha
