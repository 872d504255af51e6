#include "daemon/mail/mail_desk.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/civil.h"
#include "core/limits.h"
#include "daemon/log.h"
#include "daemon/mail/message.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr hours kBeijing{8};

// The first of these times of the Beijing day after `time`.
WallTime next_time_of_day(const std::vector<minutes>& times, WallTime time) {
  const std::chrono::sys_days today{beijing_day(time)};
  WallTime next = WallTime::max();
  for (const days ahead : {days(0), days(1)}) {
    for (const minutes of_day : times) {
      const WallTime at = std::chrono::time_point_cast<Milliseconds>(today + ahead) - kBeijing + of_day;
      if (at > time) next = std::min(next, at);
    }
  }
  return next;
}

// While a site is down or worked on, what else is wrong there is no news: it follows when the site is back.
bool is_told_anyway(const Finding& finding) {
  return finding.severity == Severity::kCritical || finding.rule.starts_with("site.");
}

// What makes the mail what it is: to whom, of which time, telling what.
std::string identity(const std::string& recipient, const Digest& digest) {
  std::string text = recipient + '\n' + std::to_string(static_cast<int>(digest.kind)) + '\n' +
                     format_time(digest.since.value_or(WallTime{})) + '\n' +
                     std::to_string(digest.now.time_since_epoch().count()) + '\n';
  for (const DigestCase& row : digest.cases) {
    text += row.finding.id + ' ' + std::to_string(row.finding.episode) + ' ' +
            std::to_string(static_cast<int>(row.news)) + '\n';
  }
  return text;
}

}  // namespace

bool MailDesk::Recipient::wants(const SiteConfig& site, const Finding& finding, const NoticeRecord* told) const {
  const Severity severity = told ? Severity::kCritical : finding.severity;
  return std::any_of(routes.begin(), routes.end(),
                     [&](const MailRoute* route) { return route->wants(site, finding.rule, severity); });
}

WallTime MailDesk::Recipient::digest_at(WallTime now, const MailTimes& waits) const {
  if (digest.last_digest - now > hours(25)) return now;
  if (waits.digest_every) return digest.last_digest + *waits.digest_every;
  return next_time_of_day(times, digest.last_digest);
}

MailDesk::MailDesk(Store& store, Mailer& mailer, const Clock& clock, const MailTimes& times)
    : store_(store),
      outbox_(store),
      clock_(clock),
      times_given_(times),
      times_(times),
      queue_(outbox_, mailer, clock, times) {}

// --- who is to be told --------------------------------------------------------------------------------------------

Status MailDesk::configure(std::shared_ptr<const Configuration> configuration) {
  if (!loaded_) {
    if (const Status read = queue_.load(); !read) return read.error();
    loaded_ = true;
  }
  scan_.reset();  // it holds pointers into the configuration that goes; what it found is found again
  configuration_ = std::move(configuration);
  sites_.clear();
  for (const SiteConfig& site : configuration_->sites) sites_.emplace(site.id, &site);
  const WallTime now = clock_.wall();
  if (const Status taken = take_in_recipients(now); !taken) return taken.error();
  return forget_the_departed(now);
}

Status MailDesk::take_in_recipients(WallTime now) {
  const std::optional<MailConfig>& mail = configuration_->mail;
  std::map<std::string, Recipient, std::less<>> before;
  before.swap(recipients_);
  if (!mail || !is_mail_address(mail->from.address)) {
    if (mail) log_error("mail_sender_refused", {{"address", mail->from.address}});
    queue_.set_server(std::nullopt, {});
    return Done{};
  }
  times_ = mail->laboratory ? MailTimes::for_laboratory() : times_given_;
  queue_.set_times(times_);
  queue_.set_server(mail->server, mail->from.address);
  for (const MailRoute& route : mail->routes) {
    for (const MailAddress& address : route.to) {
      if (!is_mail_address(address.address)) {
        log_error("mail_recipient_refused", {{"address", address.address}});
        continue;
      }
      Recipient& recipient = recipients_[address.address];
      recipient.address = address;
      recipient.routes.push_back(&route);
      recipient.times.insert(recipient.times.end(), route.digest.begin(), route.digest.end());
    }
  }
  const auto digests = outbox_.digests();
  if (!digests) return digests.error();
  for (const DigestRecord& digest : digests.value()) {
    const auto row = recipients_.find(digest.recipient);
    if (row != recipients_.end()) row->second.digest = digest;
  }
  MailStep step;
  for (auto& [address, recipient] : recipients_) {
    if (recipient.digest.recipient.empty()) {
      recipient.digest.recipient = address;
      recipient.digest.last_digest = now;  // the first digest comes at its time of the day
      step.digests.push_back(recipient.digest);
    }
    const auto row = before.find(address);
    if (row == before.end()) continue;
    recipient.urgent = std::move(row->second.urgent);
    recipient.urgent_at = row->second.urgent_at;
  }
  return outbox_.commit(step);
}

