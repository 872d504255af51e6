// What the store promises when its process or its machine dies.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "storage/maintenance.h"
#include "storage/store.h"
#include "tests/storage/fault_file_system.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

StoreOptions small_options() {
  StoreOptions options = small_store_options();
  options.write_buffer_bytes = 64u << 10;  // many flushes and compactions
  return options;
}

constexpr int kAcknowledgements = 3;

// Runs in a process of its own: visits from the number in XUNCHA_CRASH_FROM on, every fifth a decision; writes each
// number to descriptor 3 once it is acknowledged.
TEST(CrashChild, DISABLED_writes_until_it_is_killed) {
  const char* directory = std::getenv("XUNCHA_CRASH_DIRECTORY");
  const char* from = std::getenv("XUNCHA_CRASH_FROM");
  ASSERT_TRUE(directory && from);
  Result<std::unique_ptr<Store>> store = Store::open(directory, small_options());
  ASSERT_TRUE(store.ok()) << store.error().message;
  const SiteHandle site = store.value()->site("a").value();
  SteadyTime now{};
  for (auto n = static_cast<UrlNumber>(std::atoi(from)); n < 1'000'000; ++n) {
    const bool decision = n % 5 == 0;
    ASSERT_TRUE(store.value()->commit(decision ? sample_decision(site, n) : sample_visit(site, n)).ok());
    ASSERT_TRUE(store.value()->tick(now += Milliseconds(10)).ok());
    const std::uint32_t number = n;
    ASSERT_EQ(::write(kAcknowledgements, &number, sizeof number), static_cast<ssize_t>(sizeof number));
  }
}

enum class From { kStart, kFirstVisit };

// Starts the child, kills it `milliseconds` after its start or its first visit, and gives the first number that it did
// not acknowledge.
UrlNumber run_and_kill(const std::filesystem::path& directory, UrlNumber from, From since, int milliseconds) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const std::string directory_variable = "XUNCHA_CRASH_DIRECTORY=" + directory.string();
  const std::string from_variable = "XUNCHA_CRASH_FROM=" + std::to_string(from);
  const pid_t child = ::fork();
  if (child == 0) {
    if (ends[1] == kAcknowledgements) {
      ::fcntl(ends[1], F_SETFD, 0);
    } else {
      ::dup2(ends[1], kAcknowledgements);
    }
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    const char* arguments[] = {"test_storage", "--gtest_also_run_disabled_tests", "--gtest_filter=CrashChild.*",
                               "--gtest_brief=1", nullptr};
    const char* variables[] = {directory_variable.c_str(), from_variable.c_str(), nullptr};
    ::execve("/proc/self/exe", const_cast<char**>(arguments), const_cast<char**>(variables));
    ::_exit(127);
  }
  ::close(ends[1]);
  UrlNumber next = from;
  std::string pending;
  const auto delay = std::chrono::milliseconds(milliseconds);
  auto deadline = std::chrono::steady_clock::now() + (since == From::kStart ? delay : std::chrono::seconds(20));
  bool killed = false;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{ends[0], POLLIN, 0};
    if (!killed && (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) == 0)) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    char bytes[4096];
    const ssize_t size = ::read(ends[0], bytes, sizeof bytes);
    if (size <= 0) break;
    if (pending.empty() && since == From::kFirstVisit) deadline = std::chrono::steady_clock::now() + delay;
    pending.append(bytes, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  for (std::size_t at = 0; at + sizeof next <= pending.size(); at += sizeof next) {
    std::uint32_t number = 0;
    std::copy_n(pending.data() + at, sizeof number, reinterpret_cast<char*>(&number));
    EXPECT_EQ(number, next++);
  }
  return next;
}

