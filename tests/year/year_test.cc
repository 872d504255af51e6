// A portal that changes through a year, in virtual time on the daemon's own desk with the default configuration: what
// is found on which day, cleared on which day, and that nothing else is ever told.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/civil.h"
#include "daemon/config/read.h"
#include "tests/support/desk_harness.h"
#include "tests/support/stopwatch.h"
#include "tests/year/portal.h"

namespace xuncha::year {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;

// --- the year --------------------------------------------------------------------------------------------------------
//
// The windows follow from the rules and the default configuration alone:
//
//   L  a fault is told by its second sight, at least 12 h after the first (confirmation.column); slots of the home
//      page at once, since the page is read twice
//   I  the first sight comes at the page's interval, a tenth longer at most (jitter):
//        home page 6 h -> 6.6 h; news 24 h -> 26.4 h; notices, policies 3 d -> 79.2 h; other columns 7 d -> 184.8 h.
//      What is judged by the date alone is judged by the next whole round, 26.4 h later at most, since a page is due by
//      then
//   H  what no page's own interval announces (second sights of content, of a lost column) waits for the next visit of
//      the home page, 6.6 h
//   C  it is cleared by two clean readings 10 min apart: of a column at its page's interval; of a page of content 6 h
//      after it was looked at last (confirmation.open_case), each waiting for H: 19.2 h; of the home page 13.2 h; a
//      slot by one
//
// A round takes minutes: an hour is added to each.

// What must be told of it.
struct Duty {
  std::string rule{};
  std::string subject{};  // the name of a column, the title of a text, "/" or "/#slot" of the home page
  std::string first{};    // the days on which it may be told, and on the last of which it must have been
  std::string last{};
  std::string mended{};      // not to be cleared before that time; empty: it stands to the end
  std::string cleared_by{};  // the day
  std::string why{};
};

struct Row {
  std::string time;  // Beijing
  std::string what;
  void (*act)(Portal& portal);
  Duty duty{};
};

CivilDay day_of(const std::string& text) {
  return beijing_day(*parse_time(text.substr(0, 10)));
}
WallTime time_of(const std::string& text) {
  return *parse_time(text.substr(0, 10) + "T" + text.substr(11) + ":00+08:00");
}

const std::string kBegin = "2025-12-22 00:00";
const std::string kEnd = "2027-01-11 00:00";
const std::string kOldRule = "巡查县慈善组织扶持办法";
const std::string kShortRule = "巡查县临时救助工作规程";
const std::string kDraft = "关于《巡查县养老服务条例（草案）》公开征求意见的公告";
const std::string kOldNews = "县民政局开展敬老院消防安全演练活动";

const std::string& path_of(const Portal& portal, const std::string& title) {
  const auto found = std::find_if(portal.texts.begin(), portal.texts.end(),
                                  [&](const auto& each) { return each.second.title == title; });
  EXPECT_NE(found, portal.texts.end()) << title;
  return found->first;
}
Text& text_of(Portal& portal, const std::string& title) {
  return portal.texts.at(path_of(portal, title));
}

const std::vector<Row>& the_year() {
  static const std::vector<Row> rows = {
      // Each working day has its news, each Tuesday a notice, each month a document, a reading of policy, figures and
      // an appointment; carousel and headline turn each week. Lists of news show days without years all year long.
      {"2026-01-01 00:00", "New Year, in lists without years; a holiday of three days", [](Portal&) {}},
      {"2026-02-11 09:00",
       "notices stop; the last is of 10 February",
       [](Portal& portal) { portal.has_notices = false; },
       {"column.stale", "通知公告", "2026-08-10", "2026-08-13", "2026-08-26 10:00", "2026-08-29",
        "180 days are over when 10 August begins; I 79.2 h, L 12 h; C 79.2 h"}},
      {"2026-02-15 00:00", "Spring Festival: no news from 15 to 23 February", [](Portal&) {}},
      {"2026-03-12 09:30",
       "a document repeals one of 2023, whose own page bears no mark",
       [](Portal& portal) {
         portal.publish_document(
             day_of("2026-03-12"), "巡查县公益慈善促进办法", "巡民规〔2026〕1号",
             "<p>为促进公益慈善事业健康发展，规范慈善活动，保护慈善参与者的合法权益，根据有关法律法规，制定本办法。</p>"
             "<p>本办法自印发之日起施行。《巡查县慈善组织扶持办法》（巡民规〔2023〕3号）同时废止。</p>");
       },
       {"content.expired", kOldRule, "2026-03-12", "2026-03-16", "2026-04-20 10:00", "2026-04-21",
        "the list of documents is read within 79.2 h (the home page shows it sooner), L 12 h, H; C 19.2 h"}},
      {"2026-03-16 09:00",
       "a headline asks for registration until 31 March, and stays",
       [](Portal& portal) {
         portal.turns_headline = false;
         portal.headline = "2026年度社会组织评估报名截止2026年3月31日";
         portal.headline_path = "/ztzl/shzzpg/";
       },
       {"content.unrotated", "/#headline-event", "2026-05-01", "2026-05-02", "2026-05-13 09:00", "2026-05-13",
        "told 30 days after the day it names, so from 1 May on; whole round 26.4 h; C 13.2 h"}},
      {"2026-03-20 18:00",
       "news stop; the last is of Friday, 20 March",
       [](Portal& portal) { portal.has_news = false; },
       {"column.stale", "工作动态", "2026-03-28", "2026-03-29", "2026-04-01 10:00", "2026-04-02",
        "7 days are over when 28 March begins; I 26.4 h, L 12 h; C 26.4 h"}},
      {"2026-04-01 09:00", "news go on", [](Portal& portal) { portal.has_news = true; }},
      {"2026-04-07 11:00",
       "a consultation until 8 May, said to be open",
       [](Portal& portal) {
         portal.publish(
             "ask", day_of("2026-04-07"), kDraft,
             "<p>为加强养老服务工作，县民政局起草了《巡查县养老服务条例（草案）》，现向社会公开征求意见。</p>"
             "<p>征集时间：2026年4月7日至2026年5月8日。当前状态：正在征集，欢迎提出意见。</p>");
       },
       {"content.unrotated", kDraft, "2026-05-16", "2026-05-17", "2026-06-10 10:00", "2026-06-11",
        "a week is given, to 15 May; whole round 26.4 h, L 12 h, H; C 19.2 h"}},
      {"2026-04-20 10:00", "the repealed document is marked",
       [](Portal& portal) { text_of(portal, kOldRule).validity = "废止"; }},
      {"2026-04-25 22:00", "a redesign overnight: all templates, classes, styles; the same texts and addresses",
       [](Portal& portal) { portal.is_redesigned = true; }},
      {"2026-05-06 10:00", "the column of figures moves; the old address leads there",
       [](Portal& portal) { portal.move_column("figures", "/sjfb/tjsj/", Portal::OldAddress::kRedirects); }},
      {"2026-05-13 09:00", "the headline is news again", [](Portal& portal) { portal.turns_headline = true; }},
      {"2026-05-18 10:00", "the column of guides moves; nothing is left at its old address",
       [](Portal& portal) { portal.move_column("guide", "/zwfw/bszn/", Portal::OldAddress::kGone); }},
      {"2026-05-20 11:00",
       "a text of March 2025 is shown as news of today",
       [](Portal& portal) {
         portal.publish(
             "news", day_of("2026-05-20"), kOldNews,
             "<p>为增强老人安全意识，县民政局在敬老院开展消防安全演练，讲解灭火器使用方法和逃生要领。</p>"
             "<p>演练后，工作人员逐一检查用电线路和消防设施，对发现的隐患当场提出整改意见，限期整改到位。</p>"
             "<p style='text-align:right'>巡查县民政局</p><p style='text-align:right'>2025年3月12日</p>",
             day_of("2025-03-12"));
       },
       {"content.backdated", kOldNews, "2026-05-20", "2026-05-22", "2026-06-03 10:00", "2026-06-04",
        "the list of news is read within 26.4 h (the home page shows it sooner), L 12 h, H; C 19.2 h"}},
      {"2026-06-03 10:00", "it is shown by its own day",
       [](Portal& portal) { text_of(portal, kOldNews).shown = day_of("2025-03-12"); }},
      {"2026-06-08 10:00",
       "readings of policy are emptied: 暂无信息",
       [](Portal& portal) { portal.columns.at("reading").is_blank = true; },
       {"column.blank", "政策解读", "2026-06-08", "2026-06-16", "2026-06-24 10:00", "2026-07-02",
        "I 184.8 h, L 12 h; C 184.8 h"}},
      {"2026-06-10 10:00", "the consultation is closed with a result",
       [](Portal& portal) {
         text_of(portal, kDraft).body += "<p>结果反馈：共收到意见十二条，采纳九条，未采纳三条并已说明理由。</p>";
       }},
      {"2026-06-15 18:00",
       "the carousel stays as it is",
       [](Portal& portal) { portal.turns_carousel = false; },
       {"content.unrotated", "/#carousel", "2026-07-16", "2026-07-17", "2026-07-29 10:00", "2026-07-29",
        "its newest picture is of 15 June: 30 days are over when 16 July begins; whole round 26.4 h; C 6.6 h"}},
      {"2026-06-24 10:00", "readings of policy are there again",
       [](Portal& portal) { portal.columns.at("reading").is_blank = false; }},
      {"2026-06-30 23:59",
       "a document's validity ends; its page is not marked",
       [](Portal&) {},
       {"content.expired", kShortRule, "2026-07-31", "2026-08-01", "2026-09-02 10:00", "2026-09-03",
        "a month is given, to 30 July; whole round 26.4 h, L 12 h, H; C 19.2 h"}},
      {"2026-07-06 10:00",
       "the column of staff is removed for good, list, texts and links",
       [](Portal& portal) { portal.columns.at("staff").is_removed = true; },
       {"column.lost", "人事信息", "2026-07-06", "2026-07-14", "2026-08-05 10:00", "2026-08-16",
        "pages that were read before lead there still: it is asked for itself, I 184.8 h, L 12 h; it never comes "
        "back, and thirty days after it went it is taken for removed"}},
      {"2026-07-29 10:00", "the carousel turns again",
       [](Portal& portal) {
         portal.turns_carousel = true;
         portal.turn_carousel();
       }},
      {"2026-08-26 10:00", "a notice appears",
       [](Portal& portal) {
         portal.has_notices = true;
         portal.publish("notice", day_of("2026-08-26"), "关于开展秋季婚姻登记预约工作的通知");
       }},
      {"2026-09-01 18:00",
       "the home page is no longer made anew; the columns are",
       [](Portal& portal) { portal.freeze_home(); },
       {"home.stale", "/", "2026-09-16", "2026-09-17", "2026-09-24 09:00", "2026-09-24",
        "14 days are over when 16 September begins; whole round 26.4 h, L 12 h, H; C 13.2 h"}},
      {"2026-09-02 10:00", "the document past its validity is marked",
       [](Portal& portal) { text_of(portal, kShortRule).validity = "失效"; }},
      {"2026-09-24 09:00", "the home page is well", [](Portal& portal) { portal.thaw_home(); }},
      {"2026-10-01 00:00", "National Day: no news from 1 to 7 October; the first day's is of the afternoon",
       [](Portal& portal) { portal.hour_of_work = 16; }},
      {"2026-10-09 00:00", "news before noon again", [](Portal& portal) { portal.hour_of_work = 10; }},
      {"2026-10-12 09:00", "an old text is pinned above the news, whose list shows no years",
       [](Portal& portal) {
         std::vector<std::string>& news = portal.columns.at("news").texts;
         portal.columns.at("news").pinned =
             portal.publish("news", day_of("2026-01-20"), "2025年度政府网站工作年度报表");
         news.erase(news.begin());
       }},
      {"2026-11-03 20:00",
       "three days out of reach",
       [](Portal& portal) { portal.is_out_of_reach = true; },
       {"site.unreachable", "/", "2026-11-05", "2026-11-05", "2026-11-06 20:00", "2026-11-07",
        "four sights, 10 min, 6 h and 24 h apart, the first within 6.6 h; C 6.6 h"}},
      {"2026-11-06 20:00", "there again", [](Portal& portal) { portal.is_out_of_reach = false; }},
      {"2026-11-20 09:00", "nothing is pinned above the news any more",
       [](Portal& portal) { portal.columns.at("news").pinned.clear(); }},
      {"2027-01-01 00:00", "New Year again, in a year whose calendar is not known yet", [](Portal&) {}},
  };
  return rows;
}

// Silence must not look like health: on these days, when nothing has been the matter with a column for longer than its
// interval, each is judged and fresh.
const std::set<std::string> kAllFresh = {
    "2026-01-08",  // after New Year
    "2026-02-28",  // after Spring Festival
    "2026-05-05",  // after the redesign
    "2026-06-05",  // after two columns moved
    "2026-10-11",  // after National Day
    "2027-01-10",
};

// --- what is told ----------------------------------------------------------------------------------------------------

// Nobody doubts our own network.
class WellNetwork final : public OwnNetwork {
 public:
  void ask(Family, Handler handler) override { handler(NetworkState::kWell); }
};

class Year : public testing::Test {
 protected:
  Year() : harness(time_of(kBegin), &network), portal(day_of(kBegin)) {
    harness.web().set_rest([this](const FetchRequest& request) {
      if (portal.is_out_of_reach && request.url.host() == kHost) {
        return test::failure(TransportError::kConnectTimeout);
      }
      return portal.answer(request.url, today());
    });
    ConfigurationReading reading =
        parse_configuration("sites: [{home: \"" + std::string(kHomeUrl) + "\"}]\n", "year.yml");
    EXPECT_TRUE(reading.faults.empty());
    harness.configure(std::make_shared<const Configuration>(std::move(reading.configuration)));
  }

