#include "daemon/mail/mail_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "daemon/log.h"

namespace xuncha {

namespace {

constexpr std::chrono::hours kHour{1};

// Of a time that is past; one in the future was written before the clock went back.
bool is_within_an_hour(WallTime time, WallTime now) {
  return time <= now && now - time < kHour;
}

}  // namespace

MailTimes MailTimes::for_laboratory() {
  MailTimes times;
  times.digest_every = std::chrono::seconds(2);
  times.gather = Milliseconds(500);
  times.retry_first = Milliseconds(500);
  times.retry_max = std::chrono::seconds(8);
  times.one_mail = std::chrono::seconds(4);
  times.mails_an_hour = 3'600;
  return times;
}

MailQueue::MailQueue(Outbox& outbox, Mailer& mailer, const Clock& clock, const MailTimes& times)
    : outbox_(outbox), mailer_(mailer), clock_(clock), times_(times), self_(std::make_shared<MailQueue*>(this)) {}

Status MailQueue::load() {
  const auto mails = outbox_.mails();
  if (!mails) return mails.error();
  for (const OutboxRecord& record : mails.value()) mails_.emplace(record.message_id, record);
  drop_settled(clock_.wall());
  return Done{};
}

void MailQueue::set_server(std::optional<MailServer> server, std::string from_address) {
  if (server != server_) {  // the fault may be mended: try at once
    server_failures_ = 0;
    hold_until_ = WallTime::min();
  }
  server_ = std::move(server);
  from_address_ = std::move(from_address);
}

void MailQueue::add(const OutboxRecord& record) {
  mails_.insert_or_assign(record.message_id, record);
}

Milliseconds MailQueue::wait_after(std::uint32_t failures) const {
  Milliseconds wait = times_.retry_first;
  for (std::uint32_t step = 1; step < failures && wait < times_.retry_max; ++step) wait *= 2;
  return std::min(wait, times_.retry_max);
}

const OutboxRecord* MailQueue::next_due(WallTime now) const {
  const OutboxRecord* next = nullptr;
  for (const auto& [message_id, record] : mails_) {
    if (record.state != MailState::kWaiting || is_ahead(record.next_try, now)) continue;
    if (!next || std::pair(record.next_try, record.created) < std::pair(next->next_try, next->created)) next = &record;
  }
  return next;
}

Status MailQueue::write(const OutboxRecord& record) {
  MailStep step;
  step.tried = {record};
  if (const Status written = outbox_.commit(step); !written) return written.error();
  mails_.insert_or_assign(record.message_id, record);
  return Done{};
}

Status MailQueue::tick(WallTime now) {
  if (failed_) return *failed_;
  drop_settled(now);
  while (under_way_.empty() && server_ && !is_ahead(hold_until_, now)) {
    const OutboxRecord* const next = next_due(now);
    if (!next) break;
    const auto text = outbox_.text(next->message_id);
    if (!text) return text.error();
    if (!text.value()) {  // only a damaged and salvaged store has such
      OutboxRecord lost = *next;
      lost.state = MailState::kFailed;
      lost.ended = now;
      lost.last_error = "its bytes are lost";
      ++counts_.dropped;
      if (const Status written = write(lost); !written) return written.error();
      continue;
    }
    under_way_ = next->message_id;
    const std::weak_ptr<MailQueue*> self = self_;
    mailer_.send({*server_, from_address_, next->recipient, *text.value(), times_.one_mail},
                 [self](const MailResult& result) {
                   if (const auto queue = self.lock()) (*queue)->on_result(result);
                 });
  }
  return Done{};
}

OutboxRecord MailQueue::after(OutboxRecord record, const MailResult& result, WallTime now) {
  ++record.attempts;
  record.last_error = result.words.substr(0, limits::kErrorWordsBytesMax);
  const bool of_server = result.outcome == MailOutcome::kUnreachable || result.outcome == MailOutcome::kMisconfigured;
  server_failures_ = of_server ? server_failures_ + 1 : 0;
  hold_until_ = of_server ? now + wait_after(server_failures_) : WallTime::min();
  switch (result.outcome) {
    case MailOutcome::kAccepted:
      record.state = MailState::kSent;
      break;
    case MailOutcome::kRefused:
      record.state = MailState::kFailed;
      break;
    case MailOutcome::kNotNow:
      // A server that is down may be down for long and nothing is lost; one that answers "later" for a week means no.
      if (now - record.created > times_.give_up) record.state = MailState::kFailed;
      record.next_try = now + wait_after(record.attempts);
      break;
    case MailOutcome::kUnreachable:
    case MailOutcome::kMisconfigured:
      record.next_try = hold_until_;
      break;
  }
  if (record.state != MailState::kWaiting) record.ended = now;
  return record;
}

void MailQueue::on_result(const MailResult& result) {
  const auto row = mails_.find(std::exchange(under_way_, std::string()));
  if (row == mails_.end() || failed_) return;
  const WallTime now = clock_.wall();
  const OutboxRecord record = after(row->second, result, now);
  if (const Status written = write(record); !written) {
    failed_ = written.error();
    return;
  }
  switch (record.state) {
    case MailState::kSent:
      ++counts_.sent;
      log_info("mail_sent", {{"recipient", record.recipient}, {"message_id", record.message_id}});
      break;
    case MailState::kWaiting:
      ++counts_.deferred;
      log_warn("mail_not_sent_yet", {{"recipient", record.recipient},
                                     {"outcome", mail_outcome_name(result.outcome)},
                                     {"attempts", record.attempts},
                                     {"error", record.last_error}});
      break;
    case MailState::kFailed:
      ++(result.outcome == MailOutcome::kRefused ? counts_.refused : counts_.dropped);
      log_error("mail_failed", {{"recipient", record.recipient},
                                {"message_id", record.message_id},
                                {"attempts", record.attempts},
                                {"error", record.last_error}});
      break;
  }
  if (const Status next = tick(now); !next) failed_ = next.error();
}

WallTime MailQueue::wake_at() const {
  if (failed_) return WallTime::min();
  if (!under_way_.empty() || !server_) return WallTime::max();
  WallTime wake = WallTime::max();
  for (const auto& [message_id, record] : mails_) {
    if (record.state == MailState::kWaiting) wake = std::min(wake, std::max(record.next_try, hold_until_));
  }
  return wake;
}

bool MailQueue::is_waiting(std::string_view recipient, MailKind kind) const {
  return std::any_of(mails_.begin(), mails_.end(), [&](const auto& row) {
    return row.second.state == MailState::kWaiting && row.second.kind == kind && row.second.recipient == recipient;
  });
}

WallTime MailQueue::free_at(std::string_view recipient, WallTime now) const {
  std::vector<WallTime> made;
  for (const auto& [message_id, record] : mails_) {
    if (record.recipient == recipient && is_within_an_hour(record.created, now)) made.push_back(record.created);
  }
  const auto most = static_cast<std::size_t>(std::max(times_.mails_an_hour, 1));
  if (made.size() < most) return WallTime::min();
  std::sort(made.begin(), made.end());
  return made[made.size() - most] + kHour;
}

void MailQueue::drop_settled(WallTime now) {
  std::erase_if(mails_, [&](const auto& row) {
    return row.second.state != MailState::kWaiting && !is_within_an_hour(row.second.created, now);
  });
}

Status MailQueue::name_old(WallTime now, MailStep& step) const {
  const auto mails = outbox_.mails();
  if (!mails) return mails.error();
  for (const OutboxRecord& record : mails.value()) {
    if (record.ended && now - *record.ended > limits::kMailKept) step.mails_gone.push_back(record.message_id);
  }
  return Done{};
}

MailCounts MailQueue::counts() const {
  MailCounts counts = counts_;
  counts.waiting = static_cast<std::uint64_t>(std::count_if(
      mails_.begin(), mails_.end(), [](const auto& row) { return row.second.state == MailState::kWaiting; }));
  return counts;
}

}  // namespace xuncha
