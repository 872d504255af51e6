#include "daemon/mail/mail_desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "storage/outbox.h"
#include "tests/support/mail_office.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::Office;
using test::ReadMail;
using Urls = std::vector<std::string>;

constexpr const char* kSite = "www.example.gov.cn";
constexpr const char* kBoss = "boss@example.gov.cn";
constexpr const char* kClerk = "clerk@example.gov.cn";

std::vector<OutboxRecord> mails_in(const Office& office) {
  return Outbox(*office.store).mails().value();
}

// One site, one recipient, at eight in the morning.
class Desk : public testing::Test {
 protected:
  Desk() {
    office.add_site(kSite);
    office.add_route({kBoss});
    office.configure();
  }
  Urls urls(std::vector<std::string> names) const {
    Urls urls;
    for (const std::string& name : names) urls.push_back(Office::url(kSite, name));
    return urls;
  }
  void pass(Milliseconds time, MailOutcome outcome = MailOutcome::kAccepted) {
    ASSERT_NO_FATAL_FAILURE(office.pass(time, outcome));
  }

  Office office;
};

// --- digests ------------------------------------------------------------------------------------------------------

TEST_F(Desk, a_digest_at_half_past_eight_tells_what_opened_and_later_what_closed) {
  office.open(kSite, "a");
  office.open(kSite, "b");
  pass(minutes(29));
  EXPECT_TRUE(office.inbox.empty());
  pass(minutes(2));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].to, kBoss);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a", "b"}));
  office.set_state(kSite, "a", FindingState::kClosed);
  office.open(kSite, "c");
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"c"}));
  EXPECT_EQ(office.inbox[1].under("未整改"), urls({"b"}));
  EXPECT_EQ(office.inbox[1].under("已恢复"), urls({"a"}));
  EXPECT_NE(office.inbox[0].message_id, office.inbox[1].message_id);
  EXPECT_EQ(office.desk->counts().sent, 2u);
  EXPECT_EQ(office.desk->counts().waiting, 0u);
}

TEST_F(Desk, House_without_news_there_is_no_mail_but_a_reminder_each_week) {
  office.open(kSite, "a");
  pass(hours(1));
  EXPECT_EQ(office.inbox.size(), 1u);
  pass(hours(24 * 6));
  EXPECT_EQ(office.inbox.size(), 1u);
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("未整改"), urls({"a"}));
  office.set_state(kSite, "a", FindingState::kClosed);
  pass(hours(24 * 30));
  EXPECT_EQ(office.inbox.size(), 3u);
}

TEST_F(Desk, what_opens_and_closes_between_two_digests_is_not_told) {
  office.open(kSite, "a");
  office.set_state(kSite, "a", FindingState::kClosed);
  pass(hours(48));
  EXPECT_TRUE(office.inbox.empty());
}

TEST_F(Desk, a_relapse_is_news) {
  office.open(kSite, "a");
  pass(hours(1));
  office.set_state(kSite, "a", FindingState::kClosed);
  office.open(kSite, "a");
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"a"}));
}

TEST_F(Desk, a_fault_that_is_known_of_stays_listed_and_its_closing_is_told) {
  office.open(kSite, "a");
  office.set_state(kSite, "a", FindingState::kAcknowledged);
  office.open(kSite, "b");
  pass(hours(1));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("未整改"), urls({"a"}));
  office.set_state(kSite, "a", FindingState::kMended);
  office.set_state(kSite, "a", FindingState::kClosed);
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("已恢复"), urls({"a"}));
}

TEST_F(Desk, several_times_of_the_day_make_several_digests) {
  office.configuration.mail->routes[0].digest = {minutes(8 * 60 + 30), minutes(17 * 60)};
  office.configure();
  office.open(kSite, "a");
  pass(hours(1));
  office.open(kSite, "b");
  pass(hours(7));
  EXPECT_EQ(office.inbox.size(), 1u);
  pass(hours(2));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"b"}));
}

