// Columns over weeks of rounds in virtual time: what is remembered of them, when one is told as stale, blank or lost,
// and what is never told (国办秘函〔2019〕19号, 栏目不更新).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/civil.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kSite = "http://www.patrol.gov.cn";
constexpr const char* kHome = RoundHarness::kHome;

struct Item {
  std::string title;
  std::string day;  // YYYY-MM-DD
  std::string url;  // path
};

std::string link_list(const std::vector<std::pair<std::string, std::string>>& links) {
  std::string html = "<div class=nav><ul>";
  for (const auto& [path, text] : links) html += "<li><a href=\"" + path + "\">" + text + "</a></li>";
  return html + "</ul></div>";
}

// The page of a column with META tags, breadcrumb and a list.
Reply list_page(const std::string& name, const std::vector<Item>& items, const std::string& more = {}) {
  std::string html =
      "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + name +
      "-巡查县人民政府</title><meta name=\"SiteName\" content=\"巡查县人民政府\"><meta name=\"ColumnName\" content=\"" +
      name + "\"></head><body><div class=position>当前位置：<a href=\"/\">首页</a> &gt; " + name +
      "</div><div class=main><ul class=list>\n";
  for (const Item& item : items) {
    html += "<li><a href=\"" + item.url + "\" title=\"" + item.title + "\">" + item.title + "</a>";
    if (!item.day.empty()) html += "<span>" + item.day + "</span>";
    html += "</li>\n";
  }
  return {.body = html + "</ul>" + more + "</div></body></html>"};
}

Reply article_page(const Item& item) {
  std::string html = "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + item.title +
                     "</title><meta name=\"ArticleTitle\" content=\"" + item.title +
                     "\"><meta name=\"PubDate\" content=\"" + item.day + " 09:00\"></head><body><h1>" + item.title +
                     "</h1><p>发布时间：" + item.day + "</p><div class=TRS_Editor>";
  for (int line = 0; line < 6; ++line) {
    html += "<p>各县区人民政府，市直有关单位：现将有关事项通知如下，请结合工作实际认真贯彻执行。</p>";
  }
  return {.body = html + "</div></body></html>"};
}

Reply with_etag(Reply reply, const std::string& etag) {
  reply.headers.emplace_back("etag", '"' + etag + '"');
  return reply;
}

// A portal of three columns. News come each Monday and Thursday, until they stop.
class PatrolColumns : public testing::Test {
 protected:
  PatrolColumns() { begin_at("2026-03-02T08:00:00+08:00"); }

