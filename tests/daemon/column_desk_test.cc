// What the desk of columns remembers, joins and judges, reading by reading.
#include "daemon/patrol/column_desk.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crawler/page_scan.h"
#include "daemon/patrol/column_memory.h"
#include "daemon/patrol/portal_pages.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;
using Kind = ColumnDesk::Whereabouts::Kind;

constexpr const char* kSite = "http://www.portal.gov.cn";
const WallTime kNow = *parse_time("2026-03-10T08:00:00+08:00");

struct Line {
  std::string title;
  std::string day;
};

std::vector<Line> lines(const std::string& title, const std::vector<std::string>& dates) {
  std::vector<Line> made;
  for (std::size_t index = 0; index < dates.size(); ++index)
    made.push_back({std::string(1, static_cast<char>('A' + index)) + title + "有关工作的情况", dates[index]});
  return made;
}

const std::vector<std::string> kDates = {"2026-03-01", "2026-02-26", "2026-02-20", "2026-02-11", "2026-02-02"};

class ColumnDeskTest : public testing::Test {
 protected:
  std::string html(const std::string& name, const std::vector<Line>& items) {
    std::string text = "<html><head><title>" + name + "-某县人民政府</title><meta name=\"ColumnName\" content=\"" +
                       name + "\"></head><body><div class=main><ul class=list>";
    for (std::size_t index = 0; index < items.size(); ++index) {
      text += "<li><a href=\"t" + std::to_string(index) + "_" + std::to_string(20'000 + index) + ".html\">" +
              items[index].title + "</a><span>" + items[index].day + "</span></li>\n";
    }
    return text + "</ul></div></body></html>";
  }

  void read(ColumnDesk& desk, const std::string& path, const std::string& name, const std::vector<Line>& items,
            WallTime now = kNow) {
    const Url url = *parse_url(kSite + path).url;
    auto document = std::make_unique<DecodedText>();
    document->text = html(name, items);
    const std::uint64_t hash = std::hash<std::string>{}(document->text);
    const PageFacts page = scan_page(std::move(document));
    ASSERT_TRUE(desk.wants(url, page, read_meta_tags(page))) << path;
    const PortalFacts facts = PortalPages::read_again(url, page, now);
    Attempt attempt;
    attempt.at = now;
    attempt.status = 200;
    desk.read(url, page, facts, attempt, hash, now, now);
  }
  ColumnDesk desk(std::vector<ColumnSetting> settings = {}) {
    return ColumnDesk("www.portal.gov.cn", ColumnLimits{}, std::move(settings), WorkCalendar::built_in());
  }
  // What a patrol would have stored.
  std::vector<ColumnRecord> remembered(ColumnDesk& from) {
    std::vector<ColumnRecord> records;
    for (const ColumnDesk::Column& column : from.columns()) records.push_back(column.record);
    return records;
  }
  static ColumnDesk::Whereabouts nowhere(const std::string&) { return {}; }
  static ColumnDesk::Whereabouts recalled(const std::string&) {
    ColumnDesk::Whereabouts where;
    where.kind = Kind::kRecalled;
    return where;
  }
};

TEST_F(ColumnDeskTest, AListIsAColumnWithAMintedId) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates));
  ASSERT_EQ(first.columns().size(), 1u);
  const ColumnRecord& record = first.columns()[0].record;
  EXPECT_EQ(record.name, "工作动态");
  EXPECT_EQ(record.column_class, ColumnClass::kNews);
  EXPECT_EQ(record.id.size(), 9u);
  EXPECT_EQ(record.sights, 1u);
  EXPECT_EQ(record.sight.item_keys.size(), 5u);
  ASSERT_EQ(first.take_changed().size(), 1u);
  EXPECT_TRUE(first.take_changed().empty());
}

TEST_F(ColumnDeskTest, ATwinUnderAnotherOriginIsNoSecondColumn) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates));
  read(first, "/gzdt/index.html", "工作动态", lines("民政", kDates));
  first.review(nowhere, true);
  EXPECT_EQ(first.columns().size(), 1u);
}

