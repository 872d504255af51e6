#include <gtest/gtest.h>

#include <set>
#include <string>

#include "detectors/registry.h"

namespace xuncha {
namespace {

TEST(Rules, IdsAreFamilyDotNameAndUnique) {
  std::set<std::string> seen;
  for (const RuleInfo& rule : all_rules()) {
    EXPECT_TRUE(seen.insert(std::string(rule.id)).second) << rule.id;
    EXPECT_NE(rule.id.find('.'), std::string_view::npos) << rule.id;
    EXPECT_EQ(find_rule(rule.id), &rule);
  }
  EXPECT_EQ(find_rule("link.none"), nullptr);
}

TEST(Rules, APatternIsAnIdOrAFamily) {
  EXPECT_TRUE(rule_matches("link.broken", "link.broken"));
  EXPECT_TRUE(rule_matches("link", "link.broken"));
  EXPECT_TRUE(rule_matches("link.*", "link.broken"));
  EXPECT_FALSE(rule_matches("link.*", "site.tls"));
  EXPECT_FALSE(rule_matches("lin", "link.broken"));
  EXPECT_FALSE(rule_matches("", "link.broken"));
  EXPECT_FALSE(rule_matches(".*", "link.broken"));
  EXPECT_TRUE(is_rule_pattern("site"));
  EXPECT_FALSE(is_rule_pattern("link.brokn"));
}

}  // namespace
}  // namespace xuncha