TEST_F(Desk, routes_choose_by_site_unit_severity_and_rule) {
  office.add_site("b.example.gov.cn", "民政局");
  office.configuration.mail->routes[0].severity = Severity::kMajor;
  office.add_route({kClerk}).units = {"民政局"};
  office.add_route({"links@example.gov.cn"}).rules = {"link.wrong"};
  office.configure();
  office.open(kSite, "a");
  office.open(kSite, "minor", Severity::kMinor);
  office.open("b.example.gov.cn", "x", Severity::kMinor);
  office.open(kSite, "w", Severity::kMinor, "link.wrong");
  pass(hours(1));
  std::map<std::string, Urls> told;
  for (const ReadMail& mail : office.inbox) told[mail.to] = mail.under("新发现");
  EXPECT_EQ(told.size(), 3u);
  EXPECT_EQ(told[kBoss], urls({"a"}));
  EXPECT_EQ(told[kClerk], (Urls{Office::url("b.example.gov.cn", "x")}));
  EXPECT_EQ(told["links@example.gov.cn"], urls({"w"}));
}

TEST_F(Desk, who_was_told_of_a_case_is_told_of_its_closing_though_it_weighs_less_by_then) {
  office.configuration.mail->routes[0].severity = Severity::kCritical;
  office.configure();
  office.open(kSite, "a", Severity::kCritical);
  pass(hours(1));
  office.open(kSite, "a", Severity::kMinor);  // no longer on the home page
  office.set_state(kSite, "a", FindingState::kClosed);
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("已恢复"), urls({"a"}));
}

TEST_F(Desk, a_recipient_of_two_routes_gets_one_digest) {
  office.add_site("b.example.gov.cn");
  office.configuration.mail->routes[0].sites = {kSite};
  office.add_route({kBoss}).sites = {"b.*"};
  office.configure();
  office.open(kSite, "a");
  office.open("b.example.gov.cn", "x");
  pass(hours(1));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现").size(), 2u);
}

TEST_F(Desk, what_is_ignored_is_not_told_until_the_entry_expires) {
  IgnoreRule ignore;
  ignore.url = Office::url(kSite, "a");
  ignore.until = CivilDay(std::chrono::year(2024), std::chrono::April, std::chrono::day(28));
  office.configuration.sites[0].ignore = {ignore};
  office.configure();
  office.open(kSite, "a", Severity::kCritical);
  pass(hours(60));
  EXPECT_TRUE(office.inbox.empty());
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a"}));
}

TEST_F(Desk, what_opens_under_maintenance_is_told_afterwards) {
  MaintenanceWindow window;
  window.begin = office.clock.wall();
  window.end = office.clock.wall() + hours(12);
  office.configuration.sites[0].maintenance = {window};
  office.configure();
  office.open(kSite, "a");
  office.open(kSite, "b", Severity::kCritical);
  pass(hours(12));
  EXPECT_TRUE(office.inbox.empty());
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a", "b"}));
}

TEST_F(Desk, while_a_site_is_down_its_links_are_no_news) {
  office.open(kSite, "", Severity::kCritical, "site.unreachable");
  office.open(kSite, "a");
  pass(hours(1));
  ASSERT_EQ(office.inbox.size(), 1u);  // the urgent one: the digest would say nothing new
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({""}));
  office.set_state(kSite, "", FindingState::kClosed, "site.unreachable");
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"a"}));
  EXPECT_EQ(office.inbox[1].under("已恢复"), urls({""}));
}

TEST_F(Desk, a_site_that_is_up_but_fails_by_the_week_holds_no_news_back) {
  office.open(kSite, "", Severity::kCritical, "site.unreachable", Reason{});
  office.open(kSite, "a");
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"a"}));
}

// --- urgent mails -------------------------------------------------------------------------------------------------

