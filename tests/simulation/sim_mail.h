#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "daemon/mail/mailer.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/faults_found.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/world.h"

namespace xuncha::simulation {

// The mailing seam: a server that is sometimes gone or greylists, and people who read. Each opened and each closed case
// must reach each of them under one Message-ID; a mail may come twice only where a death of the process lost the
// server's answer. Thread rule: confined to one thread.
class SimMail final : public Mailer {
 public:
  SimMail(const World& world, SimClock& clock, FaultsFound& faults, Dice dice, std::vector<Span> outages)
      : world_(world), clock_(clock), faults_(faults), dice_(dice), outages_(std::move(outages)) {}

  void send(MailJob job, Handler on_result) override;

  bool deliver();
  Moment next_at() const { return under_way_.empty() ? kNever : under_way_.front().at; }
  // The process is gone: some of what was under way arrived, and nobody hears of it.
  void forget_process();

  // After the month: was everything told that had to be?
  void finish(const Judge& judge);
  std::size_t mails() const { return mails_; }

 private:
  struct UnderWay {
    Moment at{};
    MailJob job;
    Handler on_result;
    MailOutcome outcome = MailOutcome::kAccepted;
  };
  // What one mail, or several, told of a case.
  struct Told {
    std::set<std::string> opened;  // Message-IDs
    std::set<std::string> closed;
  };
  struct Inbox {
    std::map<std::pair<std::string, std::string>, Told> told;  // by site id and subject
    std::uint64_t cut_mails = 0;                               // that left something out
  };

  void accept(const MailJob& job);

  const World& world_;
  SimClock& clock_;
  FaultsFound& faults_;
  Dice dice_;
  std::vector<Span> outages_;
  std::deque<UnderWay> under_way_;
  std::map<std::string, Inbox> inboxes_;         // by recipient
  std::map<std::string, std::uint32_t> copies_;  // by Message-ID
  std::uint32_t deaths_ = 0;                     // with a mail under way
  std::uint32_t repeats_ = 0;
  std::size_t mails_ = 0;
};

}  // namespace xuncha::simulation
