// A text is found where the standard library finds it, and nothing is read beyond it.
#include "crawler/byte_search.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

namespace xuncha {
namespace {

struct FindRow {
  const char* name;
  std::string text;
  std::string part;
  std::size_t from = 0;
};
class FindText : public testing::TestWithParam<FindRow> {};
TEST_P(FindText, FindsWhatTheLibraryFinds) {
  const FindRow& row = GetParam();
  EXPECT_EQ(find_text(row.text, row.part, row.from), row.text.find(row.part, row.from));
}
const std::string kLong(100, 'a');
INSTANTIATE_TEST_SUITE_P(
    Places, FindText,
    testing::Values(FindRow{"Nothing", "", ""}, FindRow{"NothingInSomething", "abc", "", 2},
                    FindRow{"BehindTheEnd", "abc", "", 4}, FindRow{"OneByte", kLong + "b", "b"},
                    FindRow{"AtTheBeginning", "废止" + kLong, "废止"}, FindRow{"AtTheEnd", kLong + "废止", "废止"},
                    FindRow{"TheSecond", "废止" + kLong + "废止" + kLong, "废止", 1},
                    FindRow{"CutAtTheEnd", kLong + std::string("废止").substr(0, 5), "废止"},
                    FindRow{"TwoBytes", kLong + "20" + kLong, "20"},
                    FindRow{"SameLastBytes", kLong + "b" + kLong, "b" + std::string(20, 'a')},
                    FindRow{"LongerThanIsSearchedBySteps", kLong + "b" + kLong, "b" + std::string(80, 'a')},
                    FindRow{"LongerThanTheText", "ab", "abc"}),
    [](const auto& row) { return row.param.name; });

TEST(FindTextAnywhere, FindsWhatTheLibraryFinds) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 chance(seed);
  const auto letters = [&](std::size_t count) {
    std::string text;
    while (text.size() < count) text += "ab\xE4"[chance() % 3];
    return text;
  };
  for (int round = 0; round < 100'000; ++round) {
    const std::string text = letters(chance() % 80);
    const std::string part = chance() % 2 == 0 ? letters(chance() % 6) : text.substr(chance() % (text.size() + 1), 30);
    const std::size_t from = chance() % (text.size() + 2);
    const auto exact = std::make_unique<char[]>(text.size());  // so that a sanitizer sees what is read beyond
    text.copy(exact.get(), text.size());
    ASSERT_EQ(find_text({exact.get(), text.size()}, part, from), text.find(part, from)) << text << ' ' << part;
  }
}

}  // namespace
}  // namespace xuncha
