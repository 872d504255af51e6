#include <CLI/CLI.hpp>
#include <iostream>
#include <span>

#include "core/version.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/command_config.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/exit_code.h"
#include "daemon/log.h"
#include "daemon/report/escape.h"
#include "daemon/service/service.h"

namespace xuncha {
namespace {

struct DaemonArguments {
  ServiceOptions service;
  std::string storage = service.storage.string();
  std::string log_level = "info";
  std::string log_format = "logfmt";
  bool only_check = false;
  NetworkArguments network;
};

void add_daemon_options(CommandLine& line, DaemonArguments& arguments) {
  CLI::App& app = line.app;
  app.add_option("--config.file", arguments.service.config_file, line.say("配置文件（YAML）", "configuration (YAML)"))
      ->capture_default_str();
  app.add_flag("--config.check", arguments.only_check,
               line.say("只检查配置文件，然后退出", "check the configuration and exit"));
  app.add_option("--storage.path", arguments.storage, line.say("数据目录", "data directory"))->capture_default_str();
  app.add_option("--web.listen-address", arguments.service.listen,
                 line.say("监听地址，可重复，默认 127.0.0.1:9788", "address to listen on; repeatable (127.0.0.1:9788)"))
      ->allow_extra_args(false);
  app.add_option("--web.config.file", arguments.service.web_config_file,
                 line.say("TLS 与用户（exporter-toolkit 格式）", "TLS and users (exporter-toolkit format)"));
  app.add_option("--web.reload-token-file", arguments.service.reload_token_file,
                 line.say("从其他机器重新加载配置所需的口令文件", "token that permits a reload from other machines"));
  app.add_option("--log.level", arguments.log_level, "debug|info|warn|error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--log.format", arguments.log_format, "logfmt|json")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
  add_network_options(line, app, arguments.network);
}

int parse_and_run(int argc, const char* const* argv, const char* revision) {
  CLI::App app;
  const auto arguments_given = std::span<const char* const>(argv, static_cast<std::size_t>(argc));
  CommandLine line{app, choose_language(asked_language(arguments_given), Audience::kPeople, message_locale()), {}, {}};
  DaemonArguments arguments;
  app.name("xunchad");
  app.description(line.say("xunchad：昼夜巡查已配置的政府网站，提供页面和指标，发出邮件",
                           "xunchad: patrols the configured portals day and night; pages, metrics, mail"));
  app.set_version_flag("--version", "xunchad " XUNCHA_VERSION, line.say("显示版本", "print the version"));
  app.set_help_flag("--help", line.say("显示帮助", "print this help"));
  add_language_option(line);
  add_daemon_options(line, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "xunchad: " << visible_text(error.what()) << "\nSee \"xunchad --help\".\n";
    return kExitUsage;
  }
  arguments.service.storage = arguments.storage;
  arguments.service.revision = revision;
  const LogFormat format = arguments.log_format == "json" ? LogFormat::kJson : LogFormat::kLogfmt;
  start_log({.level = *parse_log_level(arguments.log_level), .format = format, .to_journal = is_journal_stderr()});
  if (arguments.only_check) return check_configuration(arguments.service.config_file, PlanFormat::kText, std::cout);
  auto network = network_options(arguments.network);
  if (!network) return fail_with(network.error());
  arguments.service.network = std::move(network).value();
  return run_service(arguments.service);
}

}  // namespace

int run_daemon(int argc, const char* const* argv, const char* revision) {
  try {
    return parse_and_run(argc, argv, revision);
  } catch (const std::exception& error) {
    log_error("internal_error", {{"why", error.what()}});
    return kExitInternal;
  }
}

}  // namespace xuncha