TEST_F(ColumnDeskTest, WhatIsReadAnewReplacesWhatIsRememberedAndKeepsTheId) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates), kNow - days(1));
  ColumnDesk second = desk();
  second.restore(remembered(first));
  std::vector<std::string> dates = kDates;
  dates.insert(dates.begin(), "2026-03-09");
  read(second, "/gzdt/", "工作动态", lines("民政", dates));
  ASSERT_EQ(second.columns().size(), 1u);
  EXPECT_EQ(second.columns()[0].record.id, first.columns()[0].record.id);
  EXPECT_EQ(second.columns()[0].record.first_seen, kNow - days(1));
  EXPECT_EQ(format_day(*second.columns()[0].record.sight.newest), "2026-03-09");
  EXPECT_EQ(second.columns()[0].record.sights, 2u);
}

TEST_F(ColumnDeskTest, OnlyWhatIsRememberedOfThePageItselfMayStayUnread) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates));
  std::vector<ColumnRecord> records = remembered(first);
  const Url url = *parse_url(std::string(kSite) + "/gzdt/").url;
  const std::uint64_t hash = records[0].page_hash;
  const auto whole = [&](const ColumnRecord& record, std::uint64_t page, WallTime now) {
    ColumnDesk second = desk();
    second.restore({record});
    return second.needs_whole(url, page, now);
  };
  EXPECT_FALSE(whole(records[0], hash, kNow + hours(12)));
  EXPECT_TRUE(whole(records[0], hash + 1, kNow + hours(12)));  // another page
  EXPECT_TRUE(whole(records[0], hash, kNow + days(4)));        // long ago
  ColumnRecord other = records[0];
  other.reader = kColumnReader + 1;  // by other code
  EXPECT_TRUE(whole(other, hash, kNow + hours(12)));
  ColumnRecord accused = records[0];
  accused.suspected = ColumnVerdict::kStale;
  accused.suspected_since = kNow + hours(1);  // by an unchanged page only
  EXPECT_TRUE(whole(accused, hash, kNow + hours(12)));
}

TEST_F(ColumnDeskTest, AnAccusationTakesTwoReadingsFarEnoughApart) {
  const ColumnDesk::Settling rounds{.in_rounds = true, .apart = hours(12), .counts = true};
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates));
  first.review(nowhere, true);
  first.judge(kNow);
  EXPECT_TRUE(first.columns()[0].judgement.needs_confirmation);
  ASSERT_TRUE(first.second_sight_of(first.columns()[0], rounds, kNow));
  PortalFacts article;
  article.article.emplace();
  article.article->published = CivilDay(std::chrono::year(2026) / 3 / 1);
  ColumnDesk::asks(first.columns()[0], kNow);
  EXPECT_FALSE(first.second_sight_of(first.columns()[0], rounds, kNow));  // not in every round
  first.saw_again(first.columns()[0], article, {}, kNow);
  first.settle(kNow, rounds);
  EXPECT_EQ(first.columns()[0].record.reason, "unconfirmed");
  EXPECT_EQ(first.columns()[0].reading, ColumnDesk::Reading::kFails);
  EXPECT_FALSE(first.columns()[0].confirmed);

  ColumnDesk recalls = desk();  // no reading: nothing is counted
  recalls.restore(remembered(first));
  recalls.review(recalled, true);
  recalls.settle(kNow + hours(20), rounds);
  EXPECT_EQ(recalls.columns()[0].reading, ColumnDesk::Reading::kNone);
  EXPECT_EQ(recalls.columns()[0].record.verdict, ColumnVerdict::kUnknown);

  const auto unchanged = [&](WallTime at) {
    return [at, hash = first.columns()[0].record.page_hash](const std::string&) {
      ColumnDesk::Whereabouts where;
      where.kind = Kind::kUnchanged;
      where.page_hash = hash;
      where.visited = at;
      return where;
    };
  };
  for (const auto& [later, verdict] :
       {std::pair(hours(6), ColumnVerdict::kUnknown), {hours(13), ColumnVerdict::kStale}}) {
    ColumnDesk second = desk();
    second.restore(remembered(first));
    second.review(unchanged(kNow + later), true);
    second.settle(kNow + later, rounds);
    EXPECT_EQ(second.columns()[0].record.verdict, verdict) << later.count();
    EXPECT_EQ(second.columns()[0].reading, ColumnDesk::Reading::kFails);
    EXPECT_EQ(second.columns()[0].confirmed, verdict == ColumnVerdict::kStale);
  }
}