// What was told to people who are long gone from the configuration.
Status MailDesk::forget_the_departed(WallTime now) {
  const auto digests = outbox_.digests();
  if (!digests) return digests.error();
  for (const DigestRecord& digest : digests.value()) {
    if (recipients_.contains(digest.recipient) || now - digest.last_digest < limits::kMailKept) continue;
    if (const Status forgotten = outbox_.forget(digest.recipient); !forgotten) return forgotten.error();
  }
  return Done{};
}

const SiteConfig* MailDesk::site_of(std::string_view id) const {
  const auto row = sites_.find(id);
  return row == sites_.end() ? nullptr : row->second;
}

// --- when ---------------------------------------------------------------------------------------------------------

void MailDesk::note(const Finding& finding) {
  if (finding.state != FindingState::kOpen || finding.severity != Severity::kCritical) return;
  const SiteConfig* const site = site_of(finding.site);
  if (!site) return;
  for (auto& [address, recipient] : recipients_) {
    if (!recipient.wants(*site, finding, nullptr) || recipient.urgent.size() >= limits::kMailCasesMax) continue;
    recipient.urgent.emplace(finding.site, finding.id);
    if (recipient.urgent_at == WallTime::max()) recipient.urgent_at = clock_.wall() + times_.gather;
  }
}

bool MailDesk::is_digest_due(const Recipient& recipient, WallTime now) const {
  return recipient.digest_at(now, times_) <= now && !queue_.is_waiting(recipient.address.address, MailKind::kDigest) &&
         queue_.free_at(recipient.address.address, now) <= now;
}

Status MailDesk::tick(WallTime now) {
  if (!configuration_) return Done{};
  if (const Status sent = queue_.tick(now); !sent) return sent.error();
  if (recipients_.empty()) return Done{};
  if (!scan_) begin_scan(now);
  if (scan_) {
    if (const Status stepped = step_scan(); !stepped) return stepped.error();
    // A case that stands in a draft must not be told in an urgent mail meanwhile.
    if (scan_) return queue_.tick(now);
  }
  for (auto& [address, recipient] : recipients_) {
    if (recipient.urgent_at > now && recipient.urgent_at - now <= std::max<Milliseconds>(times_.gather, hours(1))) {
      continue;
    }
    if (recipient.urgent_at == WallTime::max() || queue_.is_waiting(address, MailKind::kUrgent)) continue;
    const WallTime free_at = queue_.free_at(address, now);
    if (free_at > now) {
      recipient.urgent_at = free_at;  // what gathers until then is one mail
      continue;
    }
    if (const Status made = make_urgent(recipient, now); !made) return made.error();
  }
  return queue_.tick(now);
}

WallTime MailDesk::wake_at() const {
  if (!configuration_) return WallTime::max();
  const WallTime now = clock_.wall();
  WallTime wake = queue_.wake_at();
  if (recipients_.empty()) return wake;
  if (scan_ || !looked_for_urgent_) return WallTime::min();
  for (const auto& [address, recipient] : recipients_) {
    if (!queue_.is_waiting(address, MailKind::kUrgent)) wake = std::min(wake, recipient.urgent_at);
    if (queue_.is_waiting(address, MailKind::kDigest)) continue;
    wake = std::min(wake, std::max(recipient.digest_at(now, times_), queue_.free_at(address, now)));
  }
  return wake;
}

// --- the way through the sites ------------------------------------------------------------------------------------

void MailDesk::begin_scan(WallTime now) {
  Scan scan;
  scan.now = now;
  if (looked_for_urgent_) {
    for (const auto& [address, recipient] : recipients_) {
      if (scan.drafts.size() >= limits::kMailScanRecipients) break;
      if (is_digest_due(recipient, now)) scan.drafts.push_back(draft_for(recipient, MailKind::kDigest, now));
    }
    if (scan.drafts.empty()) return;
  }
  scan_ = std::move(scan);
}