TEST_F(Desk, critical_openings_of_five_minutes_are_one_urgent_mail) {
  pass(hours(2));
  office.open(kSite, "a", Severity::kCritical);
  office.open(kSite, "minor");
  pass(minutes(4));
  office.open(kSite, "b", Severity::kCritical);
  EXPECT_TRUE(office.inbox.empty());
  pass(minutes(1));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a", "b"}));
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"minor"}));
  EXPECT_EQ(office.inbox[1].under("未整改"), urls({"a", "b"}));
}

TEST_F(Desk, a_critical_case_that_closes_within_the_wait_is_not_told) {
  pass(hours(2));
  office.open(kSite, "a", Severity::kCritical);
  office.set_state(kSite, "a", FindingState::kClosed);
  pass(hours(48));
  EXPECT_TRUE(office.inbox.empty());
}

TEST_F(Desk, a_critical_case_survives_a_death_within_the_wait) {
  pass(hours(2));
  office.open(kSite, "a", Severity::kCritical);
  pass(minutes(2));
  office.restart();
  pass(minutes(6));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a"}));
}

TEST_F(Desk, at_most_twenty_mails_an_hour_and_what_is_over_comes_as_one) {
  office.times.gather = Milliseconds(0);
  office.restart();
  pass(hours(2));
  for (int number = 0; number < 55; ++number) {
    office.open(kSite, "c" + std::to_string(number), Severity::kCritical);
    pass(minutes(1));
  }
  EXPECT_EQ(office.inbox.size(), 20u);
  pass(minutes(10));
  ASSERT_GE(office.inbox.size(), 21u);
  EXPECT_EQ(office.inbox[20].under("新发现").size(), 35u) << "the overflow is one summary";
  EXPECT_EQ(office.inbox.size(), 21u);
}

TEST_F(Desk, a_case_of_a_digest_in_the_making_is_not_told_in_an_urgent_mail_too) {
  for (int number = 0; number < 50; ++number) office.add_site("s" + std::to_string(number) + ".example.gov.cn");
  office.configure();
  office.times.gather = minutes(1);
  office.restart();
  pass(minutes(28));
  office.clock.slow_down(limits::kMailScanSlice);  // one site a tick
  office.open(kSite, "a", Severity::kCritical);
  office.clock.pass(minutes(2));
  for (int turn = 0; turn < 10; ++turn) office.tick();
  EXPECT_TRUE(office.inbox.empty());
  office.clock.pass(minutes(5));  // urgent by now, while the digest is half made
  for (int turn = 0; turn < 100; ++turn) office.tick();
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("新发现"), urls({"a"}));
}

// --- a server that does not take them -----------------------------------------------------------------------------

TEST_F(Desk, days_without_a_server_lose_nothing_and_end_without_a_storm) {
  office.configuration.mail->routes[0].to.push_back({"", kClerk});
  office.configure();
  std::set<std::string> opened;
  for (int day = 0; day < 4; ++day) {
    for (int number = 0; number < 10; ++number) {
      const std::string name = "d" + std::to_string(day) + "n" + std::to_string(number);
      office.open(kSite, name, number == 0 ? Severity::kCritical : Severity::kMajor);
      opened.insert(Office::url(kSite, name));
    }
    pass(hours(24), MailOutcome::kUnreachable);
  }
  EXPECT_TRUE(office.inbox.empty());
  EXPECT_EQ(office.desk->counts().waiting, 4u) << "a digest and an urgent mail of each";
  EXPECT_LT(office.tries, 40) << "one server is tried for all, ever more seldom";
  EXPECT_EQ(office.desk->counts().dropped, 0u);
  pass(hours(7));
  EXPECT_LE(office.inbox.size(), 8u);
  pass(hours(24));
  for (const char* recipient : {kBoss, kClerk}) {
    std::map<std::string, int> told;
    for (const ReadMail& mail : office.inbox) {
      if (mail.to != recipient) continue;
      for (const std::string& url : mail.under("新发现")) ++told[url];
    }
    EXPECT_EQ(told.size(), opened.size());
    for (const auto& [url, times] : told) EXPECT_EQ(times, 1) << url;
  }
}

