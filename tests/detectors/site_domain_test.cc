// site.domain. Clauses: 国办发〔2017〕47号 (names end in .gov.cn).
#include "detectors/site_domain.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

TEST(SiteDomain, NamesUnderGovCnAreTheGovernments) {
  EXPECT_TRUE(is_government_name("www.mca.gov.cn"));
  EXPECT_TRUE(is_government_name("gov.cn"));
  EXPECT_TRUE(is_government_name("www.gov.cn."));
  EXPECT_TRUE(is_government_name("xn--fiq228c.xn--zfr164b"));  // .政务
}

TEST(SiteDomain, NamesThatOnlyLookSoAreNot) {
  EXPECT_FALSE(is_government_name("www.mca.gov.cn.example.com"));
  EXPECT_FALSE(is_government_name("notgov.cn"));
  EXPECT_FALSE(is_government_name("www.mca-gov.cn"));
  EXPECT_FALSE(is_government_name("gov.com.cn"));
  EXPECT_FALSE(is_government_name("192.0.2.1"));
  EXPECT_FALSE(is_government_name(""));
}

TEST(SiteDomain, AHomePageThatLeavesItsGovernmentNameIsAFault) {
  EXPECT_TRUE(leaves_government_names("www.patrol.gov.cn", "www.patrol-info.com"));
  EXPECT_TRUE(leaves_government_names("www.patrol.gov.cn", "192.0.2.1"));
}

TEST(SiteDomain, AMoveBetweenGovernmentNamesIsNone) {
  EXPECT_FALSE(leaves_government_names("www.patrol.gov.cn", "mzj.patrol.gov.cn"));
}

TEST(SiteDomain, House_OfASiteUnderAnotherNameNothingIsSaid) {
  EXPECT_FALSE(leaves_government_names("www.charity.org.cn", "www.charity.com"));
  EXPECT_FALSE(leaves_government_names("127.0.0.1", "127.0.0.1"));
}

}  // namespace
}  // namespace xuncha