MailDesk::Draft MailDesk::draft_for(const Recipient& recipient, MailKind kind, WallTime now) const {
  Draft draft;
  draft.recipient = recipient.address.address;
  draft.digest.kind = kind;
  draft.digest.language = configuration_->mail->language;
  draft.digest.now = now;
  if (recipient.digest.last_mailed != WallTime{}) draft.digest.since = std::min(recipient.digest.last_mailed, now);
  if (configuration_->web.external_url) {
    draft.digest.external_url = configuration_->web.external_url->without_fragment();
    if (!draft.digest.external_url.ends_with('/')) draft.digest.external_url += '/';
  }
  return draft;
}

Status MailDesk::step_scan() {
  const SteadyTime begin = clock_.steady();
  const std::vector<SiteConfig>& sites = configuration_->sites;
  while (scan_->next_site < sites.size()) {
    if (const Status scanned = scan_site(sites[scan_->next_site]); !scanned) return scanned.error();
    ++scan_->next_site;
    if (clock_.steady() - begin >= limits::kMailScanSlice) return Done{};
  }
  return finish_scan();
}

Status MailDesk::scan_site(const SiteConfig& site) {
  const std::optional<SiteHandle> handle = store_.find_site(site.id);
  if (!handle) return Done{};
  std::vector<Finding> findings;
  std::optional<Error> fault;
  const auto was_told = [&](const Finding& finding) {
    for (const Draft& draft : scan_->drafts) {
      const auto notice = outbox_.notice(draft.recipient, finding.id);
      if (!notice) fault = notice.error();
      if (notice && notice.value()) return true;
    }
    return false;
  };
  const Status read = store_.for_each_finding(*handle, [&](Finding finding) {
    if (fault || finding.state == FindingState::kSuspect || finding.state == FindingState::kIgnored) return;
    if (finding.state == FindingState::kClosed && !was_told(finding)) return;
    site.mark_ignored(finding, scan_->now);
    if (finding.state == FindingState::kIgnored) return;
    trim_for_digest(finding);
    findings.push_back(std::move(finding));
  });
  if (!read) return read.error();
  if (fault) return *fault;

  const bool is_down = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    // By the share of a week it may well be up: that holds nothing back.
    return finding.rule == "site.unreachable" && finding.state == FindingState::kOpen &&
           finding.reason.code != ReasonCode::kNone;
  });
  const bool is_worked_on = site.in_maintenance(scan_->now);
  for (const Finding& finding : findings) {
    const bool held_back = is_worked_on || (is_down && !is_told_anyway(finding));
    for (Draft& draft : scan_->drafts) {
      if (const Status added = add_case(draft, site, finding, held_back); !added) return added.error();
    }
    if (scan_->drafts.empty()) {
      if (const Status seen = scan_for_urgent(site, finding); !seen) return seen.error();
    }
  }
  return Done{};
}

Status MailDesk::scan_for_urgent(const SiteConfig& site, const Finding& finding) {
  if (finding.state != FindingState::kOpen || finding.severity != Severity::kCritical) return Done{};
  for (auto& [address, recipient] : recipients_) {
    if (!recipient.wants(site, finding, nullptr) || recipient.urgent.size() >= limits::kMailCasesMax) continue;
    const auto notice = outbox_.notice(address, finding.id);
    if (!notice) return notice.error();
    const NoticeRecord* const told = notice.value() ? &*notice.value() : nullptr;
    if (news_of(finding, told) != News::kOpened) continue;
    recipient.urgent.emplace(finding.site, finding.id);
    if (recipient.urgent_at == WallTime::max()) recipient.urgent_at = scan_->now + times_.gather;
  }
  return Done{};
}

Status MailDesk::add_case(Draft& draft, const SiteConfig& site, const Finding& finding, bool held_back) {
  const auto recipient = recipients_.find(draft.recipient);
  if (recipient == recipients_.end()) return Done{};
  const auto notice = outbox_.notice(draft.recipient, finding.id);
  if (!notice) return notice.error();
  const NoticeRecord* const told = notice.value() ? &*notice.value() : nullptr;
  if (!recipient->second.wants(site, finding, told)) return Done{};
  const std::optional<News> news = news_of(finding, told);
  if (!news) return Done{};
  if (*news == News::kOpened && held_back) {
    ++draft.digest.held_back;
    return Done{};
  }
  if (draft.digest.cases.size() >= limits::kMailCasesMax) {
    draft.cut = true;
    return Done{};
  }
  if (*news == News::kClosed) {
    draft.closed.push_back({draft.recipient, finding.id});
  } else if (!told || told->episode < finding.episode || *news == News::kOpened) {
    // By the step that it tells of: a step is news or not, whatever the clock was set to between the two.
    draft.notices.push_back({draft.recipient, finding.site, finding.id, finding.episode, finding.last_transition, {}});
  }
  draft.digest.sites.try_emplace(site.id, DigestSite{site.name, site.unit});
  draft.digest.cases.push_back({*news, finding});
  return Done{};
}

