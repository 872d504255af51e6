// Mails to a real SMTP server: aiosmtpd, scripted by tests/support/smtp_server.py.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/mail/mail_desk.h"
#include "daemon/mail/message.h"
#include "daemon/mail/smtp_dialogue.h"
#include "daemon/mail/smtp_mailer.h"
#include "daemon/mail/smtp_session.h"
#include "storage/outbox.h"
#include "tests/storage/scratch.h"
#include "tests/support/mail_office.h"
#include "tests/support/mail_reader.h"
#include "tests/support/run_program.h"
#include "tests/support/smtp_server.h"
#include "tests/support/test_certificates.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

const std::string kPassword = "p@ss 密码=";

class SmtpServer : public test::SmtpServer {
 public:
  explicit SmtpServer(std::vector<std::string> arguments) : test::SmtpServer(XUNCHA_SOURCE_DIR, std::move(arguments)) {}
};

// A server with a certificate of an authority that is made for these tests.
class Smtp : public testing::Test {
 protected:
  static void SetUpTestSuite() { authority_ = new test::TestAuthority(); }
  static void TearDownTestSuite() {
    delete authority_;
    authority_ = nullptr;
  }

  Smtp() : root_(authority_->root_pem()), password_(kPassword + "\n") {
    MailMessage message;
    message.from_name = "巡查";
    message.from_address = job_.from = "xuncha@example.gov.cn";
    message.to_address = job_.to = "webmaster@example.gov.cn";
    message.subject = "【巡查】示例\r\nBcc: thief@example.com";
    message.message_id = message_id("1", message.from_address);
    message.text = ".\n..第一行\n";
    message.html = "<p>第一行</p>\n";
    job_.text = write_message(message);
    job_.server.host = "127.0.0.1";
    job_.server.security = MailSecurity::kNone;
    limits_.connect = 10s;
    limits_.total = 20s;
  }

  std::vector<std::string> with_certificate(const std::string& security, const std::string& name = "IP:127.0.0.1") {
    identity_ = std::make_unique<test::TemporaryFile>(test::pem_of(authority_->issue({.names = {name}})));
    job_.server.cacert = root_.path();
    job_.server.security = security == "tls" ? MailSecurity::kTls : MailSecurity::kStartTls;
    return {"--security", security, "--cert", identity_->path(), "--key", identity_->path()};
  }
  void log_in(std::vector<std::string>& arguments) {
    arguments.insert(arguments.end(), {"--user", "patrol", "--password", kPassword});
    job_.server.user = "patrol";
    job_.server.password.file = password_.path();
  }
  MailResult send(const SmtpServer& server) {
    job_.server.port = server.port;
    return send_by_smtp(job_, limits_, stop_);
  }

  static test::TestAuthority* authority_;
  test::TemporaryFile root_;
  test::TemporaryFile password_;
  std::unique_ptr<test::TemporaryFile> identity_;
  MailJob job_;
  SmtpLimits limits_;
  std::atomic<bool> stop_ = false;
};
test::TestAuthority* Smtp::authority_ = nullptr;

TEST_F(Smtp, a_mail_arrives_whole_over_starttls_with_login) {
  std::vector<std::string> arguments = with_certificate("starttls");
  log_in(arguments);
  const SmtpServer server(arguments);
  const MailResult result = send(server);
  EXPECT_EQ(result.outcome, MailOutcome::kAccepted) << result.words;
  EXPECT_EQ(result.words, "");
  ASSERT_EQ(server.mails().size(), 1u);
  const json mail = server.mails()[0];
  EXPECT_EQ(mail["from"], "xuncha@example.gov.cn");
  EXPECT_EQ(mail["to"], json({"webmaster@example.gov.cn"}));
  EXPECT_EQ(mail["tls"], true);
  EXPECT_EQ(mail["user"], "patrol");
  EXPECT_EQ(mail["data"], job_.text);
  const json read = test::read_mail(mail["data"], XUNCHA_SOURCE_DIR);
  EXPECT_EQ(read["headers"]["subject"], "【巡查】示例␍␊Bcc: thief@example.com");
  EXPECT_EQ(read["text"], ".\n..第一行\n");
  EXPECT_EQ(read["html"], "<p>第一行</p>\n");
  std::vector<std::string> commands;
  for (const MailReply& reply : result.dialogue) commands.push_back(reply.command);
  EXPECT_EQ(commands,
            (std::vector<std::string>{"", "EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"}));
  EXPECT_EQ(result.dialogue.back().text, "2.0.0 queued as 1A2B3C");
}

