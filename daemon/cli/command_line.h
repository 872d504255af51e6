#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/cli/check_options.h"
#include "daemon/report/texts.h"

namespace CLI {
class App;
}

// Between the files that say which commands and options there are (cli*.cc, the only ones that name CLI11). Internal.
namespace xuncha {

struct CommandLine {
  CLI::App& app;
  Language help;                     // of descriptions
  std::optional<Language> language;  // --lang
  std::function<int()> action;       // set by the chosen command when parsing has succeeded

  std::string say(std::string_view chinese, std::string_view english) const {
    return std::string(help == Language::kChinese ? chinese : english);
  }
};

// cli.cc: --lang, and as it stands in the arguments: help is written before they are parsed.
void add_language_option(CommandLine& line);
std::optional<Language> asked_language(std::span<const char* const> arguments);
// cli_questions.cc: url, address, robots, decode, sitemap, inspect.
void add_question_commands(CommandLine& line);
// cli_config.cc: config check.
void add_config_commands(CommandLine& line);
// cli_site.cc: site discover|list.
void add_site_commands(CommandLine& line);
// cli_store.cc: findings, store check|backup|restore|salvage.
void add_store_commands(CommandLine& line);

// cli_mail.cc: test-mail.
void add_mail_commands(CommandLine& line);

// cli_check.cc: `xuncha check`. `run` gets checked options and gives the exit code.
void add_check_command(CommandLine& line, std::function<int(const CheckOptions&)> run);
// The options that fill in `arguments`, which must live until the command has run.
void add_network_options(CommandLine& line, CLI::App& command, NetworkArguments& arguments);

}  // namespace xuncha
