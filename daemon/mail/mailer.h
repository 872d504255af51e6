#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "daemon/config/configuration.h"

namespace xuncha {

// One mail to be handed to a server.
struct MailJob {
  MailServer server;
  std::string from;  // envelope addresses
  std::string to;
  std::string text;                                   // headers and body
  Milliseconds patience = limits::kMailTotalTimeout;  // from connecting to the last answer
};

// What became of it. Only kAccepted is sure: after a lost answer the server may have taken the mail all the same.
enum class MailOutcome : std::uint8_t {
  kAccepted,       // the server said that it has it
  kRefused,        // this mail or its recipient will never be taken (5xx)
  kNotNow,         // this mail or its recipient not now (4xx): greylisting, full mailbox
  kUnreachable,    // the server does not answer, or nobody at all is served now
  kMisconfigured,  // nothing goes until somebody changes something: login, certificate, sender
};
std::string_view mail_outcome_name(MailOutcome outcome);

// One step of the dialogue: what we said ("" for connecting, "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "END")
// and what the server answered.
struct MailReply {
  std::string command;
  std::uint16_t code = 0;
  std::string text;  // the last line, without the code; as the server sent it
};

struct MailResult {
  MailOutcome outcome = MailOutcome::kUnreachable;
  std::string words;  // what went wrong, in the server's or the library's words; empty when accepted
  std::vector<MailReply> dialogue;
};

// The sending seam. Thread rule: called on, and calls back on, the thread that owns the implementation; the handler is
// never called from inside send(). Handlers of mails that are under way when it is destroyed are not called.
class Mailer {
 public:
  using Handler = std::function<void(MailResult)>;
  virtual ~Mailer() = default;
  virtual void send(MailJob job, Handler on_result) = 0;
};

}  // namespace xuncha