TEST_F(Smtp, a_mail_arrives_over_tls_from_the_start) {
  std::vector<std::string> arguments = with_certificate("tls");
  log_in(arguments);
  const SmtpServer server(arguments);
  EXPECT_EQ(send(server).outcome, MailOutcome::kAccepted);
  ASSERT_EQ(server.mails().size(), 1u);
  EXPECT_EQ(server.mails()[0]["user"], "patrol");
}

TEST_F(Smtp, a_mail_arrives_in_the_clear_where_that_is_configured) {
  const SmtpServer server({});
  EXPECT_EQ(send(server).outcome, MailOutcome::kAccepted);
  ASSERT_EQ(server.mails().size(), 1u);
  EXPECT_EQ(server.mails()[0]["tls"], false);
}

TEST_F(Smtp, the_password_comes_from_a_credential_of_systemd) {
  std::vector<std::string> arguments = with_certificate("starttls");
  log_in(arguments);
  const Scratch credentials;
  std::ofstream(credentials.path() / "smtp") << kPassword;
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1), 0);
  job_.server.password = {"", "smtp"};
  const SmtpServer server(arguments);
  EXPECT_EQ(send(server).outcome, MailOutcome::kAccepted);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

// --- what needs a change of the configuration ---------------------------------------------------------------------

TEST_F(Smtp, a_certificate_of_an_unknown_authority_or_another_name_is_refused_before_anything_is_said) {
  for (const std::string security : {"starttls", "tls"}) {
    std::vector<std::string> arguments = with_certificate(security);
    log_in(arguments);
    {
      const SmtpServer server(arguments);
      job_.server.cacert.clear();
      const MailResult result = send(server);
      EXPECT_EQ(result.outcome, MailOutcome::kMisconfigured) << security << result.words;
      EXPECT_NE(result.words.find("certificate"), std::string::npos) << result.words;
      EXPECT_TRUE(server.mails().empty());
    }
    arguments = with_certificate(security, "DNS:other.test");
    log_in(arguments);
    const SmtpServer server(arguments);
    EXPECT_EQ(send(server).outcome, MailOutcome::kMisconfigured) << security;
    EXPECT_TRUE(server.mails().empty());
  }
}

TEST_F(Smtp, a_server_without_starttls_gets_neither_password_nor_mail) {
  std::vector<std::string> arguments;
  log_in(arguments);
  job_.server.security = MailSecurity::kStartTls;
  const SmtpServer server(arguments);
  const MailResult result = send(server);
  EXPECT_EQ(result.outcome, MailOutcome::kMisconfigured) << result.words;
  for (const MailReply& reply : result.dialogue) EXPECT_NE(reply.command, "AUTH");
  EXPECT_TRUE(server.mails().empty());
}

TEST_F(Smtp, a_wrong_password_is_said_without_saying_the_password) {
  std::vector<std::string> arguments = with_certificate("starttls");
  log_in(arguments);
  const test::TemporaryFile wrong("s3cret-wrong\n");
  job_.server.password.file = wrong.path();
  const SmtpServer server(arguments);
  const MailResult result = send(server);
  EXPECT_EQ(result.outcome, MailOutcome::kMisconfigured);
  EXPECT_NE(result.words.find("535"), std::string::npos) << result.words;
  std::string all = result.words;
  for (const MailReply& reply : result.dialogue) all += reply.command + reply.text;
  EXPECT_EQ(all.find("s3cret"), std::string::npos);
  EXPECT_TRUE(server.mails().empty());
  job_.server.password.file = "/nonexistent/secret";
  EXPECT_EQ(send(server).outcome, MailOutcome::kMisconfigured);
}

TEST_F(Smtp, a_sender_that_is_not_permitted_is_a_fault_of_the_configuration) {
  const SmtpServer server({"--then", "sender"});
  const MailResult result = send(server);
  EXPECT_EQ(result.outcome, MailOutcome::kMisconfigured);
  EXPECT_EQ(result.words, "MAIL: 553 5.7.1 sender not permitted");
}

// --- what passes, and what does not -------------------------------------------------------------------------------

