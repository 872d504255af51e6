#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/finding.h"
#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/mail/digest.h"
#include "daemon/mail/mail_queue.h"
#include "daemon/mail/mailer.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace xuncha {

// Tells the people: a digest a recipient at their times of the day (MailRoute::digest) of what opened, is still open
// and closed; critical openings after a short wait, gathered. What is told is worked out from the store, from the cases
// as they are and what each recipient was told last, so that nothing is lost when the process dies: note() is only a
// hint that something critical may be urgent. A mail and the notices in it are one synced write before it is sent.
//
// Of one recipient at most one digest and one urgent mail wait at a time: what happens meanwhile goes into the next
// one. So a server that was down for days gets a few mails and not a storm.
//
// How to drive it, all on the thread that writes the store:
//   configure() once at the start and after each reload; note() after an open case is committed; tick() at wake_at(),
//   or once a second. wake_at() may change in each of these and in results that the mailer brings: ask after them.
class MailDesk {
 public:
  // All must outlive it; the mailer's results are dropped afterwards.
  MailDesk(Store& store, Mailer& mailer, const Clock& clock, const MailTimes& times = {});
  MailDesk(const MailDesk&) = delete;
  MailDesk& operator=(const MailDesk&) = delete;

  // Takes over who is to be told of what. Without a `mail` section mails that wait go on waiting. kUnavailable: as
  // Store::commit.
  Status configure(std::shared_ptr<const Configuration> configuration);
  void note(const Finding& finding);
  // What is due now; at most about limits::kMailScanSlice of reading through the sites, then the rest in the next call.
  // An Error is the store's, and final: a mail's fate could not be written, so sending must stop (exit 75).
  Status tick(WallTime now);
  WallTime wake_at() const;

  MailCounts counts() const { return queue_.counts(); }

 private:
  struct Recipient {
    MailAddress address;
    std::vector<const MailRoute*> routes;  // of configuration_
    std::vector<std::chrono::minutes> times;
    DigestRecord digest;
    std::set<std::pair<std::string, std::string>> urgent;  // site and finding: critical, perhaps not yet told
    WallTime urgent_at = WallTime::max();

    // A case that they were told of stays theirs, whatever its severity becomes.
    bool wants(const SiteConfig& site, const Finding& finding, const NoticeRecord* told) const;
    // When the next digest is due; at once where the last one is dated far ahead, by a clock that has gone back since.
    WallTime digest_at(WallTime now, const MailTimes& waits) const;
  };

  // A digest in the making.
  struct Draft {
    std::string recipient;
    Digest digest;
    std::vector<NoticeRecord> notices;  // without the mail's name
    std::vector<NoticeName> closed;
    bool cut = false;  // limits::kMailCasesMax was reached
  };

  // A way through all sites, some in each tick: for the digests of the recipients that are due, or with no drafts at
  // the start, for critical cases that were not told before the process ended.
  struct Scan {
    WallTime now{};
    std::size_t next_site = 0;
    std::vector<Draft> drafts;
  };

  Status load();
  Status take_in_recipients(WallTime now);
  Status forget_the_departed(WallTime now);
  void begin_scan(WallTime now);
  Status step_scan();
  Status scan_site(const SiteConfig& site);
  Status scan_for_urgent(const SiteConfig& site, const Finding& finding);
  Status add_case(Draft& draft, const SiteConfig& site, const Finding& finding, bool held_back);
  Status finish_scan();
  Status make_urgent(Recipient& recipient, WallTime now);
  Draft draft_for(const Recipient& recipient, MailKind kind, WallTime now) const;
  // Adds the draft's mail and what it tells to the step.
  void add_mail(const Draft& draft, MailStep& step) const;
  Status commit(const MailStep& step);
  bool is_digest_due(const Recipient& recipient, WallTime now) const;
  const SiteConfig* site_of(std::string_view id) const;

  Store& store_;
  Outbox outbox_;
  const Clock& clock_;
  const MailTimes times_given_;
  MailTimes times_;  // those, or of the laboratory
  MailQueue queue_;
  std::shared_ptr<const Configuration> configuration_;
  std::map<std::string, const SiteConfig*, std::less<>> sites_;
  std::map<std::string, Recipient, std::less<>> recipients_;  // by address
  bool loaded_ = false;
  bool looked_for_urgent_ = false;
  std::optional<Scan> scan_;
};

}  // namespace xuncha
