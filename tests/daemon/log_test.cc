#include "daemon/log.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

TEST(Log, AnEventIsOneLineOfKeysAndValues) {
  EXPECT_EQ(format_log_line(LogLevel::kInfo, "patrol_started",
                            {{"site", "www.example.gov.cn"}, {"pages", 12}, {"resumed", false}, {"rate", 0.5}}),
            "level=info event=patrol_started site=www.example.gov.cn pages=12 resumed=false rate=0.500");
}

TEST(Log, AHostileValueStaysInsideItsField) {
  EXPECT_EQ(format_log_line(LogLevel::kWarn, "page_refused",
                            {{"url", "http://a/\nlevel=error event=x"}, {"title", "\x1b[2J"}}),
            "level=warn event=page_refused url=\"http://a/\\nlevel=error event=x\" title=\"\\x1b[2J\"");
}

TEST(Log, AHugeValueIsCut) {
  EXPECT_LT(format_log_line(LogLevel::kWarn, "x", {{"title", std::string(1u << 20, 'a')}}).size(), 3'000u);
}

TEST(Log, LevelsHaveNames) {
  EXPECT_EQ(parse_log_level("warn"), LogLevel::kWarn);
  EXPECT_FALSE(parse_log_level("warning"));
}

}  // namespace
}  // namespace xuncha
