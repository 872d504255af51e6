// What patrols need not ask hosts again: RFC 9309 2.4, and the bound on probes a week.
#include "daemon/patrol/host_memory.h"

#include <gtest/gtest.h>

#include <string>

#include "core/limits.h"

namespace xuncha {
namespace {

using std::chrono::hours;

constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));
constexpr const char* kOrigin = "https://www.x.gov.cn";

RobotsAnswer answer(std::uint16_t status, const std::string& text = {}) {
  return {.status = status, .unreachable = status == 0, .text = text};
}

TEST(HostMemory, RobotsAreKeptForADay) {  // RFC 9309 2.4
  HostMemory memory;
  EXPECT_EQ(memory.find(kOrigin, kNow), nullptr);
  memory.keep_robots(kOrigin, answer(200, "User-agent: *"), kNow);
  ASSERT_NE(memory.find(kOrigin, kNow + hours(24) - Milliseconds(1)), nullptr);
  EXPECT_EQ(memory.find(kOrigin, kNow)->robots.text, "User-agent: *");
  EXPECT_EQ(memory.find(kOrigin, kNow + hours(24)), nullptr);
}

TEST(HostMemory, RobotsOutOfReachAreAskedAgainAfterAnHour) {
  for (const std::uint16_t status : {std::uint16_t{0}, std::uint16_t{500}, std::uint16_t{503}}) {
    HostMemory memory;
    memory.keep_robots(kOrigin, answer(status), kNow);
    EXPECT_NE(memory.find(kOrigin, kNow + hours(1) - Milliseconds(1)), nullptr) << status;
    EXPECT_EQ(memory.find(kOrigin, kNow + hours(1)), nullptr) << status;
  }
}

TEST(HostMemory, AMissingRobotsIsAnAnswerForADay) {
  HostMemory memory;
  memory.keep_robots(kOrigin, answer(404), kNow);
  EXPECT_NE(memory.find(kOrigin, kNow + hours(23)), nullptr);
}

TEST(HostMemory, TheRootsAnswerHasAnAgeOfItsOwn) {
  HostMemory memory;
  NegativeBaseline honest;
  honest.answer = NegativeBaseline::Answer::kHonest;
  memory.keep_robots(kOrigin, answer(404), kNow);
  EXPECT_FALSE(memory.find(kOrigin, kNow)->root.has_value());
  memory.keep_root(kOrigin, honest, "https://www.x.gov.cn/abc.html", kNow);
  memory.keep_robots(kOrigin, answer(404), kNow + hours(20));
  ASSERT_TRUE(memory.find(kOrigin, kNow + hours(23))->root.has_value());
  EXPECT_EQ(memory.find(kOrigin, kNow + hours(23))->root_url, "https://www.x.gov.cn/abc.html");
  EXPECT_FALSE(memory.find(kOrigin, kNow + hours(24))->root.has_value());
}

TEST(HostMemory, ARootWithoutRobotsIsNotKept) {
  HostMemory memory;
  memory.keep_root(kOrigin, {}, "", kNow);
  EXPECT_EQ(memory.size(), 0u);
}

TEST(HostMemory, WhatIsForgottenIsAskedAgain) {
  HostMemory memory;
  memory.keep_robots(kOrigin, answer(404), kNow);
  memory.forget(kOrigin);
  memory.forget("https://nobody.gov.cn");
  EXPECT_EQ(memory.find(kOrigin, kNow), nullptr);
  EXPECT_EQ(memory.size(), 0u);
}

TEST(HostMemory, Hostile_ARobotsTooLongToRememberIsNotKeptNorIsAnOlderOne) {
  HostMemory memory;
  memory.keep_robots(kOrigin, answer(200, "short"), kNow);
  memory.keep_robots(kOrigin, answer(200, std::string(limits::kRobotsRememberedBytes + 1, '#')), kNow);
  EXPECT_EQ(memory.find(kOrigin, kNow), nullptr);
  memory.keep_robots(kOrigin, answer(200, std::string(limits::kRobotsRememberedBytes, '#')), kNow);
  EXPECT_NE(memory.find(kOrigin, kNow), nullptr);
}

TEST(HostMemory, Hostile_HostsWithoutEndPushOutTheLongestUnused) {
  HostMemory memory;
  memory.keep_robots(kOrigin, answer(404), kNow);
  for (std::size_t number = 0; number < limits::kHostsRememberedMax + 100; ++number) {
    memory.keep_robots("http://h" + std::to_string(number) + ".cn", answer(404), kNow);
    if (number % 1'000 == 0) {
      EXPECT_NE(memory.find(kOrigin, kNow), nullptr);
    }
  }
  EXPECT_EQ(memory.size(), limits::kHostsRememberedMax);
  EXPECT_NE(memory.find(kOrigin, kNow), nullptr);
  EXPECT_EQ(memory.find("http://h0.cn", kNow), nullptr);
  EXPECT_NE(memory.find("http://h" + std::to_string(limits::kHostsRememberedMax + 99) + ".cn", kNow), nullptr);
}

TEST(HostMemory, Hostile_TheTextsOfAllHostsTogetherAreBounded) {
  HostMemory memory;
  const std::string text(limits::kRobotsRememberedBytes, '#');
  const std::size_t most = HostMemory::kTextBytesMax / text.size();
  for (std::size_t host = 0; host < most + 10; ++host) {
    memory.keep_robots("http://h" + std::to_string(host), answer(200, text), kNow);
  }
  EXPECT_EQ(memory.size(), most);
  EXPECT_EQ(memory.find("http://h0", kNow), nullptr);
  EXPECT_NE(memory.find("http://h" + std::to_string(most + 9), kNow), nullptr);
  memory.keep_robots("http://h20", answer(404), kNow);
  memory.keep_robots("http://new", answer(200, text), kNow);
  EXPECT_EQ(memory.size(), most + 1);
}

TEST(HostMemory, WhatIsDatedAheadIsAskedAgain) {  // by a clock that was set back since
  HostMemory memory;
  memory.keep_robots(kOrigin, answer(200), kNow);
  EXPECT_EQ(memory.find(kOrigin, kNow - hours(1)), nullptr);
  EXPECT_NE(memory.find(kOrigin, kNow + hours(1)), nullptr);
}

TEST(HostMemory, TheLastHostsElsewhereThatAnsweredAreKnownNewestFirst) {
  HostMemory memory;
  for (std::size_t number = 0; number < limits::kControlsRememberedMax + 2; ++number) {
    memory.note_elsewhere("https://h" + std::to_string(number) + ".org.cn");
  }
  memory.note_elsewhere("https://h5.org.cn");
  EXPECT_EQ(memory.answered_elsewhere().size(), limits::kControlsRememberedMax);
  EXPECT_EQ(memory.answered_elsewhere().front(), "https://h5.org.cn");
}

TEST(HostMemory, AHostThatAnsweredBeforeTheProcessStandsBehindThoseThatAnswerNow) {
  HostMemory memory;
  memory.note_elsewhere_before("https://before.org.cn");
  memory.note_elsewhere("https://now.org.cn");
  memory.note_elsewhere_before("https://now.org.cn");
  EXPECT_EQ(memory.answered_elsewhere(), (std::deque<std::string>{"https://now.org.cn", "https://before.org.cn"}));
}

}  // namespace
}  // namespace xuncha
