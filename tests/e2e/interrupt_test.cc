// Patrols that are interrupted, limited or resumed, faults that are mended and come back, and data directories that
// cannot be used: what is said, what is kept, what is closed.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "storage/store.h"
#include "tests/e2e/check_run.h"
#include "tests/e2e/faulty_portal.h"
#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using portal::Answer;
using portal::Host;
using portal::Portal;

constexpr const char* kHost = "www.xiaozhen.gov.cn";
constexpr const char* kHome = "http://www.xiaozhen.gov.cn/";

Answer html(const std::string& title, const std::string& body) {
  Answer answer;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" +
                title + "</h1>" + body + "</body></html>";
  return answer;
}

std::string link(const std::string& url, const std::string& text) {
  return "<a href=\"" + url + "\">" + text + "</a>\n";
}

Answer dead() {
  Answer answer = html("页面不存在", "<p>您访问的页面不存在。</p>");
  answer.status = 404;
  return answer;
}

// A few pages; phases "mended" and "unlinked" change them.
Portal small_portal() {
  Host host;
  host.name = kHost;
  const std::string nav = link("/xinwen/", "新闻") + link("/gonggao/", "公告");
  host.pages["/"] = html("小镇人民政府", nav);
  std::string list;
  for (int index = 0; index < 8; ++index) {
    const std::string path = "/xinwen/" + std::to_string(index) + ".html";
    list += link(path, "小镇新闻第" + std::to_string(index) + "期");
    host.pages[path] = html("小镇新闻第" + std::to_string(index) + "期", "<p>新闻内容。</p>" + nav);
  }
  host.pages["/xinwen/"] = html("新闻", list + nav);
  host.pages["/gonggao/"] = html("公告", link("/fujian/jihua.html", "工作计划") + nav);
  host.pages["/gonggao/"].phases["unlinked"] = html("公告", "<p>暂无公告。</p>" + nav);
  host.pages["/fujian/jihua.html"] = dead();
  host.pages["/fujian/jihua.html"].phases["mended"] = html("工作计划", "<p>计划内容。</p>");
  Portal portal;
  portal.name = "small";
  portal.home = kHome;
  portal.hosts.push_back(std::move(host));
  return portal;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Interrupted : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "xuncha-interrupt-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    data_ = root_ / "data";
  }
  void TearDown() override {
    server_.reset();
    if (!root_.empty()) std::filesystem::remove_all(root_);
  }

  void play(Portal portal) {
    server_.reset();
    auto start = portal::PortalServer::create(std::move(portal));
    ASSERT_TRUE(start.server) << start.error;
    server_ = std::move(start.server);
  }
  CheckRun check(std::vector<std::string> arguments = {}, const std::string& home = kHome) const {
    arguments.insert(arguments.end(), {"--per-host", "4", "--data-dir", data_});
    return check_portal(*server_, home, arguments);
  }
  int start_check(const std::string& home, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"check", home,         "--format", "json",       "--rate",
                                          "0",     "--per-host", "4",        "--data-dir", data_};
    for (const std::string& argument : server_->arguments()) arguments.push_back(argument);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start_program(XUNCHA_BINARY_DIR "/xuncha", arguments, root_ / "out", root_ / "err");
  }
  // Waits until the portal has answered so many requests.
  void wait_for_requests(std::size_t count) const {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (server_->log().size() < count && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(5ms);
  }
  // How often each path of the site was asked for since the log had `from` entries.
  std::map<std::string, int> asked(std::size_t from) const {
    std::map<std::string, int> asked;
    const auto log = server_->log();
    for (std::size_t index = from; index < log.size(); ++index) ++asked[log[index].target];
    return asked;
  }
  // State of a finding as `xuncha findings` prints it; empty where there is none.
  std::string state_of(const std::string& subject, const std::string& rule = "") const {
    const json finding = stored(subject, rule);
    return finding.is_object() ? finding["state"].get<std::string>() : "";
  }
  json stored(const std::string& subject, const std::string& rule = "") const {
    const ProgramEnd end =
        run_program(XUNCHA_BINARY_DIR "/xuncha", {"findings", "--data-dir", data_, "--format", "json"});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    std::istringstream lines(end.out);
    for (std::string line; std::getline(lines, line);) {
      json record = json::parse(line, nullptr, false);
      if (record.is_object() && record["record"] == "finding" && record["subject"] == subject &&
          (rule.empty() || record["rule"] == rule))
        return record;
    }
    return {};
  }

  std::unique_ptr<portal::PortalServer> server_;
  std::filesystem::path root_;
  std::filesystem::path data_;
};

