#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <memory>

#include "core/clock.h"
#include "daemon/cli/command_findings.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/command_store.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/read.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

int code_of(const Status& status) {
  return status ? static_cast<int>(kExitClean) : fail_with(status.error());
}

struct FindingsArguments {
  std::string format = "text";
  std::string state;
  std::string config;
  FindingsQuestion question;
};

std::optional<FindingState> parse_state(std::string_view name) {
  for (const FindingState state : {FindingState::kSuspect, FindingState::kOpen, FindingState::kAcknowledged,
                                   FindingState::kMended, FindingState::kClosed, FindingState::kIgnored}) {
    if (finding_state_name(state) == name) return state;
  }
  return std::nullopt;
}

int run_findings(const CommandLine& line, FindingsArguments arguments) {
  FindingsQuestion& question = arguments.question;
  if (question.server.empty() && question.data_dir.empty()) {
    return fail_with(Error{ErrorCode::kUsage, "findings", "needs --server URL or --data-dir DIR"});
  }
  if (!question.rule.empty() && !is_rule_pattern(question.rule)) {
    return fail_with(Error{ErrorCode::kUsage, "--rule", question.rule + " is no rule; `xuncha rules` lists them"});
  }
  Configuration configuration;
  if (!arguments.config.empty()) {
    ConfigurationReading reading = read_configuration(arguments.config);
    for (const Error& fault : reading.faults) fail_with(fault);
    if (!reading.faults.empty()) return kExitConfiguration;
    configuration = std::move(reading.configuration);
    question.configuration = &configuration;
  }
  question.state = parse_state(arguments.state);
  question.report.format = parse_report_format(arguments.format).value_or(ReportFormat::kText);
  question.report.language = choose_language(line.language, audience_of(question.report.format), message_locale());
  question.report.colour = wants_colour(STDOUT_FILENO);
  question.report.now = SystemClock().wall();
  return code_of(print_findings(question, std::cout));
}

void add_findings_command(CommandLine& line) {
  CLI::App& command = *line.app.add_subcommand("findings", line.say("列出已记录的问题", "findings on record"));
  auto arguments = std::make_shared<FindingsArguments>();
  CLI::Option* server = command.add_option("--server", arguments->question.server,
                                           line.say("正在运行的 xunchad 的网址", "URL of a running xunchad"));
  command
      .add_option("--data-dir", arguments->question.data_dir,
                  line.say("数据目录（守护进程未运行时）", "data directory of a stopped one"))
      ->excludes(server);
  command
      .add_option("--config", arguments->config,
                  line.say("配置文件：数据目录中的问题按其 ignore 和 rules 显示",
                           "configuration whose ignore and rules hold for the data directory"))
      ->excludes(server);
  command.add_option("--format", arguments->format, "text|json|csv|html")
      ->check(CLI::IsMember({"text", "json", "csv", "html"}))
      ->capture_default_str();
  command.add_option("--site", arguments->question.site, line.say("只看这个网站", "of this site only"));
  command.add_option("--rule", arguments->question.rule,
                     line.say("只看这条规则或这类规则", "of this rule or family only"));
  command
      .add_option("--state", arguments->state,
                  line.say("只看这种状态", "suspect|open|acknowledged|mended|closed|ignored"))
      ->check(CLI::IsMember({"suspect", "open", "acknowledged", "mended", "closed", "ignored"}));
  command.callback([&line, arguments] { line.action = [&line, arguments] { return run_findings(line, *arguments); }; });
}

struct StoreArguments {
  std::string data_dir;
  std::string other;  // TO or FROM
  bool force = false;
};

void add_store_command(CommandLine& line) {
  CLI::App& store =
      *line.app.add_subcommand("store", line.say("检查、备份、恢复数据目录", "check, back up, mend a data directory"));
  store.require_subcommand(1);
  const auto add = [&line, &store](const char* name, const std::string& description, const char* other,
                                   std::function<Status(const StoreArguments&)> run) -> CLI::App& {
    CLI::App& command = *store.add_subcommand(name, description);
    auto arguments = std::make_shared<StoreArguments>();
    command.add_option("--data-dir", arguments->data_dir, line.say("数据目录", "data directory"))->required();
    if (other != nullptr)
      command.add_option(other, arguments->other, line.say("另一目录", "the other directory"))->required();
    if (std::string_view(name) == "restore") {
      command.add_flag("--force", arguments->force,
                       line.say("目标目录非空时先改名保留", "move a directory that is not empty aside first"));
    }
    command.callback([&line, arguments, run = std::move(run)] {
      line.action = [arguments, run] { return code_of(run(*arguments)); };
    });
    return command;
  };
  add("check", line.say("核对每条记录", "verify every record"), nullptr,
      [](const StoreArguments& a) { return print_store_check(a.data_dir, std::cout); });
  add("backup", line.say("备份到 TO", "back up to TO"), "TO",
      [](const StoreArguments& a) { return print_store_backup(a.data_dir, a.other, std::cout); });
  add("restore", line.say("从 FROM 恢复最新备份", "bring the newest backup in FROM back"), "FROM",
      [](const StoreArguments& a) { return print_store_restore(a.other, a.data_dir, a.force, std::cout); });
  add("salvage", line.say("把还能读的记录抢救到 TO", "copy what can be read to TO"), "TO",
      [](const StoreArguments& a) { return print_store_salvage(a.data_dir, a.other, std::cout); });
}

}  // namespace

void add_store_commands(CommandLine& line) {
  add_findings_command(line);
  add_store_command(line);
}

}  // namespace xuncha
