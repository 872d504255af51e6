#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/url.h"
#include "daemon/config/configuration.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/mail/mailer.h"
#include "storage/store.h"
#include "tests/storage/scratch.h"

namespace xuncha::test {

inline constexpr WallTime kOfficeOpens = WallTime(Milliseconds(1'714'089'600'000));  // 2024-04-26 08:00 in Beijing

class OfficeClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_ += steady_step_; }
  void set(WallTime wall) { wall_ = wall; }
  void pass(Milliseconds time) {
    wall_ += time;
    steady_ += time;
  }
  // Every look at the steady clock takes this long.
  void slow_down(Milliseconds step) { steady_step_ = step; }

 private:
  WallTime wall_ = kOfficeOpens;
  mutable SteadyTime steady_{};
  Milliseconds steady_step_{};
};

// Keeps what it is given until the test says what became of it.
class HandMailer final : public Mailer {
 public:
  struct Item {
    MailJob job;
    Handler on_result;
  };
  void send(MailJob job, Handler on_result) override { items.push_back({std::move(job), std::move(on_result)}); }
  std::deque<Item> items;
};

// A mail as a recipient reads it.
struct ReadMail {
  std::string to;
  std::string message_id;
  std::string text;
  // The addresses under one of the headings 新发现, 未整改, 已恢复.
  std::vector<std::string> under(std::string_view heading) const;
};
ReadMail read_mail_text(const std::string& to, const std::string& bytes);

// A mail desk with a store, and the hand that drives both.
class Office {
 public:
  Office();  // in a directory of its own
  explicit Office(const std::filesystem::path& directory);
  // As after kill -9 and a new start: everything but the store is new.
  void restart();
  void configure();

  // A case's step, committed and noted as the daemon does.
  void open(const std::string& site, const std::string& name, Severity severity = Severity::kMajor,
            const std::string& rule = "link.broken", Reason reason = {ReasonCode::kHttpStatus, 404});
  void set_state(const std::string& site, const std::string& name, FindingState state,
                 const std::string& rule = "link.broken");
  static std::string url(const std::string& site, const std::string& name);

  // Ticks now; then each mail that is handed out has this outcome, until none is.
  void tick(MailOutcome outcome = MailOutcome::kAccepted);
  // The same at every wake_at() until `time` has passed.
  void pass(Milliseconds time, MailOutcome outcome = MailOutcome::kAccepted);

  SiteConfig& add_site(const std::string& id, const std::string& unit = {});
  MailRoute& add_route(std::vector<std::string> to);

  Configuration configuration;
  OfficeClock clock;
  MailTimes times;
  std::unique_ptr<Store> store;
  std::unique_ptr<HandMailer> mailer;
  std::unique_ptr<MailDesk> desk;
  std::vector<ReadMail> inbox;  // all that was accepted, in order
  int tries = 0;

 private:
  void start();
  void commit(Finding finding, FindingState to);
  std::unique_ptr<Scratch> scratch_;
  std::filesystem::path directory_;
  bool configured_ = false;
};

}  // namespace xuncha::test
