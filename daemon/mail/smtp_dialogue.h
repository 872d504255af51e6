#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/mail/mailer.h"

namespace xuncha {

// Follows an SMTP dialogue by what goes over the wire, to know afterwards which step was refused. Keeps commands
// without their arguments: a password never gets in. Pure; confined to one thread.
class SmtpDialogue {
 public:
  void sent(std::string_view bytes);      // command lines
  void sent_body();                       // any part of the mail itself
  void received(std::string_view bytes);  // reply lines

  const std::vector<MailReply>& replies() const { return replies_; }
  // What the last reply means for this mail; kUnreachable where it was not negative: then the connection broke.
  MailOutcome outcome() const;
  // "RCPT: 550 no such user" of a negative last reply; else empty.
  std::string words() const;

 private:
  void end_line();

  std::string command_;  // empty while connecting
  bool over_ = false;    // QUIT was sent: what follows is of no interest
  std::string line_;
  std::vector<MailReply> replies_;
};

// By RFC 5321 4.2 and the step at which it came.
MailOutcome outcome_of_reply(std::string_view command, std::uint16_t code);

}  // namespace xuncha