  CivilDay today() { return beijing_day(harness.clock().wall()); }
  void pass_until(WallTime time) {
    if (time > harness.clock().wall()) harness.pass(time - harness.clock().wall());
  }
  std::vector<ColumnRecord> columns() { return harness.store().columns(*harness.store().find_site(kHost)).value(); }

  // "column.stale 通知公告"
  std::string name_of(const Finding& finding) {
    std::string subject = finding.subject;
    if (finding.rule == "column.lost") {  // the column may be forgotten
      subject = finding.evidence.excerpt;
    } else if (finding.rule.starts_with("column.")) {
      for (const ColumnRecord& column : columns()) {
        if (column.id == finding.subject) subject = column.name;
      }
    } else if (subject.starts_with(kHomeUrl)) {
      subject.erase(0, std::string_view(kHomeUrl).size() - 1);
      if (const auto text = portal.texts.find(subject); text != portal.texts.end()) subject = text->second.title;
    }
    return finding.rule + " " + subject;
  }
  static const Row* row_of(const std::string& name) {
    for (const Row& row : the_year()) {
      if (!row.duty.rule.empty() && row.duty.rule + " " + row.duty.subject == name) return &row;
    }
    return nullptr;
  }

  // At the end of a day: is told what must be told, and nothing else?
  void look(CivilDay day) {
    std::set<std::string> open;
    for (const Finding& finding : harness.store().findings(*harness.store().find_site(kHost)).value()) {
      if (!finding.opened) continue;
      const std::string name = name_of(finding);
      if (finding.state == FindingState::kOpen) open.insert(name);
      const Row* row = row_of(name);
      if (row == nullptr) {
        if (strange.insert(name).second) {
          ADD_FAILURE() << format_day(day) << ": " << name << " is told, at " << format_beijing(*finding.opened)
                        << ", compared " << finding.evidence.compared << ", limit " << finding.evidence.limit << ", "
                        << finding.evidence.excerpt;
        }
        continue;
      }
      look_at(finding, name, *row);
    }
    for (const Row& row : the_year()) {
      const Duty& duty = row.duty;
      if (duty.rule.empty()) continue;
      const std::string name = duty.rule + " " + duty.subject;
      const bool must_stand =
          day >= day_of(duty.last) && (duty.mended.empty() || day < day_of(duty.mended)) && !open.contains(name);
      if (must_stand && strange.insert(name).second) {
        ADD_FAILURE() << format_day(day) << ": " << name << " is not told: " << row.what << " (" << duty.why << ")";
      }
      const bool must_be_gone = !duty.mended.empty() && day >= day_of(duty.cleared_by) && open.contains(name);
      if (must_be_gone && strange.insert(name + " gone").second) {
        ADD_FAILURE() << format_day(day) << ": " << name << " is not cleared (" << duty.why << ")";
      }
    }
  }
  void expect_fresh(const std::string& date) {
    for (const ColumnRecord& column : columns()) {
      EXPECT_EQ(column_verdict_name(column.verdict), "fresh") << date << ": " << column.name << " " << column.reason;
    }
  }
  // Once for each time it was told or cleared.
  void look_at(const Finding& finding, const std::string& name, const Row& row) {
    const Duty& duty = row.duty;
    if (told[name] != *finding.opened) {
      told[name] = *finding.opened;
      ++tellings;
      const CivilDay opened = beijing_day(*finding.opened);
      std::printf("  %s  told  %s\n", format_beijing(*finding.opened).c_str(), name.c_str());
      EXPECT_EQ(finding.episode, 1u) << name << " is told again";
      EXPECT_GE(opened, day_of(duty.first)) << name << " (" << duty.why << ")";
      EXPECT_LE(opened, day_of(duty.last)) << name << " (" << duty.why << ")";
    }
    if (finding.state != FindingState::kClosed || !finding.closed || cleared[name] == *finding.closed) return;
    cleared[name] = *finding.closed;
    std::printf("  %s  clear %s\n", format_beijing(*finding.closed).c_str(), name.c_str());
    EXPECT_FALSE(duty.mended.empty()) << name << " is cleared, at " << format_beijing(*finding.closed);
    if (duty.mended.empty()) return;
    EXPECT_GE(*finding.closed, time_of(duty.mended)) << name << " is cleared before it is mended";
    EXPECT_LE(beijing_day(*finding.closed), day_of(duty.cleared_by)) << name << " (" << duty.why << ")";
  }

