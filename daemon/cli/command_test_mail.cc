#include "daemon/cli/command_test_mail.h"

#include <atomic>
#include <iostream>

#include "core/civil.h"
#include "core/clock.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/read.h"
#include "daemon/mail/mail_queue.h"
#include "daemon/mail/mail_texts.h"
#include "daemon/mail/mail_writer.h"
#include "daemon/mail/message.h"
#include "daemon/mail/smtp_session.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

std::string server_name(const MailServer& server) {
  return server.host + ":" + std::to_string(server.port);
}

MailJob job_of(const MailConfig& mail, const TestMailQuestion& question, WallTime now) {
  const MailTexts& texts = mail_texts(question.language);
  const std::string from = mail.from.name.empty() ? mail.from.address : mail.from.name + " <" + mail.from.address + ">";
  MailWriter writer(question.language);
  writer.title(texts.subject_test);
  writer.lines(
      filled(texts.test_text, {{"time", format_beijing(now)}, {"server", server_name(mail.server)}, {"from", from}}));
  writer.footer(texts.test_hint);

  MailMessage message;
  message.from_name = mail.from.name;
  message.from_address = mail.from.address;
  message.to_address = question.address;
  message.subject = texts.subject_test;
  message.message_id =
      message_id("test " + question.address + " " + std::to_string(now.time_since_epoch().count()), mail.from.address);
  message.date = now;
  message.language = question.language;
  message.text = writer.text();
  message.html = writer.html();
  const MailTimes times = mail.laboratory ? MailTimes::for_laboratory() : MailTimes();
  return {mail.server, mail.from.address, question.address, write_message(message), times.one_mail};
}

void print_dialogue(const MailResult& result, const MailTexts& texts, std::ostream& out) {
  for (const MailReply& reply : result.dialogue) {
    std::string_view step = reply.command;
    for (const MailStepTexts& row : texts.steps) {
      if (row.command == reply.command) step = row.text;
    }
    out << "  " << step << "  " << reply.code << ' ' << visible_text(reply.text) << '\n';
  }
}

int exit_code_of(MailOutcome outcome) {
  switch (outcome) {
    case MailOutcome::kAccepted:
      return kExitClean;
    case MailOutcome::kNotNow:
    case MailOutcome::kUnreachable:
      return kExitUnavailable;
    case MailOutcome::kRefused:
    case MailOutcome::kMisconfigured:
      return kExitConfiguration;
  }
  return kExitInternal;
}

}  // namespace

int send_test_mail(const TestMailQuestion& question, std::ostream& out) {
  if (!is_mail_address(question.address)) {
    return fail_with(Error{ErrorCode::kUsage, "ADDRESS",
                           "\"" + question.address + "\" is no mail address; write wang@example.gov.cn"});
  }
  const ConfigurationReading reading = read_configuration(question.config_file);
  for (const Error& fault : reading.faults) fail_with(fault);
  if (!reading.faults.empty()) return kExitConfiguration;
  const std::optional<MailConfig>& mail = reading.configuration.mail;
  if (!mail || !is_mail_address(mail->from.address)) {
    return fail_with(Error{ErrorCode::kConfiguration, question.config_file,
                           mail ? "mail.from: " + mail->from.address + " is no address that a mail server takes"
                                : "mail: is missing; it needs server, from and routes"});
  }
  const MailTexts& texts = mail_texts(question.language);
  out << filled(texts.test_server,
                {{"server", server_name(mail->server)}, {"security", mail_security_name(mail->server.security)}})
      << '\n';
  const std::atomic<bool> stop = false;
  const MailResult result = send_by_smtp(job_of(*mail, question, SystemClock().wall()), SmtpLimits{}, stop);
  print_dialogue(result, texts, out);
  if (!result.words.empty()) std::cerr << "xuncha: " << visible_text(result.words) << '\n';
  out << texts.outcomes[static_cast<std::size_t>(result.outcome)] << '\n';
  return exit_code_of(result.outcome);
}

}  // namespace xuncha
