#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "daemon/mail/mailer.h"
#include "storage/outbox.h"

namespace xuncha {

// The waits of the mail desk; the defaults are what the daemon uses.
struct MailTimes {
  std::optional<Milliseconds> digest_every;            // in place of the routes' times of the day
  Milliseconds gather = limits::kMailGatherWait;       // from the first critical case to the mail that tells of it
  Milliseconds retry_first = limits::kMailRetryFirst;  // doubled up to retry_max
  Milliseconds retry_max = limits::kMailRetryMax;
  Milliseconds give_up = limits::kMailGiveUp;
  Milliseconds one_mail = limits::kMailTotalTimeout;  // from connecting to the last answer
  int mails_an_hour = limits::kMailsAnHourMax;        // to one recipient

  // `mail: laboratory`: a minute shows what otherwise takes a day. Waits of seconds, a digest every 2.
  static MailTimes for_laboratory();
};

// Tries since the start by how they ended (xuncha_mails_total), and how many mails wait.
struct MailCounts {
  std::uint64_t sent = 0;
  std::uint64_t deferred = 0;  // made again later
  std::uint64_t refused = 0;   // for good, by the server
  std::uint64_t dropped = 0;   // given up by us
  std::uint64_t waiting = 0;
};

// Hands the outbox's mails to the mailer, one at a time, the longest due first. A mail that is not taken is tried again
// later and later under its own name; when it is the server that does not answer, all mails wait for it together, so
// that its return brings one mail after the other and no storm. Confined to the store's writing thread.
class MailQueue {
 public:
  // All must outlive it; results that come after its end are dropped.
  MailQueue(Outbox& outbox, Mailer& mailer, const Clock& clock, const MailTimes& times);

  // Reads what the store holds. To be called once, first.
  Status load();
  void set_times(const MailTimes& times) { times_ = times; }
  // Where to send from now on; without a server mails wait.
  void set_server(std::optional<MailServer> server, std::string from_address);
  // Mails that the outbox has taken.
  void add(const OutboxRecord& record);
  // Sends the next mail when none is under way. Errors of the store, also of a result that could not be written.
  Status tick(WallTime now);
  // When tick() has something to do, as far as is known; WallTime::max(): after the next add() or result.
  WallTime wake_at() const;

  bool is_waiting(std::string_view recipient, MailKind kind) const;
  // From when on another mail may be made for the recipient: WallTime::min() for at once.
  WallTime free_at(std::string_view recipient, WallTime now) const;
  // Adds those in the store that ended long ago to what the step removes.
  Status name_old(WallTime now, MailStep& step) const;
  MailCounts counts() const;

 private:
  void on_result(const MailResult& result);
  OutboxRecord after(OutboxRecord record, const MailResult& result, WallTime now);
  const OutboxRecord* next_due(WallTime now) const;
  Status write(const OutboxRecord& record);
  void drop_settled(WallTime now);
  // Is this time still to come? One further away than any wait of ours was set by a clock that has gone back since.
  bool is_ahead(WallTime time, WallTime now) const { return time > now && time - now <= times_.retry_max; }
  Milliseconds wait_after(std::uint32_t failures) const;

  Outbox& outbox_;
  Mailer& mailer_;
  const Clock& clock_;
  MailTimes times_;
  std::optional<MailServer> server_;
  std::string from_address_;
  std::map<std::string, OutboxRecord, std::less<>> mails_;  // by Message-ID: waiting, or made in the last hour
  std::string under_way_;                                   // Message-ID
  std::uint32_t server_failures_ = 0;                       // in a row
  WallTime hold_until_ = WallTime::min();                   // for the server
  MailCounts counts_;
  std::optional<Error> failed_;
  std::shared_ptr<MailQueue*> self_;  // for results, which may come after our end
};

}  // namespace xuncha