  void begin_at(const std::string& time) {
    harness.clock().move_to(*parse_time(time));
    home({{"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}, {"/zcwj/", "政策文件"}});
    show("/tzgg/", "通知公告", series("/tzgg/", "关于做好民政服务工作的通知", {0, -3, -9, -20, -31, -44}));
    show("/zcwj/", "政策文件", series("/zcwj/", "巡查县社会救助管理办法", {-1, -13, -19, -27, -51, -64}));
    show("/xwdt/", "新闻动态", series("/xwdt/", "县领导调研民政工作会议", {0, -2, -4, -7, -9, -11}));
  }

  // Items so many days from now, with articles of their own; the first is the newest.
  std::vector<Item> series(const std::string& folder, const std::string& title, const std::vector<int>& offsets) {
    std::vector<Item> items;
    for (const int offset : offsets) {
      const std::string day = format_day(beijing_day(harness.now() + days(offset)));
      std::string compact = day;
      std::erase(compact, '-');
      Item item{"第" + compact.substr(2) + "号：" + title, day, folder + "t" + compact + "_1.html"};
      harness.web().set(kSite + item.url, article_page(item));
      items.push_back(std::move(item));
    }
    return items;
  }

  void home(const std::vector<std::pair<std::string, std::string>>& links) {
    harness.web().set(kHome,
                      Reply{.body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>巡查县人民政府</title>"
                                    "</head><body>" +
                                    link_list(links) + "<p>欢迎访问巡查县人民政府门户网站</p></body></html>"});
  }
  void show(const std::string& path, const std::string& name, const std::vector<Item>& items) {
    lists[path] = items;
    harness.web().set(kSite + path, list_page(name, items));
  }
  // A new item at the head of the list.
  void publish(const std::string& path, const std::string& name, const std::string& title) {
    std::vector<Item> items = series(path, title, {0});
    items.insert(items.end(), lists[path].begin(), lists[path].end());
    show(path, name, items);
  }

  std::vector<ColumnRecord> columns() {
    const auto site = harness.store().find_site(site_id(harness.options().home));
    auto found = harness.store().columns(*site);
    EXPECT_TRUE(found.ok());
    return std::move(found).value();
  }
  ColumnRecord column(const std::string& name) {
    for (ColumnRecord& record : columns()) {
      if (record.name == name) return std::move(record);
    }
    ADD_FAILURE() << "no column " << name;
    return {};
  }
  std::string verdict(const std::string& name) { return std::string(column_verdict_name(column(name).verdict)); }
  std::string state(const std::string& rule, const std::string& name) { return harness.state(rule, column(name).id); }
  std::size_t told() {
    std::size_t count = 0;
    for (const Finding& finding : harness.findings()) {
      count += finding.rule.starts_with("column.") && finding.opened ? 1 : 0;
    }
    return count;
  }
  void run_until(const std::string& time) { harness.run_for(*parse_time(time) - harness.now()); }
  std::size_t asked(const std::vector<Round>& rounds, const std::string& path) const {
    std::size_t count = 0;
    for (const Round& round : rounds) count += round.count(kSite + path);
    return count;
  }

  std::map<std::string, std::vector<Item>> lists;
  RoundHarness harness;
};

TEST_F(PatrolColumns, AFirstRoundRemembersWhatItsListsShow) {
  harness.run();
  ASSERT_EQ(columns().size(), 3u);
  const ColumnRecord news = column("新闻动态");
  EXPECT_EQ(news.url, std::string(kSite) + "/xwdt/");
  EXPECT_EQ(news.column_class, ColumnClass::kNews);
  EXPECT_EQ(news.sight.items, 6u);
  EXPECT_EQ(format_day(*news.sight.newest), "2026-03-02");
  EXPECT_EQ(news.verdict, ColumnVerdict::kFresh);
  EXPECT_EQ(news.id.size(), 9u);
  EXPECT_EQ(news.id[0], 'c');
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AListIsAskedAtTheIntervalOfItsClass) {
  harness.run();
  const std::vector<Round> week = harness.run_for(days(7));
  EXPECT_GE(asked(week, "/xwdt/"), 7u);  // news: daily or oftener
  EXPECT_GE(asked(week, "/tzgg/"), 2u);  // notices: at most three days apart
  EXPECT_LE(asked(week, "/tzgg/"), 8u);
}

TEST_F(PatrolColumns, AStaleListIsToldOnItsDayAndClosedWhenSomethingIsPublished) {
  harness.run();
  // Of Monday, 2 March: seven days are over when the 10th begins.
  run_until("2026-03-09T23:30:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "fresh");
  EXPECT_EQ(state("column.stale", "新闻动态"), "none");
  run_until("2026-03-10T11:00:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "unknown");  // one reading, or two that are too near, accuse nobody
  EXPECT_NE(state("column.stale", "新闻动态"), "open");
  run_until("2026-03-11T06:30:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "stale");
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");
  const Finding finding = *harness.finding("column.stale", column("新闻动态").id);
  EXPECT_EQ(finding.evidence.compared, "2026-03-02");
  EXPECT_EQ(finding.evidence.limit, "7");
  ASSERT_EQ(finding.where.size(), 1u);
  EXPECT_EQ(finding.where[0].text, "新闻动态");
  EXPECT_EQ(told(), 1u);

  publish("/xwdt/", "新闻动态", "县政府召开常务会议研究工作");
  harness.run_for(hours(25));
  EXPECT_EQ(verdict("新闻动态"), "fresh");
  EXPECT_EQ(state("column.stale", "新闻动态"), "closed");
  EXPECT_EQ(told(), 1u);
}

TEST_F(PatrolColumns, TheSecondSourceIsAskedWhenItWouldDecideAndNotInEveryRound) {
  harness.run();
  const std::string newest = lists["/xwdt/"].front().url;
  std::size_t before = asked(harness.run_for(days(7)), newest);
  const std::vector<Round> after = harness.run_for(days(7));
  EXPECT_GE(asked(after, newest), 1u);
  EXPECT_LE(asked(after, newest), before + 3);
  EXPECT_EQ(format_day(*column("新闻动态").sight.confirmed), "2026-03-02");
}

TEST_F(PatrolColumns, ANewestItemWhosePageSaysAnotherDayConvictsNobody) {
  const Item newest = lists["/xwdt/"].front();
  harness.web().set(kSite + newest.url, article_page({newest.title, "2025-12-01", newest.url}));
  harness.run();
  harness.run_for(days(14));
  EXPECT_EQ(verdict("新闻动态"), "unknown");
  EXPECT_EQ(column("新闻动态").reason, "dates_disagree");
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AListWhoseNewestItemIsShutIsNotReadWithoutPause) {
  harness.run();
  harness.run_for(days(12));
  std::vector<Item> items = series("/xwdt/", "县领导慰问困难群众", {-10});
  harness.web().set(kSite + items[0].url, status(403));
  items.insert(items.end(), lists["/xwdt/"].begin(), lists["/xwdt/"].end());
  show("/xwdt/", "新闻动态", items);
  std::size_t asked = 0;
  for (const Round& round : harness.run_for(days(3))) asked += round.count(std::string(kSite) + "/xwdt/");
  EXPECT_LE(asked, 20u);
}

TEST_F(PatrolColumns, AWeekWithoutAnyWorkingDayDoesNotCount) {
  // 春节 2026: 15 to 23 February; of the week from Monday the 16th no day is a working day.
  RoundHarness late;
  late.clock().move_to(*parse_time("2026-02-13T08:00:00+08:00"));
  std::vector<Item> items;
  for (int index = 0; index < 6; ++index) {
    const std::string day = format_day(beijing_day(late.now() - days(index)));
    Item item{"县领导春节前走访慰问第" + std::to_string(index), day, "/xwdt/t2026_" + std::to_string(index) + ".html"};
    late.web().set(kSite + item.url, article_page(item));
    items.push_back(item);
  }
  late.web().set(kHome, page("巡查县人民政府", {"/xwdt/|新闻动态"}));
  late.web().set(std::string(kSite) + "/xwdt/", list_page("新闻动态", items));
  late.run();
  const auto site = *late.store().find_site(site_id(late.options().home));
  late.run_for(*parse_time("2026-02-27T23:00:00+08:00") - late.now());
  EXPECT_EQ(late.store().columns(site).value().at(0).verdict, ColumnVerdict::kFresh);  // 14 days, 7 of them at work
  late.run_for(*parse_time("2026-03-01T12:00:00+08:00") - late.now());
  EXPECT_EQ(late.store().columns(site).value().at(0).verdict, ColumnVerdict::kStale);
}

TEST_F(PatrolColumns, APinnedOldItemHidesNoNewOne) {
  std::vector<Item> items = lists["/xwdt/"];
  std::vector<Item> pinned = series("/xwdt/", "置顶：关于网站改版的说明", {-300});
  items.insert(items.begin(), pinned[0]);
  show("/xwdt/", "新闻动态", items);
  harness.run();
  run_until("2026-03-09T20:00:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "fresh");
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AnUnchangedListIsJudgedByWhatIsRememberedOfIt) {
  for (const auto& [path, name] : std::vector<std::pair<std::string, std::string>>{
           {"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}, {"/zcwj/", "政策文件"}}) {
    harness.web().set(kSite + path, with_etag(list_page(name, lists[path]), path));
  }
  harness.run();
  const std::vector<Round> rounds = harness.run_for(days(12));
  std::size_t conditional = 0;
  std::size_t whole = 0;
  for (const Round& round : rounds) {
    for (const auto& request : round.requests) {
      if (request.url == std::string(kSite) + "/xwdt/") ++(request.conditional ? conditional : whole);
    }
  }
  EXPECT_GE(conditional, 3u);
  EXPECT_GE(whole, 3u);  // now and then: a page may say for ever that it has not changed
  EXPECT_EQ(verdict("新闻动态"), "stale");
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");
  EXPECT_EQ(verdict("通知公告"), "fresh");
}

TEST_F(PatrolColumns, AnETagThatNeverChangesAccusesNobody) {
  harness.web().set(std::string(kSite) + "/xwdt/", with_etag(list_page("新闻动态", lists["/xwdt/"]), "stuck"));
  harness.run();
  for (int day = 0; day < 20; ++day) {
    if (day % 3 == 0) {
      publish("/xwdt/", "新闻动态", "县政府召开常务会议研究第" + std::to_string(day) + "项工作");
      harness.web().set(std::string(kSite) + "/xwdt/", with_etag(list_page("新闻动态", lists["/xwdt/"]), "stuck"));
    }
    harness.run_for(days(1));
    EXPECT_NE(verdict("新闻动态"), "stale") << day;
  }
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, ARestartForgetsNothing) {
  harness.run();
  run_until("2026-03-10T03:00:00+08:00");
  const std::string id = column("新闻动态").id;
  harness.restart();
  harness.run();
  run_until("2026-03-11T06:30:00+08:00");
  EXPECT_EQ(column("新闻动态").id, id);
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");
  harness.restart();
  harness.run();
  EXPECT_EQ(verdict("新闻动态"), "stale");
  publish("/xwdt/", "新闻动态", "县政府召开常务会议研究工作");
  harness.run_for(hours(25));
  EXPECT_EQ(state("column.stale", "新闻动态"), "closed");
}

TEST_F(PatrolColumns, RoundsThatDieInTheMiddleAreTakenUpAndTellNothingFalse) {
  for (std::size_t requests = 1; requests < 12; ++requests) {
    harness.run(requests, RoundHarness::Cut::kKill);
    harness.restart();
    harness.clock().move(minutes(20));
  }
  harness.run();
  harness.run_for(days(2));
  EXPECT_EQ(columns().size(), 3u);
  EXPECT_EQ(told(), 0u);
  run_until("2026-03-11T06:30:00+08:00");
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");
  for (int count = 0; count < 4; ++count) {
    harness.clock().move(hours(7));
    harness.run(std::size_t{2}, RoundHarness::Cut::kStop);
  }
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");  // absence in a round that was cut closes nothing
  EXPECT_EQ(told(), 1u);
}

TEST_F(PatrolColumns, ASiteOutOfReachAccusesNoColumn) {
  harness.run();
  harness.run_for(days(1));
  harness.web().fail_host("www.patrol.gov.cn", failure(TransportError::kConnectTimeout));
  harness.run_for(days(12));
  EXPECT_EQ(told(), 0u);
  EXPECT_NE(verdict("新闻动态"), "stale");
}

// One reading by a clock that is ahead must not keep those of the right one from counting until that day comes.
TEST_F(PatrolColumns, AClockThatWasSetBackDelaysNoVerdict) {
  harness.run();
  harness.run_for(hours(30));
  harness.clock().set_wall_by(days(60));
  harness.run();
  harness.clock().set_wall_by(-days(60));
  harness.run();
  EXPECT_EQ(told(), 0u);
  run_until("2026-03-09T23:30:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "fresh");
  run_until("2026-03-11T11:00:00+08:00");
  EXPECT_EQ(verdict("新闻动态"), "stale");
  EXPECT_EQ(state("column.stale", "新闻动态"), "open");
}

TEST_F(PatrolColumns, AListThatSaysThatItIsEmptyIsToldAsBlankHalfADayLater) {
  harness.web().set(std::string(kSite) + "/tzgg/", list_page("通知公告", {}, "<div class=list>暂无信息</div>"));
  harness.run();
  EXPECT_EQ(verdict("通知公告"), "unknown");
  harness.run_for(days(2));
  EXPECT_EQ(verdict("通知公告"), "blank");
  EXPECT_EQ(state("column.blank", "通知公告"), "open");
  publish("/tzgg/", "通知公告", "关于开展清明祭扫工作的通知");
  show("/tzgg/", "通知公告", series("/tzgg/", "关于做好民政服务工作的通知", {0, -3, -9, -20, -31, -44}));
  harness.run_for(days(4));
  EXPECT_EQ(verdict("通知公告"), "fresh");
  EXPECT_EQ(state("column.blank", "通知公告"), "closed");
}

TEST_F(PatrolColumns, UndatedItemsAreToldAfterTwoReadings) {
  std::vector<Item> items = lists["/tzgg/"];
  for (Item& item : items) {
    item.day.clear();
    item.url = "/tzgg/" + std::to_string(hours(1).count()) + "-" + item.title.substr(3, 6) + ".html";
  }
  harness.web().set(std::string(kSite) + "/tzgg/", list_page("通知公告", items));
  harness.run();
  EXPECT_EQ(told(), 0u);
  harness.run_for(days(3));
  EXPECT_EQ(verdict("通知公告"), "undated");
  EXPECT_EQ(state("column.undated", "通知公告"), "open");
}

// --- moved and lost ------------------------------------------------------------------------------------------------

TEST_F(PatrolColumns, AColumnThatRedirectsElsewhereIsTheSameColumn) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("通知公告").id;
  harness.web().set(std::string(kSite) + "/tzgg/", redirect("/xxgk/tzgg/"));
  harness.web().set(std::string(kSite) + "/xxgk/tzgg/", list_page("通知公告", lists["/tzgg/"]));
  harness.run_for(days(5));
  ASSERT_EQ(columns().size(), 3u);
  EXPECT_EQ(column("通知公告").id, id);
  EXPECT_EQ(column("通知公告").url, std::string(kSite) + "/xxgk/tzgg/");
  EXPECT_EQ(verdict("通知公告"), "fresh");
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AColumnThatStandsAtANewAddressIsTheSameColumn) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("通知公告").id;
  harness.web().set(std::string(kSite) + "/tzgg/", status(404));
  harness.web().set(std::string(kSite) + "/col/col123/", list_page("通知公告", lists["/tzgg/"]));
  home({{"/xwdt/", "新闻动态"}, {"/col/col123/", "通知公告"}, {"/zcwj/", "政策文件"}});
  harness.run_for(days(5));
  ASSERT_EQ(columns().size(), 3u);
  EXPECT_EQ(column("通知公告").id, id);
  EXPECT_EQ(column("通知公告").url, std::string(kSite) + "/col/col123/");
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AColumnThatIsGoneIsToldAsLostAfterASecondSight) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("政策文件").id;
  harness.web().set(std::string(kSite) + "/zcwj/", status(404));
  harness.clock().move(days(3));
  harness.run();
  EXPECT_NE(harness.state("column.lost", id), "open");
  EXPECT_NE(verdict("政策文件"), "lost");
  harness.run_for(days(2));
  EXPECT_EQ(harness.state("column.lost", id), "open");
  EXPECT_EQ(verdict("政策文件"), "lost");
  EXPECT_EQ(told(), 1u);
  harness.web().set(std::string(kSite) + "/zcwj/", list_page("政策文件", lists["/zcwj/"]));
  harness.run_for(days(3));
  EXPECT_EQ(harness.state("column.lost", id), "closed");
  EXPECT_EQ(verdict("政策文件"), "fresh");
}

TEST_F(PatrolColumns, AColumnThatNothingLinksToAnyMoreIsLostOnlyIfItsPageIsGone) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("政策文件").id;
  home({{"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}});
  harness.run_for(days(2));
  EXPECT_EQ(column("政策文件").reason, "unlinked");
  EXPECT_EQ(told(), 0u);
  harness.web().set(std::string(kSite) + "/zcwj/", status(404));
  harness.run_for(days(2));
  EXPECT_EQ(harness.state("column.lost", id), "open");
}

TEST_F(PatrolColumns, AColumnThatWasTakenOffOnPurposeIsClosedAfterThirtyDays) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("政策文件").id;
  harness.web().set(std::string(kSite) + "/zcwj/", status(404));
  harness.run_for(days(5));
  EXPECT_EQ(harness.state("column.lost", id), "open");
  harness.run_for(days(30));
  EXPECT_EQ(harness.state("column.lost", id), "open") << "the home page still leads to it";
  home({{"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}});
  harness.run_for(days(3));
  EXPECT_EQ(harness.state("column.lost", id), "closed");
  EXPECT_EQ(columns().size(), 2u);
}

TEST_F(PatrolColumns, AColumnThatNothingLinksToStaysLostForThirtyDays) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("政策文件").id;
  harness.web().set(std::string(kSite) + "/zcwj/", status(404));
  home({{"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}});
  harness.run_for(days(27));
  EXPECT_EQ(harness.state("column.lost", id), "open");
  harness.run_for(days(7));
  EXPECT_EQ(harness.state("column.lost", id), "closed");
}

TEST_F(PatrolColumns, APortalThatIsRebuiltIsNotToldAsLost) {
  harness.run();
  harness.run_for(days(2));
  const std::string news = column("新闻动态").id;
  const std::string notices = column("通知公告").id;
  for (const char* path : {"/xwdt/", "/tzgg/", "/zcwj/"}) harness.web().set(kSite + std::string(path), status(404));
  const auto moved = [this](const std::string& from, const std::string& to) {
    std::vector<Item> items = lists[from];
    int number = 0;
    for (Item& item : items) {
      item.url = to + "art_" + std::to_string(++number) + "_12345.html";
      harness.web().set(kSite + item.url, article_page(item));
    }
    return items;
  };
  harness.web().set(std::string(kSite) + "/col/col1/", list_page("新闻动态", moved("/xwdt/", "/art/1/")));
  harness.web().set(std::string(kSite) + "/col/col2/", list_page("通知公告", moved("/tzgg/", "/art/2/")));
  harness.web().set(std::string(kSite) + "/col/col3/", list_page("政策文件库", {}, "<div id=app></div>"));
  home({{"/col/col1/", "新闻动态"}, {"/col/col2/", "通知公告"}, {"/col/col3/", "政策文件库"}});
  harness.run_for(days(5));
  EXPECT_EQ(column("新闻动态").id, news);
  EXPECT_EQ(column("通知公告").id, notices);
  for (const Finding& finding : harness.findings()) {
    const bool is_told = finding.state == FindingState::kOpen && finding.rule.starts_with("column.");
    EXPECT_FALSE(is_told && finding.subject != column("政策文件").id) << finding.rule << " " << finding.subject;
  }
}

TEST_F(PatrolColumns, ColumnsThatVanishTogetherAreARedesign) {
  harness.run();
  harness.run_for(days(2));
  for (const char* path : {"/xwdt/", "/tzgg/", "/zcwj/"}) harness.web().set(kSite + std::string(path), status(404));
  harness.run_for(days(6));
  EXPECT_EQ(told(), 0u);
  EXPECT_EQ(column("通知公告").reason, "redesign");
}

TEST_F(PatrolColumns, AnIdIsNotGivenAgainWhenAnotherColumnTakesTheAddress) {
  harness.run();
  harness.run_for(days(2));
  const std::string id = column("通知公告").id;
  harness.web().set(std::string(kSite) + "/xxgk/tzgg/", list_page("通知公告", lists["/tzgg/"]));
  show("/tzgg/", "人事信息", series("/tzgg/", "关于干部任免职务的公示", {0, -4, -8, -15, -33, -41}));
  home({{"/xwdt/", "新闻动态"}, {"/xxgk/tzgg/", "通知公告"}, {"/tzgg/", "人事信息"}, {"/zcwj/", "政策文件"}});
  harness.run_for(days(5));
  EXPECT_EQ(columns().size(), 4u);
  std::set<std::string> ids;
  for (const ColumnRecord& record : columns()) ids.insert(record.id);
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_TRUE(ids.contains(id));
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolColumns, AConfiguredColumnIsReadThoughNoPageLeadsToIt) {
  show("/ztjj/", "专题集锦", series("/ztjj/", "县民政局开展主题教育活动", {-30, -32, -34, -37, -39, -41}));
  harness.options().columns.push_back(
      {.name = "专题集锦", .url = *parse_url(std::string(kSite) + "/ztjj/").url, .column_class = ColumnClass::kNews});
  harness.run();
  ASSERT_EQ(columns().size(), 4u);
  EXPECT_EQ(column("专题集锦").class_reason, "configured");
  run_until("2026-03-04T08:00:00+08:00");
  EXPECT_EQ(state("column.stale", "专题集锦"), "open");
  EXPECT_EQ(told(), 1u);
}

TEST_F(PatrolColumns, AConfiguredColumnThatNoPageAnswersForIsNamedInTheLog) {
  harness.options().columns.push_back({.url = *parse_url(std::string(kSite) + "/xwdt/").url});
  harness.options().columns.push_back({.url = *parse_url(std::string(kSite) + "/xxgk/jyta/").url});
  testing::internal::CaptureStderr();
  harness.run();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("event=column_unread"), std::string::npos) << log;
  EXPECT_NE(log.find("/xxgk/jyta/"), std::string::npos) << log;
  EXPECT_NE(log.find("reason=http_404"), std::string::npos) << log;
  EXPECT_EQ(log.find("/xwdt/"), std::string::npos) << log;
  EXPECT_EQ(told(), 0u);
}

// Two lists of one size: no reader knows which of them is the column.
TEST_F(PatrolColumns, AListThatNothingReadsIsReadAsTheOperatorSaysOrNotAtAll) {
  const std::string url = std::string(kSite) + "/ldjh/";
  const auto show_two = [&](const std::string& id) {
    const auto list = [](const std::string& name, const std::vector<Item>& items) {
      std::string html = "<div id=" + name + "><h2>" + name + "</h2><ul>";
      for (const Item& item : items)
        html += "<li><a href=\"" + item.url + "\">" + item.title + "</a><em>" + item.day + "</em></li>";
      return html + "</ul></div>";
    };
    const auto all = series("/ldjh/", "县长在全县工作会议上的讲话", {-10, -12, -15, -19, -22, -25});
    const auto other = series("/ldjh/b/", "副县长在座谈会上的讲话", {-1, -2, -3, -4, -5, -6});
    harness.web().set(url, Reply{.body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>领导讲话</title></head>"
                                         "<body>" +
                                         list(id, all) + "<p>本栏目由县政府办公室维护，暂无信息</p>" +
                                         list("other", other) + "</body></html>"});
  };
  show_two("speeches");
  home({{"/xwdt/", "新闻动态"}, {"/ldjh/", "领导讲话"}});
  harness.run();
  for (const ColumnRecord& record : columns()) EXPECT_NE(record.url, url);

  harness.options().columns.push_back(
      {.id = "speeches",
       .name = "领导讲话",
       .url = *parse_url(url).url,
       .column_class = ColumnClass::kNews,
       .selection = ListSelection{*ItemSelector::parse("#speeches li").selector, ItemSelector::parse("em").selector}});
  harness.run_for(days(2));
  ColumnRecord speeches = column("领导讲话");
  EXPECT_EQ(speeches.id, "speeches");
  EXPECT_EQ(speeches.sight.method, ListMethod::kConfig);
  EXPECT_EQ(speeches.sight.items, 6u);
  EXPECT_EQ(format_day(*speeches.sight.newest), "2026-02-20");
  EXPECT_EQ(speeches.verdict, ColumnVerdict::kStale);
  EXPECT_EQ(harness.state("column.stale", "speeches"), "open");

  show_two("renamed");  // the portal has another template: nothing is known of the list any more
  harness.run_for(days(3));
  speeches = column("领导讲话");
  EXPECT_EQ(speeches.verdict, ColumnVerdict::kUnknown);
  EXPECT_EQ(speeches.reason, "no_match");
  EXPECT_EQ(speeches.sight.method, ListMethod::kConfig);
  EXPECT_EQ(harness.state("column.blank", "speeches"), "none");

  harness.options().columns.back().selection->items = *ItemSelector::parse("#renamed li").selector;
  harness.run_for(days(3));
  EXPECT_EQ(column("领导讲话").verdict, ColumnVerdict::kStale);
}

TEST_F(PatrolColumns, AnExcludedColumnIsForgottenWithItsCases) {
  harness.run();
  run_until("2026-03-12T08:00:00+08:00");
  ASSERT_EQ(state("column.stale", "新闻动态"), "open");
  const std::string id = column("新闻动态").id;
  harness.options().exclude = std::move(UrlPatterns::compile({"/xwdt/"})).value();
  harness.run_for(days(1));
  EXPECT_EQ(columns().size(), 2u);
  EXPECT_EQ(harness.state("column.stale", id), "closed");
}

// --- items that came long after their day (国办秘函〔2019〕19号, 伪造发稿日期) ---

// The notices go back by more than a year, and all of the site has been read for two days.
class LateItems : public PatrolColumns {
 protected:
  LateItems() { show("/tzgg/", "通知公告", notices("/tzgg/", {0, -60, -150, -260, -330, -400})); }
  // As series(), but without numbers in their titles, by which they would be documents.
  std::vector<Item> notices(const std::string& folder, const std::vector<int>& offsets) {
    constexpr const char* kDigits[] = {"癸", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"};
    std::vector<Item> items = series(folder, {}, offsets);
    for (Item& item : items) {
      item.title.clear();
      for (const char byte : item.day.substr(2)) item.title += byte == '-' ? "" : kDigits[byte - '0'];
      item.title += "乡关于做好民政服务工作的通知";
      harness.web().set(kSite + item.url, article_page(item));
    }
    return items;
  }
  void begin() {
    harness.run();
    harness.run_for(days(2));
  }
  // Puts items of so many days ago where the order of days has them.
  std::vector<Item> put_in(const std::vector<int>& offsets, const std::string& path = "/tzgg/",
                           const std::string& name = "通知公告") {
    const std::vector<Item> added = notices(path, offsets);
    std::vector<Item> items = lists[path];
    items.insert(items.end(), added.begin(), added.end());
    std::stable_sort(items.begin(), items.end(),
                     [](const Item& left, const Item& right) { return left.day > right.day; });
    show(path, name, items);
    return added;
  }
  // Long enough for the list to be read, and for a second sight half a day later.
  void live(const std::string& name = "通知公告") {
    const WallTime from = harness.now();
    harness.run_for(days(6));
    EXPECT_GT(column(name).last_read, from);
  }
  std::string backdated(const Item& item) { return harness.state("content.backdated", kSite + item.url); }
  std::size_t accused() {
    std::size_t count = 0;
    for (const Finding& finding : harness.findings()) count += finding.rule == "content.backdated" ? 1 : 0;
    return count;
  }
};

TEST_F(LateItems, OneIsToldAtTwoSightsHalfADayApartAndClosedWhenItsDayIsCorrected) {
  begin();
  const std::string read_before = format_day(beijing_day(column("通知公告").last_read));
  Item item = put_in({-250}).front();
  live();
  ASSERT_EQ(backdated(item), "open");
  const Finding finding = *harness.finding("content.backdated", kSite + item.url);
  EXPECT_GE(*finding.opened - finding.first_seen, hours(12));
  EXPECT_EQ(finding.evidence.compared, item.day);
  EXPECT_EQ(finding.evidence.limit, "");
  EXPECT_EQ(finding.evidence.control.substr(0, 10), read_before);
  EXPECT_EQ(finding.evidence.control.substr(11), format_day(beijing_day(finding.first_seen)));
  EXPECT_EQ(finding.evidence.excerpt, item.title);
  ASSERT_EQ(finding.where.size(), 1u);
  EXPECT_EQ(finding.where[0].page, std::string(kSite) + "/tzgg/");
  EXPECT_EQ(finding.where[0].text, "通知公告");
  EXPECT_GE(finding.evidence.attempts.size(), 2u);
  EXPECT_EQ(accused(), 1u);

  lists["/tzgg/"].erase(std::find_if(lists["/tzgg/"].begin(), lists["/tzgg/"].end(),
                                     [&item](const Item& each) { return each.url == item.url; }));
  item.day = format_day(beijing_day(harness.now()));
  lists["/tzgg/"].insert(lists["/tzgg/"].begin(), item);
  harness.web().set(kSite + item.url, article_page(item));
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  live();
  EXPECT_EQ(backdated(item), "closed");
}

TEST_F(LateItems, ARestartAndARoundThatDiesForgetNothing) {
  begin();
  const Item item = put_in({-250}).front();
  for (std::size_t requests = 1; requests < 6; ++requests) {
    harness.clock().move(hours(5));
    harness.run(requests, RoundHarness::Cut::kKill);
    harness.restart();
  }
  harness.run();
  live();
  EXPECT_EQ(backdated(item), "open");
}

TEST_F(LateItems, ARunOfCheckComparesWithTheRunBefore) {
  harness.options().continuous.reset();
  harness.run();
  harness.clock().move(days(3));
  const Item item = put_in({-250}).front();
  harness.run();
  EXPECT_EQ(backdated(item), "open");  // its own page was asked twice
  EXPECT_EQ(accused(), 1u);
}

TEST_F(LateItems, Boundary_TheGapCountsFromTheReadingBefore) {
  begin();
  const auto read = std::chrono::sys_days(beijing_day(column("通知公告").last_read));
  const auto offset = static_cast<int>((read - std::chrono::sys_days(beijing_day(harness.now()))).count());
  const Item in_time = put_in({offset - 179}).front();
  const Item late = put_in({offset - 180}).front();
  live();
  EXPECT_EQ(backdated(in_time), "none");
  EXPECT_EQ(backdated(late), "open");
}

TEST_F(LateItems, NoneIsOlderThanWhatTheListShowed) {
  begin();
  put_in({-410});
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, NewsAtTheHeadAndPinnedItemsAreNone) {
  begin();
  publish("/tzgg/", "通知公告", "关于发放高龄津贴的通知");
  std::vector<Item> pinned = series("/tzgg/", "置顶：网站改版的说明", {-250});
  lists["/tzgg/"].insert(lists["/tzgg/"].begin(), pinned[0]);
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, ManyAtOnceAreAMigration) {
  begin();
  put_in({-200, -240, -290});
  live();
  put_in({-310});  // and what is entered after them
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, AListAtNewAddressesIsAMigration) {
  begin();
  for (std::size_t index = 0; index < 3; ++index) {
    lists["/tzgg/"][index].url = "/new" + lists["/tzgg/"][index].url;
    harness.web().set(kSite + lists["/tzgg/"][index].url, article_page(lists["/tzgg/"][index]));
  }
  put_in({-250});
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, WhatStoodElsewhereOnTheSiteWasOnlyLinkedHere) {
  const Item item = put_in({-250}, "/zcwj/", "政策文件").front();
  begin();
  std::vector<Item> items = lists["/tzgg/"];
  items.insert(items.begin() + 3, item);
  show("/tzgg/", "通知公告", items);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, ACopyUnderAnotherAddressIsKnownByItsTitleOrFile) {
  Item by_title = put_in({-250}, "/zcwj/", "政策文件").front();
  Item by_file = put_in({-270}, "/zcwj/", "政策文件").front();
  begin();
  by_title.url = "/tzgg/copy.html";
  by_file.url = "/tzgg" + by_file.url.substr(by_file.url.rfind('/'));
  by_file.title = "县民政局公布养老服务机构名单";
  std::vector<Item> items = lists["/tzgg/"];
  items.insert(items.begin() + 3, {by_title, by_file});
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& left, const Item& right) { return left.day > right.day; });
  for (const Item& item : {by_title, by_file}) harness.web().set(kSite + item.url, article_page(item));
  show("/tzgg/", "通知公告", items);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, WhatIsPublishedAnewUnderItsOldDayWasThereBefore) {
  begin();
  harness.web().set(kSite + lists["/tzgg/"][3].url, status(404));
  lists["/tzgg/"][3].url = "/tzgg/t20260304_9.html";
  harness.web().set(kSite + lists["/tzgg/"][3].url, article_page(lists["/tzgg/"][3]));
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, AListInNoOrderSaysNothing) {
  std::swap(lists["/tzgg/"][2], lists["/tzgg/"][4]);
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  begin();
  std::vector<Item> items = lists["/tzgg/"];
  items.insert(items.begin() + 5, notices("/tzgg/", {-250}).front());
  show("/tzgg/", "通知公告", items);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, AnArticleOfAnotherDayOrADocumentIsNone) {
  begin();
  const std::vector<Item> added = put_in({-250, -270});
  harness.web().set(kSite + added[0].url, article_page({added[0].title, "2026-03-03", added[0].url}));
  Reply document = article_page(added[1]);
  document.body.insert(document.body.find("<h1>"),
                       "<table><tr><th>索引号</th><td>000014349/2025-00012</td></tr><tr><th>"
                       "发文字号</th><td>巡民发〔2025〕12号</td></tr></table>");
  harness.web().set(kSite + added[1].url, document);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, AFileThatIsOldToItsServerWasOnlyLinkedLate) {
  begin();
  const Item item = put_in({-250}).front();
  Reply reply = article_page(item);
  reply.headers.emplace_back("last-modified", "Wed, 25 Jun 2025 02:00:00 GMT");
  harness.web().set(kSite + item.url, reply);
  live();
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, DocumentsAreListedByOtherDays) {
  show("/zcwj/", "政策文件", notices("/zcwj/", {-1, -60, -150, -260, -330, -400}));
  begin();
  put_in({-250}, "/zcwj/", "政策文件");
  live("政策文件");
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, WhileNotAllOfTheSiteIsKnownNothingIsNew) {
  harness.options().pages_max = 12;
  begin();
  put_in({-250});
  live();
  EXPECT_EQ(accused(), 0u);
}

// References at fault are kept by their text, which has no path.
TEST_F(LateItems, AReferenceThatIsNoAddressIsNoFileOfTheSite) {
  home({{"/xwdt/", "新闻动态"}, {"/tzgg/", "通知公告"}, {"/zcwj/", "政策文件"}, {"file:12345", "附件"}});
  begin();
  Item item = notices("/tzgg/", {-250}).front();
  item.url = "/tzgg/file:12345";
  harness.web().set(kSite + item.url, article_page(item));
  std::vector<Item> items = lists["/tzgg/"];
  items.insert(items.begin() + 3, item);
  show("/tzgg/", "通知公告", items);
  live();
  ASSERT_EQ(column("通知公告").late.size(), 1u);
  EXPECT_EQ(column("通知公告").late[0].lateness, Lateness::kLate);
}

TEST_F(LateItems, WhatCouldNotBeToldIsNotWeighed) {
  show("/zcwj/", "政策文件", notices("/zcwj/", {-1, -60, -150, -260, -330, -400}));
  begin();
  put_in({-250}, "/zcwj/", "政策文件");
  put_in({-200, -240, -290});
  live();
  for (const auto& [name, count] : {std::pair("政策文件", 1u), std::pair("通知公告", 3u)}) {
    const std::vector<LateItem> late = column(name).late;
    EXPECT_EQ(late.size(), count) << name;
    for (const LateItem& each : late) EXPECT_EQ(each.lateness, Lateness::kOpen) << each.url;
  }
}

TEST_F(LateItems, NoMoreAreWeighedInARoundThanCouldBeToldAndOne) {
  harness.options().continuous.reset();
  const std::vector<std::pair<std::string, std::string>> names = {
      {"/tzgg/", "通知公告"}, {"/mzgg/", "民政公告"}, {"/mzgs/", "民政公示"}, {"/mztg/", "民政通告"}};
  home(names);
  for (int index = 0; index < 4; ++index) {
    const auto& [path, name] = names[static_cast<std::size_t>(index)];
    show(path, name, notices(path, {-index, -60 - index, -150 - index, -260 - index, -330 - index, -400 - index}));
  }
  harness.run();
  harness.clock().move(days(3));
  for (int index = 0; index < 4; ++index) {
    const auto& [path, name] = names[static_cast<std::size_t>(index)];
    put_in({-220 - index, -300 - index}, path, name);
  }
  const auto weighed = [this] {
    std::size_t late = 0;
    std::size_t all = 0;
    for (const ColumnRecord& each : columns()) {
      all += each.late.size();
      for (const LateItem& item : each.late) late += item.lateness == Lateness::kLate ? 1 : 0;
    }
    EXPECT_EQ(all, 8u);
    return late;
  };
  harness.run();
  EXPECT_EQ(weighed(), 6u);
  harness.clock().move(hours(12));
  harness.run();
  EXPECT_EQ(weighed(), 8u);
  EXPECT_EQ(accused(), 0u);  // more than five: an import
}

TEST_F(LateItems, WhatWasToldStandsWhateverComesAfterIt) {
  begin();
  const Item item = put_in({-250}).front();
  live();
  ASSERT_EQ(backdated(item), "open");
  put_in({-201, -202, -203, -204, -205, -206, -207, -208});  // as many as are remembered
  live();
  live();
  EXPECT_EQ(column("通知公告").late.size(), kLateItemsMax);
  EXPECT_EQ(backdated(item), "open");
  EXPECT_EQ(accused(), 1u);

  std::erase_if(lists["/tzgg/"], [&item](const Item& each) { return each.url == item.url; });
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  live();
  EXPECT_EQ(backdated(item), "closed");
}

TEST_F(LateItems, WhatStoodElsewhereMakesNoImport) {
  const std::vector<Item> moved = put_in({-240, -270}, "/zcwj/", "政策文件");
  begin();
  std::vector<Item> items = lists["/tzgg/"];
  items.insert(items.begin() + 4, moved[1]);
  items.insert(items.begin() + 3, moved[0]);
  show("/tzgg/", "通知公告", items);
  live();
  ASSERT_EQ(column("通知公告").late.size(), 2u);
  const Item item = put_in({-220}).front();
  live();
  EXPECT_EQ(backdated(item), "open");
  EXPECT_EQ(accused(), 1u);
}

TEST_F(LateItems, WhereAListGoesOnUnreadNothingIsNew) {
  harness.web().set(
      std::string(kSite) + "/zcwj/",
      list_page("政策文件", lists["/zcwj/"], "<script>createPageHTML(3, 0, \"index\", \"html\");</script>"));
  begin();
  ASSERT_EQ(column("政策文件").sight.next_page, std::string(kSite) + "/zcwj/index_1.html");
  put_in({-250});
  live();
  ASSERT_EQ(column("通知公告").late.size(), 1u);
  EXPECT_EQ(column("通知公告").late[0].lateness, Lateness::kKnown);
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, WhereALinkLeadsOnAllIsRead) {
  harness.web().set(std::string(kSite) + "/zcwj/index_1.html",
                    list_page("政策文件", notices("/zcwj/", {-500, -510, -520, -530, -540})));
  harness.web().set(
      std::string(kSite) + "/zcwj/",
      list_page("政策文件", lists["/zcwj/"], "<div class=page><a href=\"/zcwj/index_1.html\">下一页</a></div>"));
  begin();
  ASSERT_EQ(column("政策文件").sight.next_page, std::string(kSite) + "/zcwj/index_1.html");
  const Item item = put_in({-250}).front();
  live();
  EXPECT_EQ(backdated(item), "open");
}

TEST_F(LateItems, WhatCameWhileThePageWasNoListDidNotComeLate) {
  begin();
  harness.web().set(std::string(kSite) + "/tzgg/", article_page({"县政府网站栏目调整的说明", "2026-03-04", "/tzgg/"}));
  live();
  EXPECT_EQ(column("通知公告").sight.items, 0u);
  put_in({-250});
  live();
  EXPECT_TRUE(column("通知公告").late.empty());
  EXPECT_EQ(accused(), 0u);
}

TEST_F(LateItems, AClockThatWasAheadCalledNobodyLate) {
  begin();
  harness.clock().set_wall_by(days(300));
  harness.run();
  harness.clock().move(hours(1));
  harness.run();
  Item item = notices("/tzgg/", {-300}).front();  // of today
  lists["/tzgg/"].insert(lists["/tzgg/"].begin(), item);
  show("/tzgg/", "通知公告", lists["/tzgg/"]);
  harness.clock().move(days(3));
  harness.run();
  harness.clock().set_wall_by(-days(300));
  harness.run();
  live();
  EXPECT_NE(backdated(item), "open");
  EXPECT_TRUE(column("通知公告").late.empty());
}

}  // namespace
}  // namespace xuncha::test
