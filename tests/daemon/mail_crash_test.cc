// What the mail desk promises when its process is killed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/storage/scratch.h"
#include "tests/support/mail_office.h"

namespace xuncha {
namespace {

using test::Office;

constexpr const char* kSite = "www.example.gov.cn";
constexpr int kArrivals = 3;

// Runs in a process of its own: cases open and close, mails are made, and what the server has taken is written to
// descriptor 3 before the desk knows of it.
TEST(MailCrashChild, DISABLED_mails_until_it_is_killed) {
  const char* directory = std::getenv("XUNCHA_CRASH_DIRECTORY");
  const char* from = std::getenv("XUNCHA_CRASH_FROM");
  ASSERT_TRUE(directory && from);
  Office office(directory);
  office.times.gather = std::chrono::minutes(1);
  std::mt19937 random(static_cast<unsigned>(std::atoi(from)));
  office.clock.set(test::kOfficeOpens + std::chrono::hours(24) * std::atoi(from));
  office.add_site(kSite);
  office.add_route({"boss@example.gov.cn", "clerk@example.gov.cn"});
  office.configuration.mail->routes[0].digest.clear();
  for (int hour = 0; hour < 24; ++hour) office.configuration.mail->routes[0].digest.emplace_back(hour * 60);
  office.restart();
  office.configure();
  for (;;) {
    const std::string name = "c" + std::to_string(random() % 10);
    const auto known = office.store->finding(office.store->site(kSite).value(),
                                             finding_id(kSite, "link.broken", Office::url(kSite, name)));
    ASSERT_TRUE(known.ok());
    if (known.value() && known.value()->state == FindingState::kOpen) {
      office.set_state(kSite, name, FindingState::kClosed);
    } else {
      office.open(kSite, name, random() % 2 == 0 ? Severity::kCritical : Severity::kMinor);
    }
    office.clock.pass(std::chrono::minutes(random() % 40));
    ASSERT_TRUE(office.desk->tick(office.clock.wall()).ok());
    while (!office.mailer->items.empty()) {
      auto item = std::move(office.mailer->items.front());
      office.mailer->items.pop_front();
      const test::ReadMail mail = test::read_mail_text(item.job.to, item.job.text);
      std::string line = mail.to + " " + mail.message_id;
      for (const std::string& url : mail.under("新发现")) line += " " + url;
      line += "\n";
      ASSERT_EQ(::write(kArrivals, line.data(), line.size()), static_cast<ssize_t>(line.size()));
      item.on_result({MailOutcome::kAccepted, "", {}});
    }
  }
}

// Starts the child and kills it that long after its first mail; gives what arrived.
std::string run_and_kill(const std::filesystem::path& directory, int from, int milliseconds) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const std::string directory_variable = "XUNCHA_CRASH_DIRECTORY=" + directory.string();
  const std::string from_variable = "XUNCHA_CRASH_FROM=" + std::to_string(from);
  const pid_t child = ::fork();
  if (child == 0) {
    if (ends[1] == kArrivals) {
      ::fcntl(ends[1], F_SETFD, 0);
    } else {
      ::dup2(ends[1], kArrivals);
    }
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    const char* arguments[] = {"test_daemon", "--gtest_also_run_disabled_tests", "--gtest_filter=MailCrashChild.*",
                               "--gtest_brief=1", nullptr};
    const char* variables[] = {directory_variable.c_str(), from_variable.c_str(), nullptr};
    ::execve("/proc/self/exe", const_cast<char**>(arguments), const_cast<char**>(variables));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string arrived;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
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
    if (arrived.empty()) deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    arrived.append(bytes, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  return arrived;
}

TEST(MailCrash, kill_9_at_any_moment_gives_no_notice_a_second_name_and_at_most_one_repeat_a_kill) {
  const Scratch scratch;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr int kKills = 12;
  std::map<std::string, int> arrivals;                                        // by Message-ID
  std::map<std::pair<std::string, std::string>, std::set<std::string>> told;  // (recipient, case) -> Message-IDs
  for (int kill = 0; kill < kKills; ++kill) {
    std::istringstream lines(run_and_kill(scratch.path(), kill, static_cast<int>(random() % 120)));
    std::set<std::string> in_this_life;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string recipient;
      std::string message_id;
      words >> recipient >> message_id;
      EXPECT_TRUE(in_this_life.insert(message_id).second) << "sent twice without a kill";
      ++arrivals[message_id];
      for (std::string url; words >> url;) told[{recipient, url}].insert(message_id);
    }
  }
  ASSERT_GT(arrivals.size(), 20u);
  int repeats = 0;
  for (const auto& [message_id, times] : arrivals) repeats += times - 1;
  EXPECT_LE(repeats, kKills);
  Office office(scratch.path());
  for (const auto& [key, names] : told) {
    const auto finding =
        office.store->finding(office.store->site(kSite).value(), finding_id(kSite, "link.broken", key.second));
    ASSERT_TRUE(finding.ok() && finding.value()) << key.second;
    EXPECT_LE(names.size(), finding.value()->episode) << key.first << " " << key.second;
  }
}

}  // namespace
}  // namespace xuncha
