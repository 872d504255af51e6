// The ladder's table.
#include "detectors/confirmation.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace xuncha::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Row {
  std::string reason;
  std::vector<seconds> spacings;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.reason; }
};

class Ladder : public testing::TestWithParam<Row> {};

TEST_P(Ladder, HasTheSpacingsOfItsClass) {
  const std::optional<Reason> reason = parse_reason(GetParam().reason);
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(ConfirmationSpacings().of(*reason), GetParam().spacings);
}

const std::vector<seconds> kGone = {hours(6)};                               // 2 sights
const std::vector<seconds> kSoft = {hours(6), hours(6)};                     // 3
const std::vector<seconds> kNoName = {hours(1), hours(24)};                  // 3
const std::vector<seconds> kFourTimes = {minutes(10), hours(6), hours(24)};  // 4
const std::vector<seconds> kNone = {};

INSTANTIATE_TEST_SUITE_P(
    Reasons, Ladder,
    testing::Values(Row{"http_404", kGone}, Row{"http_410", kGone}, Row{"http_499", kGone}, Row{"soft_404", kSoft},
                    Row{"dns_nxdomain", kNoName}, Row{"dns_failure", kFourTimes}, Row{"connect_refused", kFourTimes},
                    Row{"connect_timeout", kFourTimes}, Row{"connect_failure", kFourTimes},
                    Row{"tls_expired", kFourTimes}, Row{"tls_name", kFourTimes}, Row{"tls_failure", kFourTimes},
                    Row{"timeout", kFourTimes}, Row{"truncated", kFourTimes}, Row{"protocol_error", kFourTimes},
                    Row{"http_500", kFourTimes}, Row{"http_503", kFourTimes}, Row{"redirect_home", kGone},
                    Row{"redirect_loop", kGone}, Row{"wrong_type", kGone}, Row{"title_mismatch", kGone},
                    Row{"malformed_url", kGone}, Row{"gambling", kGone},
                    // Never broken: blocks, and what has no verdict.
                    Row{"http_403", kNone}, Row{"http_521", kNone}, Row{"http_512", kNone},
                    Row{"http_503_retry", kNone}, Row{"challenge", kNone}, Row{"blind", kNone}, Row{"host_down", kNone},
                    Row{"breaker_open", kNone}, Row{"robots", kNone}),
    [](const auto& row) { return row.param.reason; });

TEST(LadderTable, AnyFaultConfirmsAFault) {
  const Reason gone{ReasonCode::kHttpStatus, 404};
  const Reason failing{ReasonCode::kHttpStatus, 500};
  EXPECT_TRUE(confirms(gone, failing));
  EXPECT_TRUE(confirms({ReasonCode::kTimeout, 0}, gone));
}

TEST(LadderTable, NeitherABlockNorALackOfVerdictNorSuccessConfirms) {
  const Reason gone{ReasonCode::kHttpStatus, 404};
  for (const Reason& other : {Reason{}, Reason{ReasonCode::kHttpStatus, 403}, Reason{ReasonCode::kBlind, 0},
                              Reason{ReasonCode::kRobots, 0}}) {
    EXPECT_FALSE(confirms(gone, other)) << reason_name(other);
    EXPECT_FALSE(confirms(other, gone)) << reason_name(other);
  }
}

TEST(LadderTable, AnOpenCaseNeedsMoreThanOneCleanSight) {
  EXPECT_EQ(kRecoveriesNeeded, 2u);
}

}  // namespace
}  // namespace xuncha::test