// One digest a tick: each is some milliseconds of work and a synced write.
Status MailDesk::finish_scan() {
  looked_for_urgent_ = true;
  if (scan_->drafts.empty()) {
    scan_.reset();
    return Done{};
  }
  const Draft draft = std::move(scan_->drafts.back());
  const WallTime now = scan_->now;
  scan_->drafts.pop_back();
  if (scan_->drafts.empty()) scan_.reset();
  MailStep step;
  DigestRecord digest = recipients_.find(draft.recipient)->second.digest;
  digest.last_digest = now;
  digest.last_mailed = std::min(digest.last_mailed, now);
  if (is_worth_mailing(draft.digest)) {
    add_mail(draft, step);
    digest.last_mailed = now;
  }
  step.digests.push_back(digest);
  if (const Status named = queue_.name_old(now, step); !named) return named.error();
  return commit(step);
}

// --- mails --------------------------------------------------------------------------------------------------------

Status MailDesk::make_urgent(Recipient& recipient, WallTime now) {
  Draft draft = draft_for(recipient, MailKind::kUrgent, now);
  for (const auto& [site_id, finding_id] : recipient.urgent) {
    const SiteConfig* const site = site_of(site_id);
    const std::optional<SiteHandle> handle = store_.find_site(site_id);
    if (!site || !handle || site->in_maintenance(now)) continue;  // a later digest tells of it
    auto finding = store_.finding(*handle, finding_id);
    if (!finding) return finding.error();
    if (!finding.value() || finding.value()->severity != Severity::kCritical) continue;
    site->mark_ignored(*finding.value(), now);
    trim_for_digest(*finding.value());
    if (finding.value()->state != FindingState::kOpen) continue;
    if (const Status added = add_case(draft, *site, *finding.value(), false); !added) return added.error();
  }
  std::erase_if(draft.digest.cases, [](const DigestCase& row) { return row.news != News::kOpened; });
  if (!draft.digest.cases.empty()) {
    MailStep step;
    add_mail(draft, step);
    if (recipient.digest.last_mailed == WallTime{}) {  // from here on there is something to remind of
      step.digests.push_back(recipient.digest);
      step.digests.back().last_mailed = now;
    }
    if (const Status written = commit(step); !written) return written.error();
  }
  recipient.urgent.clear();
  recipient.urgent_at = WallTime::max();
  return Done{};
}

void MailDesk::add_mail(const Draft& draft, MailStep& step) const {
  const MailConfig& mail = *configuration_->mail;
  const DigestText words = write_digest(draft.digest);
  MailMessage message;
  message.from_name = mail.from.name;
  message.from_address = mail.from.address;
  message.to_address = draft.recipient;
  message.subject = words.subject;
  message.message_id = message_id(identity(draft.recipient, draft.digest), mail.from.address);
  message.date = draft.digest.now;
  message.language = draft.digest.language;
  message.text = words.text;
  message.html = words.html;

  OutboxMail made;
  made.record.message_id = message.message_id;
  made.record.recipient = draft.recipient;
  made.record.kind = draft.digest.kind;
  made.record.created = draft.digest.now;
  made.record.next_try = draft.digest.now;
  made.record.subject = words.subject;
  made.record.notices = static_cast<std::uint32_t>(draft.digest.cases.size());
  made.text = write_message(message);
  for (NoticeRecord notice : draft.notices) {
    notice.message_id = message.message_id;
    step.notices.push_back(std::move(notice));
  }
  step.notices_gone.insert(step.notices_gone.end(), draft.closed.begin(), draft.closed.end());
  if (draft.cut) log_warn("mail_cases_cut", {{"recipient", draft.recipient}, {"told", draft.digest.cases.size()}});
  step.mails.push_back(std::move(made));
}

Status MailDesk::commit(const MailStep& step) {
  if (const Status written = outbox_.commit(step); !written) return written.error();
  for (const OutboxMail& mail : step.mails) {
    queue_.add(mail.record);
    log_info("mail_made", {{"recipient", mail.record.recipient},
                           {"message_id", mail.record.message_id},
                           {"notices", mail.record.notices}});
  }
  for (const DigestRecord& digest : step.digests) {
    const auto row = recipients_.find(digest.recipient);
    if (row != recipients_.end()) row->second.digest = digest;
  }
  return Done{};
}

}  // namespace xuncha
