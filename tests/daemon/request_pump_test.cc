// The one door through which all patrols go out.
#include "daemon/patrol/request_pump.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "daemon/patrol/polite_fetcher.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));

class PumpTest : public testing::Test {
 protected:
  static FrontierOptions options() {
    FrontierOptions frontier;
    frontier.pace.patience = limits::kCheckPatience;
    return frontier;
  }
  // Until nothing is under way and nothing waits, or the time is over.
  void run(Milliseconds limit = std::chrono::minutes(30)) {
    const WallTime end = clock.wall() + limit;
    for (int steps = 0; steps < 10'000; ++steps) {
      pump.pump();
      if (web.deliver()) continue;
      WallTime next = web.next_at();
      if (pump.wake_at() != SteadyTime::max()) {
        next = std::min(next, clock.wall() + std::max(Milliseconds(0), pump.wake_at() - clock.steady()));
      }
      if (next > end) break;
      clock.move_to(next);
    }
  }
  void ask(
      PoliteFetcher& fetcher, const std::string& url, Fetcher::Handler handler = [](const FetchOutcome&) {}) {
    FetchRequest request;
    request.url = url_from_trusted(url);
    const HostId host = pump.frontier().host(request.url.origin());
    fetcher.ask(host, Lane::kDiscovery, std::move(request), std::move(handler));
  }

  SetClock clock{kNow};
  ScriptedWeb web{clock};
  RequestPump pump{options(), web, clock};
};

TEST_F(PumpTest, EveryAnswerReachesWhoAsked) {
  PoliteFetcher one(pump, clock);
  PoliteFetcher two(pump, clock);
  web.set("http://a.gov.cn/1", page("一"));
  std::vector<std::string> answers;
  ask(one, "http://a.gov.cn/1",
      [&](const FetchOutcome& outcome) { answers.push_back("one " + std::to_string(outcome.status)); });
  ask(two, "http://a.gov.cn/2",
      [&](const FetchOutcome& outcome) { answers.push_back("two " + std::to_string(outcome.status)); });
  EXPECT_FALSE(one.idle());
  run();
  EXPECT_EQ(answers, (std::vector<std::string>{"one 200", "two 404"}));
  EXPECT_TRUE(one.idle());
  EXPECT_TRUE(two.idle());
  EXPECT_EQ(one.counters().requests, 1u);
}

TEST_F(PumpTest, OneHostAskedByTwoPatrolsSeesOneGuest) {
  PoliteFetcher one(pump, clock);
  PoliteFetcher two(pump, clock);
  for (int number = 0; number < 5; ++number) {
    ask(one, "http://a.gov.cn/one/" + std::to_string(number));
    ask(two, "http://a.gov.cn/two/" + std::to_string(number));
  }
  run();
  ASSERT_EQ(web.log().size(), 10u);
  for (std::size_t index = 1; index < 10; ++index) {
    EXPECT_GE(web.log()[index].at - web.log()[index - 1].at, limits::kDelayMin);
  }
}

TEST_F(PumpTest, ASeatThatIsLeftHearsNothingAndItsTasksCostNoRequest) {
  auto fetcher = std::make_unique<PoliteFetcher>(pump, clock);
  int answers = 0;
  for (int number = 0; number < 5; ++number) {
    ask(*fetcher, "http://a.gov.cn/" + std::to_string(number), [&](const FetchOutcome&) { ++answers; });
  }
  pump.pump();
  web.deliver();  // the address
  pump.pump();    // one request is under way
  fetcher.reset();
  run();
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(web.log().size(), 1u);
}

TEST_F(PumpTest, ASeatIsFreeAgainOnlyWhenItsLastTaskCameBack) {
  struct Silent final : RequestPump::Seat {
    bool take_turn(const Task&, FetchRequest&, Fetcher::Handler&) override { return false; }
    void task_given_back(const Task&) override {}
  } seat;
  const std::uint32_t first = pump.take_seat(&seat);
  pump.push({.site = first, .url = 1, .host = pump.frontier().host("http://a.gov.cn")});
  pump.leave_seat(first);
  const std::uint32_t second = pump.take_seat(&seat);
  EXPECT_NE(second, first);
  run();
  EXPECT_EQ(pump.outstanding(first), 0u);
  EXPECT_EQ(pump.take_seat(&seat), first);
}

TEST_F(PumpTest, TasksOfAHostWhoseBreakerStaysOpenAreGivenBack) {
  PoliteFetcher fetcher(pump, clock);
  web.fail_host("a.gov.cn", failure(TransportError::kConnectTimeout));
  int given_back = 0;
  int failed = 0;
  for (int number = 0; number < 40; ++number) {
    ask(fetcher, "http://a.gov.cn/" + std::to_string(number), [&](const FetchOutcome& outcome) {
      ++(outcome.error == TransportError::kEngineError ? given_back : failed);
      EXPECT_EQ(outcome.attempt.error == "given back", outcome.error == TransportError::kEngineError);
    });
  }
  run();
  EXPECT_TRUE(fetcher.idle());
  EXPECT_EQ(given_back + failed, 40);
  EXPECT_GE(failed, limits::kBreakerFailures);
  EXPECT_LE(failed, limits::kBreakerFailures + 3);
}

