// Which page a process died of, over its deaths: docs/ARCHITECTURE.md, Deaths.
#include "daemon/patrol/crash_mark.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "core/limits.h"

namespace xuncha {
namespace {

using Standing = CrashMark::Standing;

constexpr const char* kPage = "http://www.example.gov.cn/xinwen/1.html";
constexpr const char* kOther = "http://www.example.gov.cn/xinwen/2.html";
constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));

class CrashMarkTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "xuncha-crash-mark-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  std::unique_ptr<CrashMark> open(WallTime now = kNow) const {
    auto mark = CrashMark::open(directory_, now);
    EXPECT_TRUE(mark) << mark.error().message;
    return std::move(mark).value();
  }
  // A process of its own opens the mark, lives and is expected to die.
  void die(const std::function<void(CrashMark&)>& life, WallTime now = kNow) const {
    const pid_t pid = fork();
    if (pid == 0) {
      if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
      auto mark = CrashMark::open(directory_, now);
      if (mark) life(*mark.value());
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "it lives";
  }
  void die_of(const char* page, WallTime now = kNow) const {
    die(
        [page](CrashMark& mark) {
          mark.sent(page);
          raise(SIGSEGV);
        },
        now);
  }

  std::filesystem::path directory_;
};

TEST_F(CrashMarkTest, APageThatAFatalSignalMetIsTriedAlone) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    die([signal](CrashMark& mark) {
      mark.sent(kPage);
      mark.ended(mark.sent(kOther));
      raise(signal);
    });
    const auto mark = open();
    EXPECT_EQ(mark->standing(kPage), Standing::kSuspect) << signal;
    EXPECT_EQ(mark->standing(kOther), Standing::kFree) << signal;
    ASSERT_EQ(mark->accused().size(), 1u);
    EXPECT_EQ(mark->accused()[0].url, kPage);
    mark->ended(mark->sent(kPage));
    EXPECT_EQ(mark->standing(kPage), Standing::kFree) << "once tried, it is as any other";
  }
}

TEST_F(CrashMarkTest, ATrialThatEndsWellIsForgotten) {
  die_of(kPage);
  auto mark = open();
  mark->ended(mark->sent(kPage));
  mark.reset();
  mark = open();
  EXPECT_EQ(mark->standing(kPage), Standing::kFree);
  EXPECT_TRUE(mark->accused().empty());
}

TEST_F(CrashMarkTest, ASuspectThatWasNotTriedStaysOne) {
  die_of(kPage);
  open().reset();
  EXPECT_EQ(open()->standing(kPage), Standing::kSuspect);
}

TEST_F(CrashMarkTest, TwoDeathsQuarantineForATime) {
  die_of(kPage);
  die_of(kPage);
  EXPECT_EQ(open()->standing(kPage), Standing::kQuarantined);
  EXPECT_EQ(open()->standing(kOther), Standing::kFree);
  EXPECT_EQ(open(kNow + limits::kQuarantine)->standing(kPage), Standing::kQuarantined);
  EXPECT_EQ(open(kNow + limits::kQuarantine + Milliseconds(1))->standing(kPage), Standing::kFree);
}

TEST_F(CrashMarkTest, House_DeathsFarApartAreTwoFirstOnes) {
  die_of(kPage);
  open().reset();  // a death is dated when the next process sees it
  const WallTime later = kNow + limits::kCrashSuspicion + Milliseconds(1);
  die_of(kPage, later);
  EXPECT_EQ(open(later)->standing(kPage), Standing::kSuspect);
}

TEST_F(CrashMarkTest, KillAndCleanEndsAccuseNobody) {
  die([](CrashMark& mark) {
    mark.sent(kPage);
    const CrashMark::Reading reading(&mark, kPage);
    raise(SIGKILL);
  });
  EXPECT_TRUE(open()->accused().empty());
  die([](CrashMark& mark) {
    mark.sent(kPage);
    raise(SIGTERM);
  });
  EXPECT_TRUE(open()->accused().empty());
}

