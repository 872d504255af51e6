#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/command_line.h"
#include "daemon/cli/command_test_mail.h"

namespace xuncha {

void add_mail_commands(CommandLine& line) {
  auto question = std::make_shared<TestMailQuestion>();
  CLI::App& command = *line.app.add_subcommand(
      "test-mail", line.say("按配置发一封测试邮件，并说明邮件服务器的回应",
                            "send a test mail by the configuration and tell how the server answers"));
  command.add_option("ADDRESS", question->address, line.say("收件人地址", "to whom"))->required();
  command.add_option("--config", question->config_file, line.say("守护程序的配置文件", "the daemon's configuration"))
      ->capture_default_str();
  command.callback([&line, question] {
    line.action = [&line, question] {
      question->language = choose_language(line.language, Audience::kPeople, message_locale());
      return send_test_mail(*question, std::cout);
    };
  });
}

}  // namespace xuncha