TEST_F(Desk, a_mail_that_is_not_taken_now_is_tried_again_later_and_later_under_one_name) {
  office.open(kSite, "a");
  pass(minutes(30), MailOutcome::kNotNow);
  EXPECT_EQ(office.tries, 1);
  const auto first = Outbox(*office.store).mails().value();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].next_try, office.clock.wall() + minutes(5));
  EXPECT_EQ(first[0].last_error, "RCPT: 451 later");
  pass(minutes(5), MailOutcome::kNotNow);
  EXPECT_EQ(office.tries, 2);
  pass(minutes(9), MailOutcome::kNotNow);
  EXPECT_EQ(office.tries, 2);
  pass(minutes(1));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].message_id, first[0].message_id);
  EXPECT_EQ(office.desk->counts().deferred, 2u);
}

TEST_F(Desk, House_a_mail_that_is_put_off_for_a_week_is_given_up_and_the_next_digest_lists_its_cases) {
  office.open(kSite, "a");
  pass(hours(24 * 7 + 8), MailOutcome::kNotNow);
  EXPECT_EQ(office.desk->counts().dropped, 1u);
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 1u);
  EXPECT_EQ(office.inbox[0].under("未整改"), urls({"a"}));
}

TEST_F(Desk, one_recipient_refused_does_not_keep_the_others_waiting_and_is_kept_to_be_seen) {
  office.configuration.mail->routes[0].to.push_back({"", kClerk});
  office.configure();
  office.open(kSite, "a");
  office.tick();
  office.clock.pass(minutes(30));
  for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(office.desk->tick(office.clock.wall()).ok());
  ASSERT_EQ(office.mailer->items.size(), 1u) << "one at a time";
  auto first = std::move(office.mailer->items.front());
  office.mailer->items.pop_front();
  first.on_result({MailOutcome::kRefused, "RCPT: 550 no such user", {}});
  ASSERT_EQ(office.mailer->items.size(), 1u);
  EXPECT_NE(office.mailer->items[0].job.to, first.job.to);
  office.mailer->items[0].on_result({MailOutcome::kAccepted, "", {}});
  EXPECT_EQ(office.desk->counts().refused, 1u);
  EXPECT_EQ(office.desk->counts().sent, 1u);
  for (const OutboxRecord& mail : mails_in(office)) {
    const bool is_refused = mail.recipient == first.job.to;
    EXPECT_EQ(mail.state, is_refused ? MailState::kFailed : MailState::kSent);
    EXPECT_EQ(mail.last_error, is_refused ? "RCPT: 550 no such user" : "");
    EXPECT_EQ(Outbox(*office.store).text(mail.message_id).value().has_value(), is_refused);
  }
}

TEST_F(Desk, what_ended_a_month_ago_is_forgotten) {
  office.open(kSite, "a");
  pass(hours(1));
  EXPECT_EQ(Outbox(*office.store).mails().value().size(), 1u);
  pass(hours(24 * 33));  // with a reminder each week
  for (const OutboxRecord& mail : mails_in(office)) {
    EXPECT_LT(office.clock.wall() - *mail.ended, limits::kMailKept + hours(25));
  }
  EXPECT_EQ(office.inbox.size(), 5u);
  EXPECT_EQ(Outbox(*office.store).mails().value().size(), 4u);
}

// --- configuration and clock --------------------------------------------------------------------------------------

TEST_F(Desk, a_recipient_who_comes_later_is_told_all_that_is_open_at_the_next_digest) {
  office.open(kSite, "a");
  pass(hours(1));
  office.add_route({kClerk});
  office.configure();
  pass(hours(23));
  EXPECT_EQ(office.inbox.size(), 1u);
  pass(hours(1));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox[1].to, kClerk);
  EXPECT_EQ(office.inbox[1].under("新发现"), urls({"a"}));
}