TEST_F(Smtp, greylisting_passes_with_the_second_try) {
  const SmtpServer server({"--then", "greylist", "--then", "accept"});
  const MailResult first = send(server);
  EXPECT_EQ(first.outcome, MailOutcome::kNotNow);
  EXPECT_EQ(first.words, "RCPT: 451 4.7.1 greylisted, come back later");
  EXPECT_EQ(send(server).outcome, MailOutcome::kAccepted);
  EXPECT_EQ(server.mails().size(), 1u);
}

TEST_F(Smtp, a_refused_recipient_a_refused_mail_and_a_full_box_are_told_apart) {
  const SmtpServer server({"--then", "refuse=webmaster@example.gov.cn", "--then", "reject", "--then", "full"});
  EXPECT_EQ(send(server).outcome, MailOutcome::kRefused);
  const MailResult reject = send(server);
  EXPECT_EQ(reject.outcome, MailOutcome::kRefused);
  EXPECT_EQ(reject.words, "END: 554 5.7.1 looks like spam");
  EXPECT_EQ(send(server).outcome, MailOutcome::kNotNow);
}

TEST_F(Smtp, a_server_that_dies_after_the_mail_may_have_it_and_gets_it_again_under_the_same_name) {
  const SmtpServer server({"--then", "die", "--then", "accept"});
  EXPECT_EQ(send(server).outcome, MailOutcome::kUnreachable);
  EXPECT_EQ(send(server).outcome, MailOutcome::kAccepted);
  ASSERT_EQ(server.mails().size(), 2u);
  EXPECT_EQ(server.mails()[0]["data"], server.mails()[1]["data"]);
}

TEST_F(Smtp, a_server_that_hangs_is_left_in_time) {
  limits_.total = 700ms;
  for (const char* step : {"hang", "hang-data"}) {
    const SmtpServer server({"--then", step});
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(send(server).outcome, MailOutcome::kUnreachable) << step;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  }
}

TEST_F(Smtp, a_server_that_is_not_there_or_closes_down_is_unreachable) {
  const SmtpServer server({"--then", "busy"});
  const MailResult busy = send(server);
  EXPECT_EQ(busy.outcome, MailOutcome::kUnreachable);
  EXPECT_EQ(busy.words, "421 4.3.2 closing down");
  job_.server.port = 1;
  EXPECT_EQ(send_by_smtp(job_, limits_, stop_).outcome, MailOutcome::kUnreachable);
  job_.server.host = "no.such.host.invalid";
  EXPECT_EQ(send_by_smtp(job_, limits_, stop_).outcome, MailOutcome::kUnreachable);
}

// --- the worker ---------------------------------------------------------------------------------------------------