const std::string kPlan = "http://www.xiaozhen.gov.cn/fujian/jihua.html";

TEST_F(Interrupted, BySignalEndsWith130AndSaysThatItIsIncomplete) {
  play(faulty_portal({.columns = 3, .articles_each = 120, .delay = 10ms}));
  const int pid = start_check(kFaultyHome);
  ASSERT_GT(pid, 0);
  wait_for_requests(100);
  kill(pid, SIGINT);
  EXPECT_EQ(wait_program(pid), 130);
  EXPECT_NE(read_file(root_ / "out").find("\"complete\":false"), std::string::npos);

  // The next run goes on where this one stopped, and completes.
  const std::size_t before = server_->log().size();
  const std::map<std::string, int> first = asked(0);
  const CheckRun next = check({}, kFaultyHome);
  EXPECT_EQ(next.exit_code, 1) << next.err;
  EXPECT_EQ(next.summary["complete"], true);
  int again = 0;
  for (const auto& [path, times] : asked(before)) again += is_ordinary_article(path) && first.count(path) > 0 ? 1 : 0;
  EXPECT_LE(again, 4);
  EXPECT_EQ(next.summary["pages"], 1 + 3 * 2 + 3 * 120);
}

TEST_F(Interrupted, ByItsTimeLimitClosesNothingAndIsResumed) {
  play(small_portal());
  ASSERT_EQ(check().summary["complete"], true);
  ASSERT_EQ(state_of(kPlan), "open");
  server_->set_phase("unlinked");
  Portal slow = small_portal();
  slow.hosts[0].pages["/xinwen/5.html"].delay = 8s;
  play(std::move(slow));
  server_->set_phase("unlinked");
  const CheckRun limited = check({"--time-limit", "1s"});
  EXPECT_EQ(limited.summary["complete"], false);
  EXPECT_EQ(state_of(kPlan), "open");

  play(small_portal());
  server_->set_phase("unlinked");
  const CheckRun next = check();
  EXPECT_EQ(next.summary["complete"], true);
  EXPECT_EQ(asked(0)["/xinwen/"], 0) << "was judged before the limit";
  EXPECT_EQ(asked(0)["/xinwen/5.html"], 1);
  EXPECT_EQ(state_of(kPlan), "closed");
}

// A report must not mix what was seen days apart.
TEST_F(Interrupted, MoreThanADayAgoIsBegunAnew) {
  Portal slow = small_portal();
  slow.hosts[0].pages["/xinwen/5.html"].delay = 8s;
  play(std::move(slow));
  ASSERT_EQ(check({"--time-limit", "1s"}).summary["complete"], false);
  const auto rested = [&](std::chrono::hours rest) {
    auto store = Store::open(data_, StoreOptions::for_check());
    ASSERT_TRUE(store) << store.error().message;
    const SiteHandle site = *store.value()->find_site(kHost);
    Visit visit;
    visit.site = site;
    const Status read = store.value()->for_each_url(site, [&](UrlEntry entry) {
      if (entry.record.visited != WallTime{}) entry.record.visited -= rest;
      visit.urls.push_back(std::move(entry));
    });
    ASSERT_TRUE(read);
    const auto patrols = store.value()->patrols(site);
    ASSERT_TRUE(patrols);
    PatrolRecord last = patrols.value().back();
    last.started -= rest;
    ASSERT_TRUE(store.value()->commit(visit));
    ASSERT_TRUE(store.value()->save_patrol(site, last));
  };
  rested(std::chrono::hours(23));
  ASSERT_EQ(check({"--time-limit", "1s"}).summary["complete"], false);
  EXPECT_EQ(asked(0)["/xinwen/"], 1) << "it was taken up";
  rested(std::chrono::hours(25));
  play(small_portal());
  EXPECT_EQ(check().summary["complete"], true);
  EXPECT_EQ(asked(0)["/xinwen/"], 1) << "it was begun anew";
  EXPECT_EQ(asked(0)["/xinwen/5.html"], 1);
}

