#include "core/verdict.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

TEST(Verdict, ReasonNamesParseBack) {
  for (int code = 1; code < 128; ++code) {
    const Reason reason{static_cast<ReasonCode>(code), 0};
    if (reason.code == ReasonCode::kHttpStatus) continue;
    const std::string name = reason_name(reason);
    if (name.empty()) continue;
    ASSERT_TRUE(parse_reason(name)) << name;
    EXPECT_EQ(*parse_reason(name), reason) << name;
  }
  EXPECT_EQ(reason_name(*parse_reason("http_404")), "http_404");
  EXPECT_FALSE(parse_reason("http_"));
  EXPECT_FALSE(parse_reason("http_40x"));
  EXPECT_FALSE(parse_reason("broken"));
}

// docs/INTERFACE.md, Reasons: the blocked ones are never a fault.
TEST(Verdict, BlockedStatusesAreNeverBroken) {
  for (const std::uint16_t status : {401, 403, 407, 412, 418, 429, 451, 456, 493, 512, 521}) {
    EXPECT_EQ(verdict_of({ReasonCode::kHttpStatus, status}), Verdict::kBlocked) << status;
  }
  for (const std::uint16_t status : {400, 404, 410, 500, 502, 503, 504}) {
    EXPECT_EQ(verdict_of({ReasonCode::kHttpStatus, status}), Verdict::kBroken) << status;
  }
  EXPECT_EQ(verdict_of({}), Verdict::kOk);
}

}  // namespace
}  // namespace xuncha