// A main loop for tests.
class Loop {
 public:
  SmtpMailer::Post post() {
    return [this](std::function<void()> work) {
      const std::lock_guard<std::mutex> lock(mutex_);
      work_.push_back(std::move(work));
      wake_.notify_one();
    };
  }
  template <class Condition>
  bool run_until(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      std::unique_lock<std::mutex> lock(mutex_);
      if (!wake_.wait_until(lock, end, [this] { return !work_.empty(); })) return false;
      const std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
};

TEST_F(Smtp, stopping_does_not_wait_for_a_server_that_hangs) {
  const SmtpServer server({"--then", "hang"});
  job_.server.port = server.port;
  Loop loop;
  auto mailer = std::make_unique<SmtpMailer>(loop.post(), limits_);
  bool told = false;
  mailer->send(job_, [&told](const MailResult&) { told = true; });
  std::this_thread::sleep_for(200ms);
  const auto begin = std::chrono::steady_clock::now();
  mailer.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_FALSE(told);
}

// The whole way: a case, a digest to two recipients of whom one is refused, greylisting and a death on the way.
TEST_F(Smtp, a_digest_reaches_those_who_exist_and_is_read_by_another_parser) {
  std::vector<std::string> arguments = with_certificate("starttls");
  log_in(arguments);
  arguments.insert(arguments.end(), {"--then", "greylist", "--then", "die", "--then", "refuse=nobody@example.gov.cn"});
  const SmtpServer server(arguments);
  test::Office office;
  office.add_site("www.example.gov.cn").name = "示例市<script>政府";
  office.add_route({"webmaster@example.gov.cn", "nobody@example.gov.cn"});
  office.configuration.mail->server = job_.server;
  office.configuration.mail->server.port = server.port;
  office.times.retry_first = Milliseconds(1);
  office.times.retry_max = 1h;
  Loop loop;
  SmtpMailer mailer(loop.post(), limits_);
  MailDesk desk(*office.store, mailer, office.clock, office.times);
  ASSERT_TRUE(desk.configure(std::make_shared<const Configuration>(office.configuration)).ok());
  office.open("www.example.gov.cn", "通知<b>\r\n.doc");
  office.clock.pass(std::chrono::minutes(31));
  ASSERT_TRUE(desk.tick(office.clock.wall()).ok());
  ASSERT_TRUE(desk.tick(office.clock.wall()).ok());
  ASSERT_TRUE(loop.run_until([&] {
    office.clock.pass(1s);
    EXPECT_TRUE(desk.tick(office.clock.wall()).ok());
    return desk.counts().waiting == 0;
  }));
  EXPECT_EQ(desk.counts().sent, 1u);
  EXPECT_EQ(desk.counts().refused, 1u);
  EXPECT_EQ(desk.counts().deferred, 2u);
  std::vector<json> of_webmaster;
  for (const json& mail : server.mails()) {
    if (mail["to"] == json({"webmaster@example.gov.cn"})) of_webmaster.push_back(mail);
  }
  ASSERT_FALSE(of_webmaster.empty());
  const json read = test::read_mail(of_webmaster.back()["data"], XUNCHA_SOURCE_DIR);
  EXPECT_EQ(read["headers"]["subject"], "【巡查】示例市<script>政府：新发现 1 项");
  for (const char* part : {"text", "html_text"}) {
    EXPECT_NE(read[part].get<std::string>().find("https://www.example.gov.cn/通知<b>␍␊.doc"), std::string::npos)
        << part;
  }
  EXPECT_TRUE(read["defects"].empty());
  for (const auto& tag : read["tags"]) EXPECT_NE(tag, "script");
}

// --- xuncha test-mail ---------------------------------------------------------------------------------------------

class TestMail : public Smtp {
 protected:
  test::ProgramEnd run(std::uint16_t port, const std::string& address = "webmaster@example.gov.cn") {
    const MailServer& server = job_.server;
    std::string text = "sites: [{home: \"https://www.example.gov.cn/\"}]\nmail:\n  server: {host: 127.0.0.1, port: " +
                       std::to_string(port) + ", security: " + std::string(mail_security_name(server.security));
    if (!server.user.empty()) text += ", user: " + server.user + ", password_file: " + server.password.file;
    if (!server.cacert.empty()) text += ", cacert: " + server.cacert;
    text += "}\n  from: 巡查 <xuncha@example.gov.cn>\n  routes: [{to: [a@example.gov.cn]}]\n";
    const test::TemporaryFile config(text);
    return test::run_program(XUNCHA_BINARY_DIR "/xuncha",
                             {"--lang", "zh-CN", "test-mail", address, "--config", config.path()}, 60s);
  }
};

TEST_F(TestMail, tells_each_step_in_plain_words_and_the_mail_arrives) {
  std::vector<std::string> arguments = with_certificate("starttls");
  log_in(arguments);
  std::filesystem::permissions(password_.path(), std::filesystem::perms::owner_read);
  const SmtpServer server(arguments);
  const test::ProgramEnd end = run(server.port);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  for (const char* step :
       {"加密  220", "登录  235", "收件人  250", "交付  250 2.0.0 queued", "成功：邮件服务器已收下"}) {
    EXPECT_NE(end.out.find(step), std::string::npos) << step << "\n" << end.out;
  }
  ASSERT_EQ(server.mails().size(), 1u);
  const json read = test::read_mail(server.mails()[0]["data"], XUNCHA_SOURCE_DIR);
  EXPECT_EQ(read["headers"]["subject"], "【巡查】测试邮件");
  EXPECT_NE(read["text"].get<std::string>().find("发件人：巡查 <xuncha@example.gov.cn>"), std::string::npos);
  EXPECT_TRUE(read["defects"].empty());
}

TEST_F(TestMail, exit_code_tells_what_may_pass_from_what_needs_a_change) {
  const SmtpServer server({"--then", "greylist", "--then", "refuse=webmaster@example.gov.cn", "--then", "sender"});
  const test::ProgramEnd later = run(server.port);
  EXPECT_EQ(later.exit_code, 75) << later.err;
  EXPECT_NE(later.err.find("RCPT: 451"), std::string::npos) << later.err;
  EXPECT_EQ(run(server.port).exit_code, 78);
  EXPECT_EQ(run(server.port).exit_code, 78);
  EXPECT_EQ(run(1).exit_code, 75);
  EXPECT_EQ(run(server.port, "nobody").exit_code, 2);
  const std::string program = XUNCHA_BINARY_DIR "/xuncha";
  EXPECT_EQ(test::run_program(program, {"test-mail", "a@b.cn", "--config", "/nonexistent"}).exit_code, 78);
  const test::TemporaryFile without("sites: [{home: \"https://www.example.gov.cn/\"}]\n");
  EXPECT_EQ(test::run_program(program, {"test-mail", "a@b.cn", "--config", without.path()}).exit_code, 78);
  EXPECT_EQ(test::run_program(program, {"test-mail"}).exit_code, 2);
}

// --- the dialogue -------------------------------------------------------------------------------------------------

// RFC 5321 4.2.1 and 4.2.2.
TEST(SmtpReplies, mean_by_code_and_step_whether_to_try_again) {
  struct Row {
    const char* command;
    std::uint16_t code;
    MailOutcome outcome;
  };
  const Row rows[] = {
      {"", 421, MailOutcome::kUnreachable},
      {"", 554, MailOutcome::kUnreachable},
      {"EHLO", 502, MailOutcome::kUnreachable},
      {"STARTTLS", 454, MailOutcome::kUnreachable},
      {"STARTTLS", 502, MailOutcome::kMisconfigured},
      {"AUTH", 454, MailOutcome::kUnreachable},
      {"AUTH", 535, MailOutcome::kMisconfigured},
      {"MAIL", 451, MailOutcome::kUnreachable},
      {"MAIL", 530, MailOutcome::kMisconfigured},
      {"MAIL", 552, MailOutcome::kRefused},
      {"RCPT", 250, MailOutcome::kUnreachable},
      {"RCPT", 421, MailOutcome::kUnreachable},
      {"RCPT", 450, MailOutcome::kNotNow},
      {"RCPT", 550, MailOutcome::kRefused},
      {"DATA", 451, MailOutcome::kNotNow},
      {"DATA", 554, MailOutcome::kRefused},
      {"END", 452, MailOutcome::kNotNow},
      {"END", 552, MailOutcome::kRefused},
  };
  for (const Row& row : rows)
    EXPECT_EQ(outcome_of_reply(row.command, row.code), row.outcome) << row.command << row.code;
}

TEST(SmtpReplies, are_read_from_any_bytes_in_any_pieces) {
  SmtpDialogue dialogue;
  dialogue.received("220 mail.test");
  dialogue.received(" ready\r\n");
  dialogue.sent("EHLO me\r\n");
  dialogue.received("250-mail.test\r\n250-SIZE 1000\r\n250 HELP\r\n");
  dialogue.sent("AUTH PLAIN AHB3ZA==\r\n");
  dialogue.sent("c2VjcmV0\r\n");
  dialogue.received("235 ok\r\n\r\nnonsense\r\n99\r\n\0\0\0\r\n");
  dialogue.sent("mail FROM:<a@b>\r\n");
  dialogue.received(std::string(100'000, '5') + "\r\n");
  dialogue.received("250\r\n");
  dialogue.sent("QUIT\r\n");
  dialogue.received("221 bye\r\n");
  std::vector<std::string> steps;
  for (const MailReply& reply : dialogue.replies()) {
    steps.push_back(reply.command + " " + std::to_string(reply.code) + " " + reply.text.substr(0, 20));
  }
  EXPECT_EQ(steps, (std::vector<std::string>{" 220 mail.test ready", "EHLO 250 HELP", "AUTH 235 ok",
                                             "MAIL 555 " + std::string(20, '5'), "MAIL 250 "}));
  EXPECT_EQ(dialogue.words(), "");
  for (int turn = 0; turn < 10'000; ++turn) dialogue.received("250 more\r\n");
  EXPECT_LE(dialogue.replies().size(), limits::kMailDialogueLinesMax);
}

}  // namespace
}  // namespace xuncha