TEST_F(Interrupted, ByABudgetClosesNothingByAbsence) {
  play(small_portal());
  check();
  ASSERT_EQ(state_of(kPlan), "open");
  server_->set_phase("unlinked");
  const CheckRun limited = check({"--max-pages", "5"});
  EXPECT_EQ(limited.summary["complete"], false);
  EXPECT_EQ(limited.summary["pages"], 5);
  EXPECT_GT(limited.summary["skipped"]["budget"].get<int>(), 0);
  EXPECT_EQ(state_of(kPlan), "open");
  EXPECT_EQ(check().summary["complete"], true);
  EXPECT_EQ(state_of(kPlan), "closed");
}

TEST_F(Interrupted, ABudgetHoldsForTheWholePatrolHoweverOftenItIsResumed) {
  play(faulty_portal({.columns = 3, .articles_each = 120, .delay = 10ms}));
  const int pid = start_check(kFaultyHome, {"--max-pages", "150"});
  ASSERT_GT(pid, 0);
  wait_for_requests(60);
  kill(pid, SIGKILL);
  wait_program(pid);
  const CheckRun next = check({"--max-pages", "150"}, kFaultyHome);
  EXPECT_EQ(next.summary["complete"], false);
  std::set<std::string> pages;
  for (const auto& [path, times] : asked(0)) {
    if (is_ordinary_article(path)) pages.insert(path);
  }
  EXPECT_LE(pages.size(), 150u);
}

TEST_F(Interrupted, AMendedFaultIsClosedByTheNextCompleteRunAndARelapseIsItsNextEpisode) {
  play(small_portal());
  check();
  const json first = stored(kPlan);
  ASSERT_EQ(first["state"], "open");
  server_->set_phase("mended");
  const CheckRun mended = check();
  EXPECT_EQ(mended.exit_code, 0) << mended.err;
  EXPECT_EQ(mended.finding("link.broken", kPlan), nullptr);
  EXPECT_EQ(state_of(kPlan), "closed");
  server_->set_phase("");
  const CheckRun relapse = check();
  const json* again = relapse.finding("link.broken", kPlan);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ((*again)["id"], first["id"]);
  EXPECT_EQ((*again)["episode"], 2);
  EXPECT_EQ((*again)["state"], "open");
}

TEST_F(Interrupted, AMendedHomePageClosesSiteUnreachable) {
  Portal broken = small_portal();
  broken.hosts[0].pages["/"].phases["down"] = dead();
  play(std::move(broken));
  server_->set_phase("down");
  EXPECT_EQ(check().exit_code, 1);
  ASSERT_EQ(state_of(kHome, "site.unreachable"), "open");
  server_->set_phase("");
  check();
  EXPECT_EQ(state_of(kHome, "site.unreachable"), "closed");
}

TEST_F(Interrupted, AMendedErrorPageClosesSiteSoft404) {
  Portal soft = small_portal();
  soft.hosts[0].missing = portal::MissingMode::kSoftPage;
  play(std::move(soft));
  check();
  ASSERT_EQ(state_of(kHome, "site.soft404"), "open");
  play(small_portal());
  check();
  EXPECT_EQ(state_of(kHome, "site.soft404"), "closed");
}

TEST_F(Interrupted, AMendedCertificateClosesSiteTls) {
  const std::string home = "https://www.xiaozhen.gov.cn/";
  Portal expired = small_portal();
  expired.home = home;
  expired.hosts[0].tls = portal::TlsKind::kExpired;
  Portal good = expired;
  good.hosts[0].tls = portal::TlsKind::kGood;
  play(std::move(expired));
  check({}, home);
  ASSERT_EQ(state_of(home, "site.tls"), "open");
  play(std::move(good));
  check({}, home);
  EXPECT_EQ(state_of(home, "site.tls"), "closed");
}

