#include "daemon/mail/smtp_dialogue.h"

#include <algorithm>
#include <array>

#include "core/code_points.h"
#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::array<std::string_view, 8> kVerbs = {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"};

// The command's name in capitals; of whatever is no command, something that is no name.
std::string upper_verb(std::string_view line) {
  std::string verb(line.substr(0, line.find_first_of(" \r\n")));
  for (char& c : verb) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return verb;
}

bool concerns_this_mail(std::string_view command) {
  return command == "RCPT" || command == "DATA" || command == "END";
}

}  // namespace

std::string_view mail_outcome_name(MailOutcome outcome) {
  constexpr std::array<std::string_view, 5> kNames = {"accepted", "refused", "not_now", "unreachable", "misconfigured"};
  return kNames[static_cast<std::size_t>(outcome)];
}

MailOutcome outcome_of_reply(std::string_view command, std::uint16_t code) {
  if (code < 400) return MailOutcome::kUnreachable;
  if (code == 421) return MailOutcome::kUnreachable;  // the server is going away (RFC 5321 3.8)
  if (code < 500) return concerns_this_mail(command) ? MailOutcome::kNotNow : MailOutcome::kUnreachable;
  if (concerns_this_mail(command)) return MailOutcome::kRefused;
  if (command == "MAIL" && code == 552) return MailOutcome::kRefused;  // too big (RFC 1870 6)
  if (command == "AUTH" || command == "STARTTLS" || command == "MAIL") return MailOutcome::kMisconfigured;
  return MailOutcome::kUnreachable;
}

void SmtpDialogue::sent(std::string_view bytes) {
  const std::string verb = upper_verb(bytes);
  const auto known = std::find(kVerbs.begin(), kVerbs.end(), verb);
  if (known == kVerbs.end()) return;  // the answer to a challenge of AUTH
  over_ = over_ || verb == "QUIT";
  command_ = verb == "HELO" ? "EHLO" : verb;
}

void SmtpDialogue::sent_body() {
  command_ = "END";
}

void SmtpDialogue::received(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      end_line();
    } else if (line_.size() < limits::kErrorWordsBytesMax) {
      line_.push_back(c);
    }
  }
}

void SmtpDialogue::end_line() {
  std::string line;
  line.swap(line_);
  if (line.ends_with('\r')) line.pop_back();
  if (over_ || line.size() < 3 || (line.size() > 3 && line[3] == '-')) return;  // a reply's last line has a space there
  if (!std::all_of(line.begin(), line.begin() + 3, is_ascii_digit)) return;
  if (line.starts_with("334")) return;  // a challenge within AUTH (RFC 4954 4)
  const auto code = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  if (replies_.size() >= limits::kMailDialogueLinesMax) replies_.erase(replies_.begin());
  replies_.push_back({command_, code, line.size() > 4 ? line.substr(4) : std::string()});
}

MailOutcome SmtpDialogue::outcome() const {
  return replies_.empty() ? MailOutcome::kUnreachable : outcome_of_reply(replies_.back().command, replies_.back().code);
}

std::string SmtpDialogue::words() const {
  if (replies_.empty() || replies_.back().code < 400) return {};
  const MailReply& last = replies_.back();
  return (last.command.empty() ? "" : last.command + ": ") + std::to_string(last.code) + " " + clean_utf8(last.text);
}

}  // namespace xuncha
