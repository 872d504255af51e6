#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "daemon/cli/command_config.h"
#include "daemon/cli/command_line.h"

namespace xuncha {

void add_config_commands(CommandLine& line) {
  struct Arguments {
    std::string file;
    std::string format = "text";
  };
  CLI::App& config = *line.app.add_subcommand("config", line.say("检查配置文件", "check the configuration"));
  config.require_subcommand(1);
  CLI::App& check = *config.add_subcommand("check", line.say("核对配置，列出全部错误，或显示巡查计划",
                                                             "tell every fault of a configuration, or show its plan"));
  auto arguments = std::make_shared<Arguments>();
  check.add_option("FILE", arguments->file, line.say("配置文件（YAML）", "configuration (YAML)"))->required();
  check.add_option("--format", arguments->format, "text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  check.callback([&line, arguments] {
    line.action = [arguments] {
      const PlanFormat format = arguments->format == "json" ? PlanFormat::kJson : PlanFormat::kText;
      return check_configuration(arguments->file, format, std::cout);
    };
  });
}

}  // namespace xuncha
