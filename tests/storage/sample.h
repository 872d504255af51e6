#pragma once

#include <string>
#include <vector>

#include "core/digest.h"
#include "storage/links.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace xuncha {

// Small records for tests: page `number` of a portal links to itself and to two new targets.
inline constexpr WallTime kSampleTime = WallTime(Milliseconds(1'617'768'000'000));

inline StoredLinkView sample_link(UrlNumber target, std::string_view tag, std::string_view text, std::uint32_t line) {
  return {target, Region::kNav, LinkRole::kPage, tag, text, line};
}

inline LadderRecord sample_ladder(std::uint64_t number, std::uint32_t failures) {
  LadderRecord ladder;
  ladder.subject = fingerprint(std::to_string(number));
  ladder.finding_id = std::string(32, 'a');
  ladder.failures = failures;
  ladder.last_failure = kSampleTime;
  return ladder;
}

inline UrlEntry sample_url(UrlNumber number) {
  UrlEntry entry;
  entry.record.number = number;
  entry.record.url = "http://www.example.gov.cn/p" + std::to_string(number) + ".html";
  entry.record.first_seen = kSampleTime;
  entry.key = fingerprint(entry.record.url);
  return entry;
}

inline std::string sample_finding_id(std::uint64_t number) {
  return finding_id("www.example.gov.cn", "link.broken", std::to_string(number));
}

inline Finding sample_finding(std::uint64_t number, FindingState state) {
  Evidence evidence;
  evidence.compared = "404";
  Finding finding =
      make_finding("www.example.gov.cn", "link.broken", "http://www.example.gov.cn/x" + std::to_string(number),
                   std::to_string(number), {ReasonCode::kHttpStatus, 404}, Severity::kMinor, evidence, kSampleTime);
  finding.state = state;
  return finding;
}

inline OutboxMail sample_mail(std::uint64_t number) {
  OutboxMail mail;
  mail.record.message_id = std::to_string(number) + "@example.gov.cn";
  mail.record.recipient = "webmaster@example.gov.cn";
  mail.record.created = kSampleTime + Milliseconds(number);
  mail.record.subject = "巡查";
  mail.record.notices = 1;
  mail.text = "Subject: " + std::to_string(number) + "\r\n\r\n正文\r\n";
  return mail;
}

inline NoticeRecord sample_notice(std::uint64_t number) {
  return {"webmaster@example.gov.cn",
          "www.example.gov.cn",
          sample_finding_id(number),
          1,
          kSampleTime,
          std::to_string(number) + "@example.gov.cn"};
}

// Visit number n (from 0) takes URL numbers 3n+1 (the page), 3n+2 and 3n+3.
inline Visit sample_visit(SiteHandle site, UrlNumber n) {
  Visit visit;
  visit.site = site;
  visit.page = sample_url(3 * n + 1);
  visit.page->record.visited = kSampleTime;
  visit.page->record.status = 200;
  const std::string text = "第" + std::to_string(n) + "页";
  const std::vector<StoredLinkView> links = {sample_link(3 * n + 1, "a", "首页", 1),
                                             sample_link(3 * n + 2, "a", text, 7),
                                             sample_link(3 * n + 3, "img", "", 9)};
  visit.links = links_to_store(links, visit.page->record);
  visit.urls = {sample_url(3 * n + 2), sample_url(3 * n + 3)};
  return visit;
}

// The same with a decision: finding n opens, its ladder goes, its places stand.
inline Visit sample_decision(SiteHandle site, UrlNumber n) {
  Visit visit = sample_visit(site, n);
  visit.findings = {sample_finding(n, FindingState::kOpen)};
  TransitionRecord transition;
  transition.finding_id = visit.findings[0].id;
  transition.at = kSampleTime;
  transition.by = "patrol";
  visit.transitions = {transition};
  StoredLink place;
  place.tag = "a";
  visit.refs = {{3 * n + 2, 3 * n + 1, {place}}};
  return visit;
}

}  // namespace xuncha