  WellNetwork network;
  test::DeskHarness harness;
  Portal portal;
  std::set<std::string> strange;
  std::map<std::string, WallTime> told;
  std::map<std::string, WallTime> cleared;
  std::size_t tellings = 0;
};

TEST_F(Year, IsFoundAndClearedOnTheRightDaysAndNothingElseIsTold) {
  if (kSlowness > 1) GTEST_SKIP() << "minutes of a sanitized build; the simulation plays months there";
  std::size_t next = 0;
  std::size_t requests = 0;
  const std::vector<Row>& rows = the_year();
  ASSERT_TRUE(std::is_sorted(rows.begin(), rows.end(),
                             [](const Row& left, const Row& right) { return left.time < right.time; }));
  for (sys_days day = sys_days(day_of(kBegin)); day < sys_days(day_of(kEnd)); day += days(1)) {
    const std::string date = format_day(day);
    bool has_worked = false;
    const auto work = [&] {
      pass_until(time_of(date + (portal.hour_of_work == 10 ? " 10:00" : " 16:00")));
      portal.work(day);
      has_worked = true;
    };
    for (; next < rows.size() && rows[next].time.substr(0, 10) == date; ++next) {
      if (!has_worked && rows[next].time.substr(11) >= std::to_string(portal.hour_of_work) + ":00") work();
      pass_until(time_of(rows[next].time));
      rows[next].act(portal);
    }
    if (!has_worked) work();
    pass_until(time_of(date + " 00:00") + hours(24));
    look(day);
    if (kAllFresh.contains(date)) expect_fresh(date);
    requests += harness.web().log().size();
    harness.web().clear_log();
    // Once a month the machine is started anew.
    if (date.ends_with("-01")) harness.restart();
  }
  EXPECT_EQ(next, rows.size());
  EXPECT_LT(requests, 13'500u) << "what is told must not cost the portal more: 30 a day are its plan";

  // Columns keep their ids through moves, redesign and holidays: those that were there are those that are, but for the
  // one that was removed.
  std::set<std::string> names;
  for (const ColumnRecord& column : columns()) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name << " stands twice: " << column.url;
  }
  EXPECT_EQ(names, (std::set<std::string>{"工作动态", "通知公告", "政策文件", "政策解读", "统计数据", "办事指南",
                                          "民意征集"}));
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  std::printf("  %zu days, %zu told, %zu requests, %.1f CPU-seconds\n",
              static_cast<std::size_t>((sys_days(day_of(kEnd)) - sys_days(day_of(kBegin))).count()), tellings, requests,
              static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9);
}

}  // namespace
}  // namespace xuncha::year
