// Where a fault stands: CONTRACT 3 (`check` lists up to 1,000 places a finding, the daemon keeps a sample of 200, and
// where_total counts all). In virtual time, against a web in memory and a real store.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/limits.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

constexpr std::size_t kPages = limits::kPlacesKeptMax + 50;

// Every page refers to one that is gone.
class PatrolPlaces : public testing::Test {
 protected:
  PatrolPlaces() {
    std::vector<std::string> links;
    for (std::size_t number = 0; number < kPages; ++number) {
      links.push_back("/p" + std::to_string(number) + ".html");
      harness.web().set("http://www.patrol.gov.cn" + links.back(),
                        page("第" + std::to_string(number) + "页", {"/gone.html"}));
    }
    harness.web().set(RoundHarness::kHome, page("巡查县人民政府", links));
  }
  Finding gone() const {
    const auto found = harness.finding("link.broken", "http://www.patrol.gov.cn/gone.html");
    return found ? *found : Finding{};
  }

  RoundHarness harness;
};

TEST_F(PatrolPlaces, TheDaemonKeepsASampleAndCountsAll) {
  harness.run();
  EXPECT_EQ(gone().where.size(), limits::kPlacesKeptMax);
  EXPECT_EQ(gone().where_total, kPages);
}

TEST_F(PatrolPlaces, CheckListsThemAll) {
  harness.options().continuous.reset();
  harness.run();
  EXPECT_EQ(gone().where.size(), kPages);
  EXPECT_EQ(gone().where_total, kPages);
}

}  // namespace
}  // namespace xuncha::test
