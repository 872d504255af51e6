// page.injected (docs/RULES.md).
#include "detectors/injected_farm.h"
#include "tests/support/stopwatch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xuncha::test {
namespace {

// So many hidden links to so many domains, side by side in one block.
std::vector<HiddenLink> block(int domains, std::uint32_t container = 100, const std::string& text = "链接") {
  std::vector<HiddenLink> links;
  for (int number = 0; number < domains; ++number) {
    links.push_back({.domain = "shop" + std::to_string(container) + "x" + std::to_string(number) + ".com",
                     .text = text,
                     .container = container,
                     .line = static_cast<std::uint32_t>(container + static_cast<std::uint32_t>(number))});
  }
  return links;
}

TEST(InjectedFarm, TenUnrelatedDomainsInOneHiddenBlockAreAFarm) {
  const auto farm = find_injected_farm(block(10));
  ASSERT_TRUE(farm.has_value());
  EXPECT_EQ(farm->domains.size(), 10u);
  EXPECT_EQ(farm->line, 100u);
}

TEST(InjectedFarm, NineAreNot) {
  EXPECT_FALSE(find_injected_farm(block(9)).has_value());
}

TEST(InjectedFarm, OneDomainManyTimesIsOneDomain) {
  std::vector<HiddenLink> links = block(1);
  links.resize(50, links.front());
  EXPECT_FALSE(find_injected_farm(links).has_value());
}

TEST(InjectedFarm, ListsInBlocksOfTheirOwnAreNoBlockSideBySide) {  // tabs, drop-downs, friend links
  std::vector<HiddenLink> links;
  for (std::uint32_t tab = 0; tab < 5; ++tab) {
    for (HiddenLink& each : block(9, 1000 * tab)) links.push_back(std::move(each));
  }
  EXPECT_FALSE(find_injected_farm(links).has_value());
}

TEST(InjectedFarm, InstitutionsAndKnownMediaAreRelatedToAnyInstitution) {
  std::vector<HiddenLink> links;
  for (int number = 0; number < 30; ++number) {
    links.push_back({.domain = "bureau" + std::to_string(number) + ".gov.cn", .text = "局", .container = 1});
    links.push_back({.domain = "school" + std::to_string(number) + ".edu.cn", .text = "校", .container = 1});
  }
  for (const char* domain : {"people.com.cn", "xinhuanet.com", "cctv.com", "baidu.com", "12306.cn"}) {
    links.push_back({.domain = domain, .text = "媒体", .container = 1});
  }
  for (HiddenLink& each : block(9, 1)) links.push_back(std::move(each));
  EXPECT_FALSE(find_injected_farm(links).has_value());
}

TEST(InjectedFarm, ThreeTermsOfSuchTradesAreAFarmOverAnyNumberOfDomains) {
  std::vector<HiddenLink> links = {{.domain = "a.com", .text = "时时彩平台", .container = 1, .line = 7},
                                   {.domain = "b.com", .text = "传奇私服", .container = 2, .line = 8}};
  const auto farm = find_injected_farm(links);  // 时时彩, 私服, 传奇
  ASSERT_TRUE(farm.has_value());
  EXPECT_EQ(farm->domains, (std::vector<std::string>{"a.com", "b.com"}));
  EXPECT_NE(farm->terms.find("私服"), std::string::npos);
  EXPECT_EQ(farm->line, 7u);
}

TEST(InjectedFarm, TwoTermsAreNot) {
  EXPECT_FALSE(find_injected_farm({{.domain = "a.com", .text = "博彩", .container = 1},
                                   {.domain = "b.com", .text = "私服", .container = 1}})
                   .has_value());
}

TEST(InjectedFarm, TheTermsOfAnInstitutionsOwnLinksDoNotCount) {
  EXPECT_FALSE(find_injected_farm({{.domain = "police.gov.cn", .text = "打击博彩、私服、代孕、办证", .container = 1}})
                   .has_value());
}

TEST(InjectedFarm, NoLinksAndLinksWithoutADomainAreNone) {
  EXPECT_FALSE(find_injected_farm({}).has_value());
  EXPECT_FALSE(find_injected_farm(std::vector<HiddenLink>(50)).has_value());
}

TEST(InjectedFarm, Hostile_ManyThousandLinksCostLittle) {
  const CpuStopwatch watch;
  EXPECT_TRUE(find_injected_farm(block(100'000)).has_value());
  EXPECT_LT(watch.seconds(), 1 * kSlowness);
}

TEST(InstitutionalDomain, ASuffixCountsAtALabelOnly) {
  EXPECT_TRUE(is_institutional_domain("mca.gov.cn"));
  EXPECT_TRUE(is_institutional_domain("gov.cn"));
  EXPECT_TRUE(is_institutional_domain("pku.edu.cn"));
  EXPECT_TRUE(is_institutional_domain("people.com.cn"));
  EXPECT_FALSE(is_institutional_domain("fakegov.cn"));
  EXPECT_FALSE(is_institutional_domain("mca.gov.cn.evil.com"));
  EXPECT_FALSE(is_institutional_domain("notpeople.com.cn"));
  EXPECT_FALSE(is_institutional_domain(""));
}

}  // namespace
}  // namespace xuncha::test
