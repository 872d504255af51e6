#include "daemon/mail/digest.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "core/limits.h"
#include "daemon/mail/digest_items.h"
#include "daemon/mail/mail_texts.h"
#include "daemon/mail/message.h"
#include "daemon/report/escape.h"
#include "detectors/registry.h"
#include "tests/support/mail_reader.h"

namespace xuncha {
namespace {

constexpr WallTime kNow = WallTime(Milliseconds(1'714'091'400'000));  // 2024-04-26 08:30 in Beijing
constexpr Milliseconds kHour = std::chrono::hours(1);

Finding make(const std::string& rule, const std::string& subject, const std::string& reason,
             const std::string& site = "www.example.gov.cn") {
  Evidence evidence;
  for (const int hours : {9, 3}) {
    Attempt attempt;
    attempt.at = kNow - hours * kHour;
    attempt.status = reason == "http_404" ? 404 : 0;
    attempt.error = reason == "http_404" ? "" : "timeout";
    evidence.attempts.push_back(attempt);
  }
  Finding finding = make_finding(site, rule, subject, subject, *parse_reason(reason), Severity::kMajor, evidence, kNow);
  finding.state = FindingState::kOpen;
  finding.opened = kNow - 3 * kHour;
  finding.last_seen = kNow - kHour;
  finding.where = {{"https://www.example.gov.cn/index.html", "通知公告", Region::kMain, "a", 12}};
  finding.where_total = 1;
  return finding;
}

Finding dead_link(int number) {
  return make("link.broken", "https://www.example.gov.cn/p" + std::to_string(number) + ".html", "http_404");
}

Digest digest_of(std::vector<DigestCase> cases) {
  Digest digest;
  digest.now = kNow;
  digest.since = kNow - 24 * kHour;
  digest.sites["www.example.gov.cn"] = {"示例市人民政府", "示例市政务服务和数据管理局"};
  digest.cases = std::move(cases);
  return digest;
}

nlohmann::json read(const DigestText& words, Language language = Language::kChinese) {
  MailMessage message;
  message.from_address = "xuncha@example.gov.cn";
  message.to_address = "webmaster@example.gov.cn";
  message.subject = words.subject;
  message.message_id = message_id(words.text, message.from_address);
  message.date = kNow;
  message.language = language;
  message.text = words.text;
  message.html = words.html;
  return test::read_mail(write_message(message), XUNCHA_SOURCE_DIR);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// --- what is news -------------------------------------------------------------------------------------------------

TEST(News, is_the_step_from_what_the_recipient_was_told) {
  struct Row {
    FindingState state;
    std::uint32_t episode;
    std::uint32_t told;  // episode; 0: nothing
    std::optional<News> news;
  };
  const Row rows[] = {
      {FindingState::kSuspect, 1, 0, std::nullopt},          {FindingState::kOpen, 1, 0, News::kOpened},
      {FindingState::kOpen, 1, 1, News::kStillOpen},         {FindingState::kOpen, 2, 1, News::kOpened},
      {FindingState::kAcknowledged, 1, 0, News::kStillOpen}, {FindingState::kAcknowledged, 1, 1, News::kStillOpen},
      {FindingState::kMended, 1, 1, News::kStillOpen},       {FindingState::kClosed, 1, 0, std::nullopt},
      {FindingState::kClosed, 1, 1, News::kClosed},          {FindingState::kClosed, 3, 1, News::kClosed},
      {FindingState::kIgnored, 1, 0, std::nullopt},          {FindingState::kIgnored, 1, 1, std::nullopt},
      {FindingState::kSuspect, 2, 1, std::nullopt},
  };
  for (const Row& row : rows) {
    Finding finding = dead_link(1);
    finding.state = row.state;
    finding.episode = row.episode;
    NoticeRecord told;
    told.episode = row.told;
    EXPECT_EQ(news_of(finding, row.told == 0 ? nullptr : &told), row.news)
        << finding_state_name(row.state) << " " << row.episode << " " << row.told;
  }
}

TEST(Digest, House_says_nothing_without_news_until_a_week_has_passed) {
  EXPECT_FALSE(is_worth_mailing(digest_of({})));
  EXPECT_TRUE(is_worth_mailing(digest_of({{News::kOpened, dead_link(1)}})));
  EXPECT_TRUE(is_worth_mailing(digest_of({{News::kClosed, dead_link(1)}})));
  Digest reminder = digest_of({{News::kStillOpen, dead_link(1)}});
  EXPECT_FALSE(is_worth_mailing(reminder));
  reminder.since = kNow - limits::kMailReminder;
  EXPECT_TRUE(is_worth_mailing(reminder));
  reminder.since.reset();
  EXPECT_FALSE(is_worth_mailing(reminder)) << "the recipient was never mailed: nothing to remind of";
  Digest urgent = digest_of({{News::kClosed, dead_link(1)}, {News::kStillOpen, dead_link(2)}});
  urgent.kind = MailKind::kUrgent;
  EXPECT_FALSE(is_worth_mailing(urgent));
}

// --- what an item says --------------------------------------------------------------------------------------------

TEST(Digest, tells_what_where_since_proof_basis_recheck_and_mute) {
  Digest digest = digest_of({{News::kOpened, dead_link(1)}});
  digest.external_url = "https://xuncha.example.gov.cn/";
  const DigestText words = write_digest(digest);
  const nlohmann::json mail = read(words);
  EXPECT_EQ(mail["headers"]["subject"], "【巡查】示例市人民政府：新发现 1 项");
  const std::string must[] = {
      "示例市政务服务和数据管理局",
      "1. [重要] 断链（链接打不开）：404 页面不存在",
      "问题网址：https://www.example.gov.cn/p1.html",
      "所在页面：https://www.example.gov.cn/index.html  链接文字“通知公告”  第 12 行",
      "发现时间：2024-04-26 05:30 确认，最近一次看到是 2024-04-26 07:30",
      "证据：2024-04-25 23:30 至 2024-04-26 05:30 查了 2 次，均返回 404",
      "依据：《政府网站与政务新媒体检查指标》",
      "建议：请核对链接",
      "怎样复核：用浏览器打开“所在页面”，点击链接文字“通知公告”",
      "以第 1 项为例：- {url: \"https://www.example.gov.cn/p1.html\", until: 2024-05-26, reason: \"理由\"}",
      "https://xuncha.example.gov.cn/findings/" + digest.cases[0].finding.id};
  for (const std::string& wanted : must) {
    EXPECT_NE(mail["text"].get<std::string>().find(wanted), std::string::npos) << wanted << "\n" << words.text;
    EXPECT_NE(mail["html_text"].get<std::string>().find(wanted), std::string::npos) << wanted;
  }
  EXPECT_TRUE(mail["defects"].empty()) << mail["defects"];
}

TEST(Digest, links_to_our_pages_and_the_sites_pages_never_to_a_target_that_failed) {
  Digest digest = digest_of(
      {{News::kOpened, dead_link(1)}, {News::kOpened, make("link.hijacked", "http://bad.example.com/x", "gambling")}});
  digest.external_url = "https://xuncha.example.gov.cn/";
  const nlohmann::json mail = read(write_digest(digest));
  std::set<std::string> links;
  for (const auto& link : mail["links"]) links.insert(link.get<std::string>());
  const std::set<std::string> wanted = {"https://www.example.gov.cn/index.html", "https://xuncha.example.gov.cn/",
                                        "https://xuncha.example.gov.cn/findings/" + digest.cases[0].finding.id,
                                        "https://xuncha.example.gov.cn/findings/" + digest.cases[1].finding.id};
  EXPECT_EQ(links, wanted);
  for (const char* part : {"text", "html_text"}) {
    EXPECT_EQ(mail[part].get<std::string>().find("bad.example.com"), std::string::npos) << part;
    EXPECT_NE(mail[part].get<std::string>().find("问题网址：hxxp://bad[.]example[.]com/x（hxxp 即 http"),
              std::string::npos)
        << part;
  }
}

TEST(Digest, what_to_do_about_one_fault_is_said_at_length_once) {
  const std::string text = write_digest(digest_of({{News::kOpened, dead_link(1)},
                                                   {News::kOpened, dead_link(2)},
                                                   {News::kOpened, make("link.broken", "https://x.cn/", "timeout")},
                                                   {News::kStillOpen, dead_link(3)}}))
                               .text;
  EXPECT_EQ(count(text, "  依据："), 2u) << text;
  EXPECT_EQ(count(text, "  依据、建议、复核：同第 1 项\n"), 2u) << text;
}

TEST(Digest, what_is_still_open_was_told_with_its_proof_and_says_for_how_long) {
  Finding finding = dead_link(1);
  finding.opened = kNow - 50 * kHour;
  const std::string text = write_digest(digest_of({{News::kStillOpen, finding}})).text;
  EXPECT_NE(text.find("确认，最近一次看到是 2024-04-26 07:30，已 2 天\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("  证据："), std::string::npos);
}

TEST(Digest, each_item_leads_to_its_case_also_when_it_is_closed) {
  Digest digest =
      digest_of({{News::kOpened, dead_link(1)}, {News::kStillOpen, dead_link(2)}, {News::kClosed, dead_link(3)}});
  digest.external_url = "https://xuncha.example.gov.cn/";
  const std::string text = write_digest(digest).text;
  for (const DigestCase& row : digest.cases) {
    EXPECT_NE(text.find("详情：https://xuncha.example.gov.cn/findings/" + row.finding.id), std::string::npos);
  }
}

TEST(Digest, an_address_can_be_read_in_the_page_and_copied_from_the_plain_part) {
  Finding finding = dead_link(1);
  finding.where[0].page = "https://www.example.gov.cn/%E9%80%9A%E7%9F%A5%20%3Cb%3E/%FF.html";
  const DigestText words = write_digest(digest_of({{News::kOpened, finding}}));
  const nlohmann::json mail = read(words);
  EXPECT_EQ(mail["links"], nlohmann::json({finding.where[0].page}));
  EXPECT_NE(words.html.find(">https://www.example.gov.cn/通知%20%3Cb%3E/%FF.html</a>"), std::string::npos)
      << words.html;
  EXPECT_NE(words.text.find("所在页面：" + finding.where[0].page), std::string::npos);
}

TEST(Digest, one_dead_link_of_a_template_is_one_item_with_its_places) {
  Finding finding = dead_link(1);
  finding.where_total = 4'000;
  const DigestText words = write_digest(digest_of({{News::kOpened, finding}}));
  EXPECT_EQ(count(words.text, "问题网址"), 1u);
  EXPECT_NE(words.text.find("共 4000 处"), std::string::npos);
}

TEST(Digest, a_dead_host_is_one_item_whatever_addresses_it_has) {
  std::vector<DigestCase> cases;
  for (int number = 0; number < 30; ++number) {
    cases.push_back(
        {News::kOpened, make("link.broken", "http://gone.example.cn/" + std::to_string(number), "dns_nxdomain")});
  }
  cases.push_back({News::kOpened, make("link.broken", "http://other.example.cn/", "dns_nxdomain")});
  cases.push_back({News::kOpened, dead_link(1)});
  cases.push_back({News::kOpened, dead_link(2)});
  const std::vector<DigestItem> items = digest_items(cases);
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0].host, "gone.example.cn");
  EXPECT_EQ(items[0].findings.size(), 30u);
  EXPECT_EQ(items[1].host, "") << "one address alone is told by itself";
  const DigestText words = write_digest(digest_of(cases));
  EXPECT_NE(words.text.find("gone.example.cn 上的 30 个网址"), std::string::npos) << words.text;
  EXPECT_NE(words.text.find("另有 27 个网址"), std::string::npos);
  EXPECT_NE(words.subject.find("新发现 33 项"), std::string::npos);
}

TEST(Digest, House_is_ordered_by_news_then_severity_then_places) {
  Finding critical = make("site.unreachable", "https://www.example.gov.cn/", "timeout");
  critical.severity = Severity::kCritical;
  Finding minor = dead_link(1);
  minor.severity = Severity::kMinor;
  Finding many = dead_link(2);
  many.where_total = 50;
  Finding few = dead_link(3);
  Finding closed = dead_link(4);
  closed.severity = Severity::kCritical;
  closed.state = FindingState::kClosed;
  const std::vector<DigestCase> cases = {{News::kClosed, closed},
                                         {News::kStillOpen, critical},
                                         {News::kOpened, minor},
                                         {News::kOpened, few},
                                         {News::kOpened, many}};
  std::vector<std::string> order;
  for (const DigestItem& item : digest_items(cases)) order.push_back(item.findings[0]->subject);
  EXPECT_EQ(order,
            (std::vector<std::string>{many.subject, few.subject, minor.subject, critical.subject, closed.subject}));
  const std::string text = write_digest(digest_of(cases)).text;
  EXPECT_LT(text.find("---- 新发现 ----"), text.find("---- 未整改 ----"));
  EXPECT_LT(text.find("---- 未整改 ----"), text.find("---- 已恢复 ----"));
}

TEST(Digest, a_relapse_says_how_often) {
  Finding finding = dead_link(1);
  finding.episode = 3;
  EXPECT_NE(write_digest(digest_of({{News::kOpened, finding}})).text.find("（第 3 次出现）"), std::string::npos);
}

TEST(Digest, a_closed_case_says_from_when_to_when) {
  Finding finding = dead_link(1);
  finding.state = FindingState::kClosed;
  finding.closed = kNow - kHour;
  const std::string text = write_digest(digest_of({{News::kClosed, finding}})).text;
  EXPECT_NE(text.find("起止时间：2024-04-26 05:30 确认，2024-04-26 07:30 销号"), std::string::npos) << text;
  EXPECT_EQ(text.find("怎样复核"), std::string::npos);
}

TEST(Digest, several_sites_are_told_apart_and_counted_in_the_subject) {
  std::vector<DigestCase> cases = {{News::kOpened, dead_link(1)}};
  cases.push_back(
      {News::kStillOpen, make("link.broken", "https://b.example.gov.cn/x", "http_404", "b.example.gov.cn")});
  const DigestText words = write_digest(digest_of(cases));
  EXPECT_EQ(words.subject, "【巡查】示例市人民政府等 2 个网站：新发现 1 项，未整改 1 项");
  EXPECT_NE(words.text.find("======== 示例市人民政府  www.example.gov.cn"), std::string::npos);
  EXPECT_NE(words.text.find("======== b.example.gov.cn ========"), std::string::npos);
}

TEST(Digest, urgent_mail_names_the_site_and_the_worst_problem) {
  Finding down = make("site.unreachable", "https://www.example.gov.cn/", "connect_timeout");
  down.severity = Severity::kCritical;
  Digest digest = digest_of({{News::kOpened, down}});
  digest.kind = MailKind::kUrgent;
  EXPECT_EQ(write_digest(digest).subject, "【巡查·紧急】示例市人民政府：网站打不开");
  digest.cases.push_back({News::kOpened, dead_link(1)});
  EXPECT_EQ(write_digest(digest).subject, "【巡查·紧急】示例市人民政府：网站打不开，另有 1 项严重问题");
}

TEST(Digest, says_that_cases_are_held_back) {
  Digest digest = digest_of({{News::kOpened, dead_link(1)}});
  digest.held_back = 17;
  EXPECT_NE(write_digest(digest).text.find("另有 17 项新问题暂不列出"), std::string::npos);
}

TEST(Digest, speaks_english_when_asked) {
  Digest digest = digest_of({{News::kOpened, dead_link(1)}});
  digest.language = Language::kEnglish;
  const DigestText words = write_digest(digest);
  EXPECT_EQ(words.subject, "[xuncha] 示例市人民政府: 1 new");
  EXPECT_NE(words.text.find("See for yourself: Open the page where it stands in a browser and click link \"通知公告\""),
            std::string::npos)
      << words.text;
  EXPECT_EQ(read(words, Language::kEnglish)["headers"]["content-type"].get<std::string>().substr(0, 21),
            "multipart/alternative");
}

TEST(Digest, every_rule_has_words_for_seeing_oneself_in_both_languages) {
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    const MailTexts& words = mail_texts(language);
    for (const RuleInfo& rule : all_rules()) {
      EXPECT_FALSE(recheck_of(words, rule.id).empty());
      EXPECT_NE(recheck_of(words, rule.id), recheck_of(words, "unknown.rule")) << rule.id;
    }
    EXPECT_FALSE(recheck_of(words, "unknown.rule").empty());
  }
}

// --- bounds -------------------------------------------------------------------------------------------------------

TEST(Digest, ten_thousand_cases_make_a_short_mail_that_counts_them_all) {
  std::vector<DigestCase> cases;
  for (int number = 0; number < 10'000; ++number) {
    const std::string site = "s" + std::to_string(number % 100) + ".example.gov.cn";
    cases.push_back({number % 5 == 0   ? News::kClosed
                     : number % 5 == 1 ? News::kStillOpen
                                       : News::kOpened,
                     make("link.broken", "https://" + site + "/p" + std::to_string(number), "http_404", site)});
  }
  const std::clock_t begin = std::clock();  // the processor's time: other programs take none of it
  const DigestText words = write_digest(digest_of(std::move(cases)));
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_NE(words.subject.find("新发现 6000 项，未整改 2000 项，已恢复 2000 项"), std::string::npos) << words.subject;
  EXPECT_EQ(count(words.text, "问题网址"),
            limits::kMailOpenedItemsMax + limits::kMailStillOpenItemsMax + limits::kMailClosedItemsMax);
  EXPECT_NE(words.text.find("项未列出"), std::string::npos);
  EXPECT_LT(words.html.size(), 300u << 10);
  EXPECT_LT(took, 5.0);  // a tenth of a second without sanitizers; quadratic would be minutes
  // What is shown and what is said to be left out is all there is.
  std::uint64_t left_out = 0;
  const std::regex said("本网站另有 ([0-9]+) 项未列出|另有 [0-9]+ 个网站的 ([0-9]+) 项未列出");
  for (std::sregex_iterator row(words.text.begin(), words.text.end(), said), end; row != end; ++row) {
    left_out += std::stoul((*row)[1].matched ? (*row)[1].str() : (*row)[2].str());
  }
  EXPECT_EQ(left_out + 80, 10'000u);
}

TEST(Digest, a_trimmed_finding_is_small_and_says_the_same) {
  Finding finding = dead_link(1);
  finding.where.assign(200, finding.where[0]);
  finding.where_total = 200;
  finding.evidence.attempts.assign(8, finding.evidence.attempts[0]);
  finding.evidence.headers.assign(50, {"x", std::string(8'000, 'y')});
  finding.evidence.excerpt = std::string(500, 'z');
  for (int hop = 0; hop < 10; ++hop) finding.evidence.redirects.push_back({302, "/" + std::to_string(hop)});
  Finding trimmed = finding;
  trim_for_digest(trimmed);
  EXPECT_EQ(write_digest(digest_of({{News::kOpened, trimmed}})).text,
            write_digest(digest_of({{News::kOpened, finding}})).text);
  EXPECT_LE(trimmed.where.size(), limits::kMailPlacesShown);
  EXPECT_TRUE(trimmed.evidence.headers.empty());
  EXPECT_LE(trimmed.evidence.redirects.size(), limits::kMailRedirectsShown + 1);
}

// --- texts of portals ---------------------------------------------------------------------------------------------

TEST(Digest, hostile_texts_stay_inert_in_both_parts_and_the_subject) {
  const std::string hostile[] = {
      "<script>alert(1)</script>",
      "</title></div></body><img src=x onerror=alert(1)>",
      "\"><svg onload=alert(1)>",
      "javascript:alert(1)",
      "+ADw-script+AD4-",
      "a\r\nBcc: thief@example.com\r\n\r\n<b>",
      std::string("a\0b", 3),
      "\u202Egpj.exe \u2066",
      "\x1b[31mred\x07",
      "\n---- 已恢复 ----\n\n[严重] 假的",
      "{anchor}{url}{entry} # # #",
      std::string(100'000, 'A'),
      "\xff\xc0\xaf",
  };
  for (const std::string& text : hostile) {
    Finding finding = dead_link(1);
    finding.subject = "https://www.example.gov.cn/" + text;
    finding.where = {{text, text, Region::kMain, text, 3},
                     {"https://www.example.gov.cn/x/" + text, text, {}, {}, 0},
                     {"https://www.example.gov.cn/", text, {}, {}, 0}};
    finding.evidence.excerpt = finding.evidence.compared = finding.evidence.limit = finding.evidence.control = text;
    finding.evidence.redirects = {{302, text}};
    finding.evidence.attempts[1].status = 0;
    finding.evidence.attempts[1].error = text;
    Finding trap = finding;
    trap.rule = "link.hijacked";
    trap.reason = *parse_reason("gambling");
    Digest digest = digest_of({{News::kOpened, finding}, {News::kOpened, trap}});
    digest.sites["www.example.gov.cn"] = {text, text};
    const DigestText words = write_digest(digest);
    const nlohmann::json mail = read(words);
    const std::string name = text.substr(0, 60);
    EXPECT_TRUE(mail["defects"].empty()) << mail["defects"] << name;
    EXPECT_EQ(mail["tags"], nlohmann::json({"a", "body", "div", "h1", "h2", "h3", "head", "html", "meta", "p", "span"}))
        << name;
    EXPECT_EQ(mail["attributes"], nlohmann::json({"charset", "href", "lang", "rel", "style"})) << name;
    for (const auto& link : mail["links"])
      EXPECT_TRUE(link.get<std::string>().starts_with("https://www.example")) << link;
    for (const char c : words.text) EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ' || c == '\n') << name;
    EXPECT_EQ(visible_text(words.subject.substr(0, 200)).find('\n'), std::string::npos);
    EXPECT_EQ(count(words.text, "\n---- "), 1u) << "one section, whatever a title says";
    EXPECT_LT(words.html.size(), 100u << 10) << name;
    // Both parts say the same.
    EXPECT_EQ(count(words.text, "问题网址"), count(mail["html_text"].get<std::string>(), "问题网址"));
  }
}

}  // namespace
}  // namespace xuncha