TEST(Crash, kill_9_at_any_moment_loses_nothing_acknowledged_and_leaves_visits_whole) {
  const Scratch scratch;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  UrlNumber next = 1;
  for (int round = 0; round < 20; ++round) {
    const UrlNumber before = next;
    next = run_and_kill(scratch.path(), before, round % 2 != 0 ? From::kFirstVisit : From::kStart,
                        static_cast<int>(random() % 200));
    const Result<StoreReport> report = check_store(scratch.path());
    if (!report && next == before) continue;  // killed before the store was made
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_TRUE(report.value().sound()) << report.value().faults[0].where << ": " << report.value().faults[0].what;
    const Result<std::unique_ptr<Store>> opened = Store::open(scratch.path(), small_options());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    const Store& store = *opened.value();
    const std::optional<SiteHandle> site = store.find_site("a");
    if (!site) continue;
    for (UrlNumber n = before; n < next; ++n) {
      ASSERT_TRUE(store.url(*site, sample_url(3 * n + 1).key).value()) << "visit " << n;
      if (n % 5 != 0) continue;
      ASSERT_TRUE(store.finding(*site, sample_finding_id(n)).value()) << "decision " << n;
      ASSERT_FALSE(store.history(*site, sample_finding_id(n)).value().empty());
    }
  }
  EXPECT_GT(next, 100u);
}

TEST(Crash, a_power_cut_loses_no_decision_and_leaves_visits_whole) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 10; ++round) {
    const Scratch scratch;
    const auto system = std::make_shared<FaultFileSystem>();
    StoreOptions options = small_options();
    options.file_system = system;
    UrlNumber synced = 0;  // visits below it were acknowledged as synced
    const auto visits = static_cast<UrlNumber>(50 + random() % 800);
    {
      Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), options);
      ASSERT_TRUE(store.ok()) << store.error().message;
      const SiteHandle site = store.value()->site("a").value();
      for (UrlNumber n = 0; n < visits; ++n) {
        const bool decision = n % 50 == 0;
        ASSERT_TRUE(store.value()->commit(decision ? sample_decision(site, n) : sample_visit(site, n)).ok());
        if (decision) synced = n + 1;
      }
      system->cut_power();
    }
    system->settle(round % 2 != 0 ? FaultFileSystem::Tail::kTorn : FaultFileSystem::Tail::kDropped, random);
    const Result<StoreReport> report = check_store(scratch.path());
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_TRUE(report.value().sound()) << report.value().faults[0].where << ": " << report.value().faults[0].what;
    const Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), small_options());
    ASSERT_TRUE(store.ok()) << store.error().message;
    const SiteHandle site = *store.value()->find_site("a");
    for (UrlNumber n = 0; n < synced; ++n) ASSERT_TRUE(store.value()->url(site, sample_url(3 * n + 1).key).value());
    EXPECT_EQ(store.value()->findings(site).value().size(), (synced + 49) / 50);
  }
}

TEST(Crash, after_any_single_fault_of_the_disk_writes_are_refused_and_nothing_acknowledged_is_lost) {
  std::mt19937 random(1);
  int faults = 0;
  for (std::int64_t fault = 1; fault < 200; fault += 1 + fault / 2) {
    SCOPED_TRACE("fault " + std::to_string(fault));
    const Scratch scratch;
    const auto system = std::make_shared<FaultFileSystem>();
    StoreOptions options = small_options();
    options.file_system = system;
    std::set<UrlNumber> acknowledged;
    bool refused = false;
    {
      Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), options);
      ASSERT_TRUE(store.ok()) << store.error().message;
      const SiteHandle site = store.value()->site("a").value();
      system->fail_change(fault, fault % 2 == 0);
      for (UrlNumber n = 0; n < 60 && !refused; ++n) {
        refused = !store.value()->commit(sample_decision(site, n)).ok();
        if (!refused) acknowledged.insert(n);
      }
      if (refused) {
        ++faults;
        EXPECT_FALSE(store.value()->commit(sample_decision(site, 1'000)).ok());
        EXPECT_FALSE(store.value()->sync().ok());
      }
      system->cut_power();
    }
    system->settle(FaultFileSystem::Tail::kDropped, random);
    const Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), small_options());
    ASSERT_TRUE(store.ok()) << store.error().message;
    const std::optional<SiteHandle> site = store.value()->find_site("a");
    ASSERT_TRUE(site);
    for (const UrlNumber n : acknowledged) ASSERT_TRUE(store.value()->finding(*site, sample_finding_id(n)).value());
  }
  EXPECT_GT(faults, 5);
}

}  // namespace
}  // namespace xuncha