TEST_F(Desk, a_reload_forgets_nothing_that_was_told) {
  office.open(kSite, "a");
  pass(hours(1));
  office.configuration.mail->routes.clear();
  office.configure();
  pass(hours(24));
  office.add_route({kBoss});
  office.configure();
  pass(hours(48));
  EXPECT_EQ(office.inbox.size(), 1u);
}

TEST_F(Desk, without_a_mail_section_nothing_is_made_and_what_waits_goes_on_waiting) {
  office.open(kSite, "a");
  pass(minutes(31), MailOutcome::kUnreachable);
  office.configuration.mail.reset();
  office.configure();
  EXPECT_EQ(office.desk->wake_at(), WallTime::max());
  const int tries = office.tries;
  pass(hours(24));
  EXPECT_EQ(office.tries, tries);
  EXPECT_EQ(office.desk->counts().waiting, 1u);
}

TEST_F(Desk, an_address_that_no_server_would_take_is_left_out) {
  office.configuration.mail->routes[0].to.push_back({"", "x@[::1]"});
  office.configure();
  office.open(kSite, "a");
  pass(hours(1));
  EXPECT_EQ(office.inbox.size(), 1u);
}

TEST_F(Desk, a_clock_that_jumps_neither_silences_nor_floods) {
  office.open(kSite, "a");
  pass(hours(1));
  office.clock.set(office.clock.wall() + hours(24 * 3650));  // ten years ahead
  pass(hours(24));
  office.open(kSite, "b");
  pass(hours(24));
  const std::size_t before = office.inbox.size();
  EXPECT_LE(before, 4u);
  office.clock.set(test::kOfficeOpens + hours(50));  // and back
  pass(minutes(1));
  office.open(kSite, "c");
  pass(hours(30));
  ASSERT_EQ(office.inbox.size(), before + 1);
  EXPECT_EQ(office.inbox.back().under("新发现"), urls({"c"}));
  office.open(kSite, "d", Severity::kCritical);
  office.clock.set(office.clock.wall() - hours(2));
  pass(minutes(6));
  EXPECT_EQ(office.inbox.back().under("新发现"), urls({"d"}));
}

TEST_F(Desk, a_mail_that_waits_is_not_held_up_by_a_clock_that_went_back) {
  office.open(kSite, "a");
  pass(minutes(31), MailOutcome::kNotNow);
  office.clock.set(office.clock.wall() - hours(24 * 365));
  pass(minutes(1));
  EXPECT_EQ(office.inbox.size(), 1u);
}

TEST_F(Desk, a_certificate_is_news_again_each_time_that_its_end_comes_nearer_and_only_then) {
  office.open(kSite, "", Severity::kMajor, "site.tls", {});
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 1u);
  pass(hours(1));
  office.set_state(kSite, "", FindingState::kOpen, "site.tls");  // 14 days before its end, say
  pass(hours(24));
  ASSERT_EQ(office.inbox.size(), 2u);
  EXPECT_EQ(office.inbox.back().under("新发现"), urls({""}));
  pass(hours(48));
  EXPECT_EQ(office.inbox.size(), 2u);
}

// Found by the simulation: after a clock was set back the next round dates a case's times ahead as now, which is later
// than the mail that told of it meanwhile.
TEST_F(Desk, what_was_told_is_no_news_when_a_clock_that_went_back_has_it_dated_anew) {
  office.open(kSite, "", Severity::kMajor, "site.tls", {ReasonCode::kTlsExpired, 0});
  office.clock.set(office.clock.wall() - hours(95));
  pass(minutes(1));
  ASSERT_EQ(office.inbox.size(), 1u);
  const SiteHandle site = office.store->site(kSite).value();
  std::vector<Finding> findings = office.store->findings(site).value();
  ASSERT_EQ(findings.size(), 1u);
  findings[0].last_transition = office.clock.wall();
  Visit visit;
  visit.site = site;
  visit.findings = findings;
  ASSERT_TRUE(office.store->commit(visit).ok());
  pass(hours(48));
  EXPECT_EQ(office.inbox.size(), 1u);
}