TEST_F(Interrupted, ALinkFarmThatWasRemovedIsClosed) {
  Portal farm = small_portal();
  std::string hidden = "<div style=\"position:absolute;left:-9999px;height:0;overflow:hidden\">";
  for (int index = 0; index < 14; ++index)
    hidden += "<a href=\"http://www.qipai" + std::to_string(index) + ".example/\">棋牌游戏</a>";
  Answer clean = farm.hosts[0].pages["/xinwen/3.html"];
  Answer injected = html("小镇新闻第3期", "<p>新闻内容。</p>" + hidden + "</div>");
  injected.phases["mended"] = clean;
  farm.hosts[0].pages["/xinwen/3.html"] = injected;
  play(std::move(farm));
  const std::string page = "http://www.xiaozhen.gov.cn/xinwen/3.html";
  check();
  ASSERT_EQ(state_of(page, "page.injected"), "open");
  server_->set_phase("mended");
  check();
  EXPECT_EQ(state_of(page, "page.injected"), "closed");
}

TEST_F(Interrupted, APageThatBreaksTakesItsOwnLinksOutOfTheCount) {
  Portal portal = small_portal();
  Host& host = portal.hosts[0];
  for (const char* path : {"/xinwen/1.html", "/xinwen/2.html"}) {
    host.pages[path].body += link("/fujian/jihua.html", "工作计划");
    host.pages[path].phases["fewer"] = dead();
  }
  play(std::move(portal));
  check();
  ASSERT_EQ(stored(kPlan)["where_total"], 3);
  server_->set_phase("fewer");
  check();
  EXPECT_EQ(stored(kPlan)["where_total"], 1);
}

// --- data directories ---

TEST_F(Interrupted, ASecondProcessOnTheSameDataDirectoryExits75AndNamesTheFirst) {
  play(faulty_portal({.columns = 2, .articles_each = 120, .delay = 20ms}));
  const int pid = start_check(kFaultyHome);
  ASSERT_GT(pid, 0);
  wait_for_requests(5);
  const CheckRun second = check({}, kFaultyHome);
  EXPECT_EQ(second.exit_code, 75);
  EXPECT_NE(second.err.find("in use by process " + std::to_string(pid)), std::string::npos) << second.err;
  kill(pid, SIGTERM);
  EXPECT_EQ(wait_program(pid), 130);
}

TEST_F(Interrupted, ADataDirectoryThatIsAFileExits75) {
  play(small_portal());
  std::ofstream(data_) << "no directory";
  const CheckRun run = check();
  EXPECT_EQ(run.exit_code, 75);
  EXPECT_NE(run.err.find(data_.string()), std::string::npos) << run.err;
  EXPECT_EQ(read_file(data_), "no directory");
}

// Root may read everything: a directory that it cannot use is one on a file system mounted read-only.
TEST_F(Interrupted, AReadOnlyDataDirectoryExits75AndStaysAsItWas) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to mount a file system read-only";
  play(small_portal());
  check();
  if (mount(data_.c_str(), data_.c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "bind mounts are not permitted here";
  if (mount(nullptr, data_.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
    umount2(data_.c_str(), MNT_DETACH);
    GTEST_SKIP() << "read-only mounts are not permitted here";
  }
  const CheckRun run = check();
  EXPECT_EQ(state_of(kPlan), "open") << "findings are read where nothing can be written";
  umount2(data_.c_str(), MNT_DETACH);
  EXPECT_EQ(run.exit_code, 75);
  EXPECT_NE(run.err.find(data_.string()), std::string::npos) << run.err;
  EXPECT_EQ(check().exit_code, 1) << "the store is as it was";
}

TEST_F(Interrupted, AnUnreadableDataDirectoryExits75) {
  play(small_portal());
  check();
  std::filesystem::permissions(data_, std::filesystem::perms::none);
  if (access(data_.c_str(), R_OK) == 0) {
    std::filesystem::permissions(data_, std::filesystem::perms::owner_all);
    GTEST_SKIP() << "root reads it all the same";
  }
  const CheckRun run = check();
  std::filesystem::permissions(data_, std::filesystem::perms::owner_all);
  EXPECT_EQ(run.exit_code, 75);
  EXPECT_NE(run.err.find(data_.string()), std::string::npos) << run.err;
}

}  // namespace
}  // namespace xuncha::test