TEST_F(ColumnDeskTest, WhileTheSiteIsWorkedOnNoReadingCounts) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态",
       lines("民政", {"2026-03-09", "2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02"}));
  first.review(nowhere, true);
  first.settle(kNow, {.in_rounds = true, .apart = hours(12), .counts = false});
  EXPECT_EQ(first.columns()[0].reading, ColumnDesk::Reading::kNone);
  EXPECT_EQ(first.columns()[0].record.verdict, ColumnVerdict::kFresh);
}

TEST_F(ColumnDeskTest, AColumnThatRedirectsToItsNewPageKeepsItsId) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates), kNow - days(1));
  ColumnDesk second = desk();
  second.restore(remembered(first));
  read(second, "/xw/gzdt/", "工作动态", lines("民政", kDates));
  second.review(
      [](const std::string&) {
        ColumnDesk::Whereabouts where;
        where.kind = Kind::kMoved;
        where.moved_to = std::string(kSite) + "/xw/gzdt/";
        return where;
      },
      true);
  ASSERT_EQ(second.columns().size(), 1u);
  const ColumnRecord& record = second.columns()[0].record;
  EXPECT_EQ(record.id, first.columns()[0].record.id);
  EXPECT_EQ(record.url, std::string(kSite) + "/xw/gzdt/");
  EXPECT_EQ(record.other_addresses, std::vector<std::string>{std::string(kSite) + "/gzdt/"});
  for (const std::string& id : second.take_gone()) EXPECT_NE(id, record.id);
}

TEST_F(ColumnDeskTest, InACrawlThatWasCutNothingIsGone) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates), kNow - days(1));
  ColumnDesk second = desk();
  second.restore(remembered(first));
  const auto gone = [](const std::string&) {
    ColumnDesk::Whereabouts where;
    where.kind = Kind::kGone;
    return where;
  };
  second.review(gone, /*crawl_ended=*/false);
  EXPECT_FALSE(second.columns()[0].missing_now);
  second.review(gone, /*crawl_ended=*/true);
  EXPECT_TRUE(second.columns()[0].missing_now);
}

TEST_F(ColumnDeskTest, WhatIsConfiguredWinsAndKeepsItsIdWhenItIsNoLongerNamed) {
  ColumnDesk first = desk();
  read(first, "/gzdt/", "工作动态", lines("民政", kDates), kNow - days(1));
  const std::string minted = first.columns()[0].record.id;
  const ColumnSetting setting{.id = "news",
                              .name = "要闻",
                              .url = *parse_url(std::string(kSite) + "/gzdt/").url,
                              .column_class = ColumnClass::kPolicy,
                              .max_age_days = 90,
                              .interval = {}};
  ColumnDesk second = desk({setting});
  second.restore(remembered(first));
  EXPECT_EQ(second.columns()[0].record.id, "news");
  EXPECT_EQ(second.columns()[0].record.name, "要闻");
  EXPECT_EQ(second.columns()[0].record.max_age_days, 90u);
  second.review(recalled, true);
  EXPECT_EQ(second.take_gone(), std::vector<std::string>{minted});
  ColumnDesk third = desk();
  third.restore(remembered(second));
  EXPECT_EQ(third.columns()[0].record.id, "news");
  EXPECT_NE(third.columns()[0].record.class_reason, "configured");
}

