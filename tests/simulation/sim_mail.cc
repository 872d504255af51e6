#include "tests/simulation/sim_mail.h"

#include <algorithm>
#include <cstdio>

#include "tests/support/mail_office.h"

namespace xuncha::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A digest a day, and what its server may delay.
constexpr Milliseconds kTellWithin = hours(27);
// A digest that is dated ahead by a clock that was set back may keep the next one waiting so long.
constexpr Milliseconds kDatedAheadMax = hours(25);

}  // namespace

void SimMail::send(MailJob job, Handler on_result) {
  UnderWay& each = under_way_.emplace_back();
  each.at = clock_.now() + dice_.between(milliseconds(200), seconds(4));
  each.job = std::move(job);
  each.on_result = std::move(on_result);
  const bool is_out =
      std::any_of(outages_.begin(), outages_.end(), [&](const Span& span) { return span.covers(clock_.now()); });
  if (is_out) {
    each.outcome = MailOutcome::kUnreachable;
  } else if (dice_.chance(0.1)) {
    each.outcome = MailOutcome::kNotNow;
  }
}

bool SimMail::deliver() {
  if (under_way_.empty() || under_way_.front().at > clock_.now()) return false;
  UnderWay each = std::move(under_way_.front());
  under_way_.pop_front();
  if (each.outcome == MailOutcome::kAccepted) accept(each.job);
  each.on_result({each.outcome, each.outcome == MailOutcome::kAccepted ? "" : "451 later", {}});
  return true;
}

void SimMail::forget_process() {
  for (const UnderWay& each : under_way_) {
    ++deaths_;
    if (each.outcome == MailOutcome::kAccepted && dice_.chance(0.5)) accept(each.job);
  }
  under_way_.clear();
}

void SimMail::accept(const MailJob& job) {
  ++mails_;
  const test::ReadMail mail = test::read_mail_text(job.to, job.text);
  if (++copies_[mail.message_id] > 1) ++repeats_;
  const std::string& trace = world_.options().trace;
  if (!trace.empty() && mail.text.find(trace) != std::string::npos) {
    std::printf("  to %s:\n%s\n", job.to.c_str(), mail.text.c_str());
  }
  Inbox& inbox = inboxes_[job.to];
  if (mail.text.find("项未列出") != std::string::npos) ++inbox.cut_mails;
  std::string site;
  std::string heading;
  constexpr std::string_view kSubject = "  问题网址：";
  for (std::size_t at = 0; at < mail.text.size();) {
    const std::size_t end = std::min(mail.text.find("\r\n", at), mail.text.size());
    const std::string line = mail.text.substr(at, end - at);
    at = end + 2;
    for (const SiteConfig& each : world_.configuration().sites) {
      if (line.starts_with("====") && line.find("  " + each.id) != std::string::npos) site = each.id;
    }
    if (line.starts_with("---- ")) heading = line;
    if (!line.starts_with(kSubject)) continue;
    Told& told = inbox.told[{site, line.substr(kSubject.size())}];
    if (heading.find("新发现") != std::string::npos) told.opened.insert(mail.message_id);
    if (heading.find("已恢复") != std::string::npos) told.closed.insert(mail.message_id);
  }
}

void SimMail::finish(const Judge& judge) {
  if (repeats_ > deaths_) {
    faults_.add("mail", std::to_string(repeats_) + " repeats for " + std::to_string(deaths_) + " deaths");
  }
  for (const auto& [recipient, inbox] : inboxes_) {
    for (const auto& [name, told] : inbox.told) {
      const auto turns = judge.turns().find(name);
      const Judge::Turns turned = turns == judge.turns().end() ? Judge::Turns{} : turns->second;
      const std::string words = name.first + " " + name.second + " to " + recipient;
      if (told.opened.size() > turned.opened) faults_.add("mail", "opened told twice: " + words);
      if (told.closed.size() > turned.closed) faults_.add("mail", "closed told twice: " + words);
    }
  }
  const Moment end = world_.options().length;
  const auto mail_was_out = [&](Moment from, Moment to) {
    return std::any_of(outages_.begin(), outages_.end(),
                       [&](const Span& span) { return span.from < to && from < span.to + hours(7); });
  };
  const auto tell_within = [&](Moment from, Moment to) {
    return kTellWithin + judge.times_set_back(from - kDatedAheadMax, to) * kDatedAheadMax;
  };
  for (const MailRoute& route : world_.configuration().mail->routes) {
    const std::string& recipient = route.to[0].address;
    const Inbox& inbox = inboxes_[recipient];
    if (inbox.cut_mails > 0) continue;
    for (const auto& [name, turned] : judge.turns()) {
      const SiteConfig* const site = world_.configuration().find_id(name.first);
      if (!route.wants(*site, turned.rule, turned.severity)) continue;
      const auto found = inbox.told.find(name);
      const Told told = found == inbox.told.end() ? Told{} : found->second;
      const Moment stood_to = std::min(turned.last_closed, end);
      const std::string words = name.first + " " + name.second + " to " + recipient;
      const bool is_told_anyway = turned.rule.starts_with("site.") || turned.severity == Severity::kCritical;
      const Moment opened = is_told_anyway ? turned.last_opened
                                           : std::max(turned.last_opened, judge.last_told_down(name.first, stood_to));
      const bool had_time = judge.undisturbed(opened, stood_to) > tell_within(opened, stood_to);
      if (had_time && !mail_was_out(turned.last_opened, stood_to) && told.opened.empty()) {
        faults_.add("mail", "never told: " + words);
      }
      const bool must_know = turned.last_closed != kNever && !told.opened.empty() && turned.opened == turned.closed &&
                             judge.undisturbed(turned.last_closed, end) > tell_within(turned.last_closed, end);
      if (must_know && !mail_was_out(turned.last_closed, end) && told.closed.empty()) {
        faults_.add("mail", "never told that it closed: " + words);
      }
    }
  }
}

}  // namespace xuncha::simulation
