#include "daemon/cli/cli.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <memory>
#include <span>

#include "core/version.h"
#include "daemon/cli/check.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/command_rules.h"
#include "daemon/cli/exit_code.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

ListFormat list_format(const std::string& name) {
  return name == "json" ? ListFormat::kJson : ListFormat::kText;
}

void add_rules_command(CommandLine& line) {
  CLI::App& command = *line.app.add_subcommand(
      "rules", line.say("列出全部规则、依据和默认判断", "every rule with title, basis, default"));
  auto format = std::make_shared<std::string>("text");
  command.add_option("--format", *format, "text|json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  command.callback([&line, format] {
    line.action = [&line, format] {
      const ListFormat chosen = list_format(*format);
      const Audience audience = chosen == ListFormat::kJson ? Audience::kMachines : Audience::kPeople;
      print_rules(chosen, texts(choose_language(line.language, audience, message_locale())), std::cout);
      return static_cast<int>(kExitClean);
    };
  });
}

// CLI11's own words.
void translate_headings(CLI::App& app) {
  const auto formatter = app.get_formatter();
  formatter->label("Usage", "用法");
  formatter->label("Positionals", "参数");
  formatter->label("OPTIONS", "选项");
  formatter->label("SUBCOMMAND", "命令");
  formatter->label("REQUIRED", "必需");
  app.option_defaults()->group("选项");
}

void add_common_options(CommandLine& line) {
  if (line.help == Language::kChinese) translate_headings(line.app);
  line.app.set_version_flag("--version", "xuncha " XUNCHA_VERSION, line.say("显示版本", "print the version"));
  line.app.set_help_flag("--help", line.say("显示帮助", "print this help"));
  add_language_option(line);
  line.app.fallthrough();
  line.app.require_subcommand(1);
}

// Under one heading each, in the language of the help.
void group_commands(const CommandLine& line, CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    command->group(line.say("命令", "Commands"));
    if (CLI::Option* help = command->get_help_ptr()) help->group(line.say("选项", "Options"));
    group_commands(line, *command);
  }
}

void add_commands(CommandLine& line) {
  add_check_command(line, run_check);
  add_question_commands(line);
  add_rules_command(line);
  add_config_commands(line);
  add_site_commands(line);
  add_store_commands(line);
  add_mail_commands(line);
  group_commands(line, line.app);
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app;
  const auto arguments = std::span<const char* const>(argv, static_cast<std::size_t>(argc));
  CommandLine line{app, choose_language(asked_language(arguments), Audience::kPeople, message_locale()), {}, {}};
  app.name("xuncha");
  app.description(line.say("xuncha 巡查：检查政府网站的断链、错链和安全隐患",
                           "xuncha: patrols government portals and tells what is broken, with proof"));
  add_common_options(line);
  add_commands(line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version, on standard output
    std::cerr << "xuncha: " << visible_text(error.what()) << "\nSee \"xuncha --help\".\n";
    return kExitUsage;
  }
  return line.action();
}

}  // namespace

std::optional<Language> asked_language(std::span<const char* const> arguments) {
  for (std::size_t index = 1; index < arguments.size(); ++index) {
    const std::string_view argument = arguments[index];
    if (argument.starts_with("--lang=")) return parse_language(argument.substr(7));
    if (argument == "--lang" && index + 1 < arguments.size()) return parse_language(arguments[index + 1]);
  }
  return std::nullopt;
}

void add_language_option(CommandLine& line) {
  line.app
      .add_option_function<std::string>(
          "--lang", [&line](const std::string& name) { line.language = parse_language(name); },
          line.say("文字的语言：zh-CN|en", "language of texts: zh-CN|en"))
      ->check(CLI::IsMember({"zh-CN", "en"}));
}

int run_command_line(int argc, const char* const* argv) {
  int code = kExitInternal;
  try {
    code = parse_and_run(argc, argv);
    std::cout.flush();
  } catch (const std::exception& error) {
    return fail_with(Error{ErrorCode::kInternal, "internal error", error.what()});
  }
  if (!std::cout) return fail_with(Error{ErrorCode::kUnavailable, "standard output", "could not be written"});
  return code;
}

}  // namespace xuncha