TEST_F(ColumnDeskTest, ListsAreTheSameByTheirItemsUnderOneName) {
  const auto record = [](const std::string& name, std::vector<std::uint64_t> keys) {
    ColumnRecord made;
    made.name = name;
    made.sight.item_keys = std::move(keys);
    return made;
  };
  EXPECT_TRUE(is_same_list(record("a", {1, 2, 3, 4}), record("a", {3, 4, 5, 6})));
  EXPECT_FALSE(is_same_list(record("a", {1, 2, 3, 4}), record("a", {4, 5, 6, 7})));
  EXPECT_FALSE(is_same_list(record("a", {1, 2, 3, 4}), record("b", {1, 2, 3, 4})));  // few items agree by chance
  const std::vector<std::uint64_t> many = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_TRUE(is_same_list(record("a", many), record("b", many)));
  EXPECT_FALSE(is_same_list(record("a", {1, 2}), record("a", {1, 2})));
}

TEST_F(ColumnDeskTest, House_texts_of_a_portal_are_kept_to_a_bound) {
  ColumnRecord record;
  record.name = std::string(5'000, 'x');
  record.path = std::vector<std::string>(100, std::string(1'000, 'y'));
  record.sight.newest_url = "http://x/" + std::string(9'000, 'z');
  record.sight.newest_title = std::string(9'000, 'z');
  for (int number = 0; number < 100; ++number) add_address(record, "http://x/" + std::to_string(number));
  bound_texts(record);
  std::size_t size = record.name.size() + record.sight.newest_url.size() + record.sight.newest_title.size();
  for (const std::string& name : record.path) size += name.size();
  EXPECT_LT(size, 5'000u);
  EXPECT_LE(record.other_addresses.size(), 8u);
  EXPECT_EQ(record.other_addresses.back(), "http://x/99");
}

// --- what came into a list later than it says ---

ListFacts list_of_days(const std::vector<std::string>& dates) {
  ListFacts list;
  list.confidence = 1;
  for (const std::string& day : dates) {
    list.items.push_back({.title = day + "：关于民政工作的通知",
                          .url = std::string(kSite) + "/tzgg/t" + day + ".html",
                          .day = beijing_day(*parse_time(day)),
                          .day_source = DaySource::kList});
  }
  return list;
}

std::size_t late_of(const ListFacts& before, const ListFacts& now) {
  return late_items(now, sight_of(now, kNow), sight_of(before, kNow), kNow - days(2), kNow, 180).size();
}

const std::vector<std::string> kOldDays = {"2026-03-01", "2026-01-20", "2025-11-02", "2025-05-04", "2025-01-12"};

TEST(LateItemsOfAList, AreThoseThatMustHaveStoodThere) {
  const ListFacts before = list_of_days(kOldDays);
  EXPECT_EQ(sight_of(before, kNow).whole_back_to, CivilDay(2025y / 1 / 12));
  ListFacts now = list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-06-30", "2025-05-04", "2025-01-12"});
  const std::vector<LateItem> late =
      late_items(now, sight_of(now, kNow), sight_of(before, kNow), kNow - days(2), kNow, 180);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].url, now.items[3].url);
  EXPECT_EQ(late[0].day, now.items[3].day);
  EXPECT_EQ(late[0].before, kNow - days(2));
  EXPECT_EQ(late[0].lateness, Lateness::kOpen);
  now.items[3].pinned = true;
  EXPECT_EQ(late_of(before, now), 0u);
}

TEST(LateItemsOfAList, ListsThatCannotBeComparedHaveNone) {
  const ListFacts before = list_of_days(kOldDays);
  const ListFacts good =
      list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-06-30", "2025-05-04", "2025-01-12"});
  ASSERT_EQ(late_of(before, good), 1u);
  ListFacts other = good;
  other.method = ListMethod::kCms;
  EXPECT_EQ(late_of(before, other), 0u);
  other = good;
  other.confidence = 0.6;
  EXPECT_EQ(late_of(before, other), 0u);
  other = good;
  other.items[1].day.reset();
  EXPECT_EQ(late_of(before, other), 0u);
  other = good;
  other.items[1].day_source = DaySource::kUrl;  // nothing stands beside it
  EXPECT_EQ(late_of(before, other), 0u);
  other = good;
  std::swap(other.items[0], other.items[4]);
  EXPECT_EQ(late_of(before, other), 0u);
  EXPECT_EQ(late_of(list_of_days({"2026-03-01", "2025-11-02", "2025-05-04", "2025-01-12"}), good), 0u);  // too few
  // Another list under the same address.
  EXPECT_EQ(late_of(before, list_of_days({"2026-02-27", "2026-01-19", "2025-10-31", "2025-06-30", "2025-05-03"})), 0u);
  EXPECT_EQ(late_of(ListFacts(), good), 0u);
}

TEST(LateItemsOfAList, WhatTookThePlaceOfAnotherIsNone) {
  const ListFacts before = list_of_days(kOldDays);
  ListFacts now = list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-05-05", "2025-01-12"});
  EXPECT_EQ(late_of(before, now), 0u);  // corrected: another title, another address
  now = list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-06-30", "2025-05-04"});
  EXPECT_EQ(late_of(before, now), 1u);  // the last one has gone to the next page
}

TEST(LateItemsOfAList, AListThatWasCutReachesBackLess) {
  const ListFacts good =
      list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-08-30", "2025-07-15", "2025-06-30", "2025-05-04"});
  EXPECT_EQ(late_of(list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-08-30", "2025-07-15"}), good), 0u);
}

TEST(SightOfAList, DaysWhoseYearNothingTellsAreNoLackOfDays) {
  ListFacts list = list_of_days({"2026-03-01", "2026-01-20", "2025-11-02"});
  for (ListItem& item : list.items) item.day.reset();
  EXPECT_EQ(sight_of(list, kNow).items_dated, 0u);
  for (ListItem& item : list.items) item.lacks_year = true;
  const ColumnSight shown = sight_of(list, kNow);
  EXPECT_EQ(shown.items_dated, 3u);
  EXPECT_FALSE(shown.newest.has_value());
  list.items[1].day = CivilDay(2026y / 1 / 20);
  list.items[1].lacks_year = false;
  EXPECT_EQ(sight_of(list, kNow).items_dated, 1u);  // of days that are not known nothing is concluded
}

TEST(LateItemsOfAList, AListThatOnlyItsScriptTurnsIsKnownToGoOn) {
  ListFacts list = list_of_days(kOldDays);
  EXPECT_EQ(sight_of(list, kNow).next_page, "");
  list.total_pages = 1;
  EXPECT_EQ(sight_of(list, kNow).next_page, "");
  list.total_pages = 2;
  EXPECT_EQ(sight_of(list, kNow).next_page, "javascript:");
  list.next_page = std::string(kSite) + "/tzgg/index_1.html";
  EXPECT_EQ(sight_of(list, kNow).next_page, list.next_page);
  list.next_page.append(5'000, 'x');
  EXPECT_EQ(sight_of(list, kNow).next_page, "javascript:");
}

TEST(LateItemsOfAList, AreForgottenWhenTheirDayIsCorrectedOrTheyAreTakenOff) {
  const ListFacts list =
      list_of_days({"2026-03-01", "2026-01-20", "2025-11-02", "2025-06-30", "2025-05-04", "2025-01-12"});
  const LateItem item{.url = list.items[3].url, .title = {}, .day = list.items[3].day};
  std::vector<LateItem> late = {item};
  forget_mended(late, list, sight_of(list, kNow));
  EXPECT_EQ(late.size(), 1u);
  ListFacts other = list_of_days({"2026-03-01", "2026-02-20", "2026-01-20", "2025-11-02", "2025-08-30"});
  forget_mended(late, other, sight_of(other, kNow));
  EXPECT_EQ(late.size(), 1u);  // newer ones took its place
  other = list_of_days(kOldDays);
  forget_mended(late, other, sight_of(other, kNow));
  EXPECT_TRUE(late.empty());
  late = {item};
  other = list;
  other.items[3].day = CivilDay(2026y / 3 / 9);
  forget_mended(late, other, sight_of(other, kNow));
  EXPECT_TRUE(late.empty());
}

}  // namespace
}  // namespace xuncha