// --- the promise --------------------------------------------------------------------------------------------------

// Random steps of cases, servers and deaths. Whatever happens: a case's opening, and its closing, is told to a
// recipient in one mail and no other; a mail arrives twice only after a death between the server's yes and its being
// noted.
TEST(DeskPromise, no_notice_under_two_names_and_at_most_one_repeat_a_death) {
  const unsigned seeds = kSlowness > 1 ? 2 : 6;  // a store is opened hundreds of times
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Office office;
    office.add_site(kSite);
    office.add_site("b.example.gov.cn");
    office.add_route({kBoss, kClerk});
    office.configuration.mail->routes[0].digest = {minutes(0), minutes(8 * 60), minutes(16 * 60)};
    office.configure();
    int repeats = 0;
    std::map<std::string, int> state;  // of a case: 0 never, 1 open, 2 closed
    std::map<std::string, int> openings;
    for (int step = 0; step < 300; ++step) {
      const std::string site = random() % 2 == 0 ? kSite : "b.example.gov.cn";
      const std::string name = "c" + std::to_string(random() % 12);
      const std::string url = Office::url(site, name);
      switch (random() % 6) {
        case 0:
        case 1:
          if (state[url] == 1) break;
          office.open(site, name, random() % 3 == 0 ? Severity::kCritical : Severity::kMinor);
          state[url] = 1;
          ++openings[url];
          break;
        case 2:
          if (state[url] != 1) break;
          office.set_state(site, name, FindingState::kClosed);
          state[url] = 2;
          break;
        case 3: {  // the server takes a mail, and we die before we know
          ASSERT_TRUE(office.desk->tick(office.clock.wall()).ok());
          if (!office.mailer->items.empty()) {
            const MailJob& job = office.mailer->items[0].job;
            office.inbox.push_back(test::read_mail_text(job.to, job.text));
            ++repeats;
          }
          office.restart();
          break;
        }
        case 4:
          office.restart();
          break;
        default:
          office.clock.pass(minutes(random() % 300));
          office.tick(static_cast<MailOutcome>(random() % 5 == 0 ? 1 + random() % 4 : 0));
      }
      if (HasFatalFailure()) return;
    }
    office.pass(hours(24 * 3));
    std::map<std::string, int> arrivals;                                        // by Message-ID
    std::map<std::pair<std::string, std::string>, std::set<std::string>> told;  // (recipient, opening) -> Message-IDs
    for (const ReadMail& mail : office.inbox) {
      ++arrivals[mail.message_id];
      for (const std::string& url : mail.under("新发现")) told[{mail.to, url}].insert(mail.message_id);
    }
    int repeated = 0;
    for (const auto& [message_id, times] : arrivals) repeated += times - 1;
    EXPECT_LE(repeated, repeats);
    for (const auto& [key, names] : told) EXPECT_LE(names.size(), static_cast<std::size_t>(openings[key.second]));
    // Nothing is lost: what is open was told to both, in a mail that arrived or that was refused for good.
    std::set<std::string> refused;
    for (const OutboxRecord& mail : mails_in(office)) {
      if (mail.state == MailState::kFailed) refused.insert(mail.message_id);
      EXPECT_NE(mail.state, MailState::kWaiting);
    }
    for (const auto& [url, now] : state) {
      if (now != 1) continue;
      for (const char* recipient : {kBoss, kClerk}) {
        const std::string site = url.find("b.example") == std::string::npos ? kSite : "b.example.gov.cn";
        const auto notice = Outbox(*office.store).notice(recipient, finding_id(site, "link.broken", url)).value();
        ASSERT_TRUE(notice) << url;
        EXPECT_TRUE(arrivals.contains(notice->message_id) || refused.contains(notice->message_id)) << url;
      }
    }
  }
}

}  // namespace
}  // namespace xuncha