TEST_F(CrashMarkTest, ThePageThatIsReadIsAccusedAlone) {
  die([](CrashMark& mark) {
    const CrashMark::Slot page = mark.sent(kPage);
    mark.sent(kOther);
    const CrashMark::Reading reading(&mark, page);
    { const CrashMark::Reading inner(&mark, kOther); }
    abort();
  });
  const auto mark = open();
  EXPECT_EQ(mark->standing(kPage), Standing::kSuspect);
  EXPECT_EQ(mark->standing(kOther), Standing::kFree);
}

TEST_F(CrashMarkTest, AllUnderWayAreAccusedWhenNoneIsRead) {
  die([](CrashMark& mark) {
    mark.sent(kPage);
    mark.sent(kOther);
    { const CrashMark::Reading read(&mark, kPage); }
    raise(SIGBUS);
  });
  const auto mark = open();
  EXPECT_EQ(mark->standing(kPage), Standing::kSuspect);
  EXPECT_EQ(mark->standing(kOther), Standing::kSuspect);
}

TEST_F(CrashMarkTest, AFaultOfAnotherThreadIsNoPages) {
  die([](CrashMark& mark) {
    mark.sent(kPage);
    std::thread([] { raise(SIGSEGV); }).join();
  });
  EXPECT_TRUE(open()->accused().empty());
}

int descend(int depth) {
  volatile char frame[4096] = {};
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : descend(depth + 1) + frame[0];
}

TEST_F(CrashMarkTest, AnExhaustedStackLeavesItsMark) {
  die([](CrashMark& mark) {
    mark.sent(kPage);
    _exit(descend(0) == 0 ? 0 : 1);
  });
  EXPECT_EQ(open()->standing(kPage), Standing::kSuspect);
}

TEST_F(CrashMarkTest, MoreThanItHoldsGoUnnotedAndTheOldestAccusationGivesWay) {
  die([](CrashMark& mark) {
    for (std::size_t index = 0; index < limits::kCrashMarkSlots; ++index)
      EXPECT_NE(mark.sent("http://a.gov.cn/" + std::to_string(index)), CrashMark::kNoSlot);
    if (mark.sent(kPage) == CrashMark::kNoSlot) raise(SIGSEGV);
  });
  EXPECT_EQ(open()->accused().size(), limits::kCrashMarkSlots);
  EXPECT_EQ(open()->standing(kPage), Standing::kFree);
  die_of(kPage, kNow + Milliseconds(1));
  EXPECT_EQ(open()->standing(kPage), Standing::kSuspect);
  EXPECT_EQ(open()->accused().size(), limits::kCrashMarkSlots);
}

TEST_F(CrashMarkTest, ADamagedFileIsBegunAnew) {
  die_of(kPage);
  std::ofstream(directory_ / "crash-mark", std::ios::binary | std::ios::trunc) << std::string(5000, '\xFF');
  EXPECT_TRUE(open()->accused().empty());
  std::ofstream(directory_ / "crash-mark", std::ios::binary | std::ios::trunc) << "short";
  EXPECT_TRUE(open()->accused().empty());
}

TEST_F(CrashMarkTest, LongUrlsAreToldApart) {
  const std::string long_url = std::string(kPage) + "?a=" + std::string(1000, 'x');
  die([&](CrashMark& mark) {
    mark.sent(long_url + "1");
    raise(SIGSEGV);
  });
  const auto mark = open();
  EXPECT_EQ(mark->standing(long_url + "1"), Standing::kSuspect);
  EXPECT_EQ(mark->standing(long_url + "2"), Standing::kFree);
}

TEST_F(CrashMarkTest, ADirectoryThatIsNotThereIsNamed) {
  const auto mark = CrashMark::open(directory_ / "none", kNow);
  ASSERT_FALSE(mark);
  EXPECT_EQ(mark.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(mark.error().where.find("none"), std::string::npos);
}

TEST(CrashMarkNone, NotesNothing) {
  const CrashMark::Reading by_url(nullptr, kPage);
  const CrashMark::Reading by_slot(nullptr, 3);
}

}  // namespace
}  // namespace xuncha
