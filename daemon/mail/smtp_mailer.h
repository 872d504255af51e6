#pragma once

#include <functional>
#include <memory>

#include "daemon/mail/mailer.h"
#include "daemon/mail/smtp_session.h"

namespace xuncha {

// Sends over SMTP in one worker thread, one mail after the other. Thread rule: as Mailer's; only `post` is called from
// the worker.
class SmtpMailer final : public Mailer {
 public:
  // Runs a function on the owner's thread soon, from any thread (as boost::asio::post to the main loop does).
  using Post = std::function<void(std::function<void()>)>;

  explicit SmtpMailer(Post post, SmtpLimits limits = {});
  // Gives up the mail that is under way, within about a second; it is not known whether the server has it.
  ~SmtpMailer() override;
  SmtpMailer(const SmtpMailer&) = delete;
  SmtpMailer& operator=(const SmtpMailer&) = delete;

  void send(MailJob job, Handler on_result) override;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with results that are posted and not yet run
};

}  // namespace xuncha