TEST_F(PumpTest, WhatIsPushedWhenATaskIsGivenBackIsGivenBackAtOnceToo) {
  PoliteFetcher fetcher(pump, clock);
  web.fail_host("a.gov.cn", failure(TransportError::kConnectTimeout));
  for (int number = 0; number < 20; ++number) ask(fetcher, "http://a.gov.cn/" + std::to_string(number));
  run();
  ASSERT_TRUE(pump.frontier().breaker_open(pump.frontier().host("http://a.gov.cn")));
  int given_back = 0;
  const auto count = [&](const FetchOutcome& outcome) { given_back += outcome.error == TransportError::kEngineError; };
  ask(fetcher, "http://a.gov.cn/first", [&](const FetchOutcome& outcome) {
    count(outcome);
    ask(fetcher, "http://a.gov.cn/second", count);
  });
  const WallTime before = clock.wall();
  pump.pump();
  EXPECT_EQ(given_back, 2);
  EXPECT_EQ(clock.wall(), before);
}

TEST_F(PumpTest, AnAbandonedFetcherSendsNothingMoreAndCallsNobody) {
  PoliteFetcher fetcher(pump, clock);
  int answers = 0;
  for (int number = 0; number < 5; ++number) {
    ask(fetcher, "http://a.gov.cn/" + std::to_string(number), [&](const FetchOutcome&) { ++answers; });
  }
  fetcher.abandon();
  ask(fetcher, "http://a.gov.cn/late", [&](const FetchOutcome&) { ++answers; });
  run();
  EXPECT_EQ(answers, 0);
  EXPECT_TRUE(web.log().empty());
  EXPECT_TRUE(fetcher.idle());
}

// What a process that died of these pages left behind.
std::unique_ptr<CrashMark> mark_after_deaths(const std::filesystem::path& directory,
                                             const std::vector<std::vector<std::string>>& deaths) {
  for (const std::vector<std::string>& pages : deaths) {
    const pid_t pid = fork();
    if (pid == 0) {
      if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
      auto mark = CrashMark::open(directory, kNow);
      for (const std::string& page : pages) mark.value()->sent(page);
      raise(SIGSEGV);
      _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
  }
  auto mark = CrashMark::open(directory, kNow);
  return mark ? std::move(mark).value() : nullptr;
}

TEST_F(PumpTest, ASuspectOfADeathIsSentAloneAndTheRestAfterIt) {  // docs/ARCHITECTURE.md, Deaths
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "xuncha_pump_suspects";
  std::filesystem::create_directories(directory);
  const std::string first = "http://a.gov.cn/suspect";
  const std::string second = "http://b.gov.cn/suspect";
  const auto mark = mark_after_deaths(directory, {{first, second}});
  ASSERT_TRUE(mark);
  pump.set_crash_mark(mark.get());
  PoliteFetcher fetcher(pump, clock);
  std::vector<std::string> order;
  for (const std::string host : {"a", "b", "c", "d"}) {
    for (const std::string path : {"/suspect", "/1", "/2"}) {
      const std::string url = "http://" + host + ".gov.cn" + path;
      ask(fetcher, url, [&, url](const FetchOutcome&) { order.push_back(url); });
    }
  }
  run();
  ASSERT_EQ(order.size(), 12u);
  EXPECT_TRUE(fetcher.idle());
  for (const std::string& suspect : {first, second}) {
    const auto at =
        std::find_if(web.log().begin(), web.log().end(), [&](const auto& request) { return request.url == suspect; });
    ASSERT_NE(at, web.log().end());
    EXPECT_EQ(
        std::count_if(web.log().begin(), web.log().end(), [&](const auto& request) { return request.at == at->at; }), 1)
        << suspect;
  }
  std::filesystem::remove_all(directory);
}

TEST_F(PumpTest, AQuarantinedPageIsNotSentAndSaidToBeOursAlone) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "xuncha_pump_quarantine";
  std::filesystem::create_directories(directory);
  const std::string page = "http://a.gov.cn/bad";
  const auto mark = mark_after_deaths(directory, {{page}, {page}});
  ASSERT_TRUE(mark);
  pump.set_crash_mark(mark.get());
  EXPECT_TRUE(pump.is_quarantined(url_from_trusted(page)));
  PoliteFetcher fetcher(pump, clock);
  FetchOutcome answer;
  ask(fetcher, page, [&](const FetchOutcome& outcome) { answer = outcome; });
  ask(fetcher, "http://a.gov.cn/good");
  run();
  EXPECT_EQ(answer.error, TransportError::kEngineError);
  EXPECT_EQ(answer.attempt.error, "quarantined");
  EXPECT_EQ(web.log().size(), 1u);
  EXPECT_TRUE(fetcher.idle());
  std::filesystem::remove_all(directory);
}

TEST_F(PumpTest, WithNothingToDoThereIsNoTimeToWakeAt) {
  EXPECT_EQ(pump.wake_at(), SteadyTime::max());
  pump.pump();
  EXPECT_FALSE(pump.resolving());
}

}  // namespace
}  // namespace xuncha::test
