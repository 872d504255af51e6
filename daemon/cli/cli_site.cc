#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/command_line.h"
#include "daemon/cli/command_site.h"
#include "daemon/cli/exit_code.h"

namespace xuncha {
namespace {

void add_discover(CommandLine& line, CLI::App& site) {
  CLI::App& command = *site.add_subcommand(
      "discover",
      line.say("找出网站的栏目，写成可修改的配置", "find a site's columns and write them as configuration"));
  auto arguments = std::make_shared<CheckArguments>();
  arguments->urls.resize(1);
  command.add_option("URL", arguments->urls.front(), line.say("网站首页", "home page of the site"))->required();
  command.add_option("--out", arguments->out,
                     line.say("写入文件，默认标准输出", "file to write; default standard output"));
  command.add_option("--max-pages", arguments->max_pages, line.say("最多页面数，默认 500", "pages at most (500)"));
  command.add_option("--max-depth", arguments->max_depth,
                     line.say("离首页最多点击次数，默认 4", "clicks from the home page at most (4)"));
  command.add_option("--time-limit", arguments->time_limit,
                     line.say("最长时间，如 10m，默认不限", "time at most, as in 10m; none by default"));
  command.add_option("--rate", arguments->rate,
                     line.say("每台主机每秒请求数；0 表示不限速（仅限自有网站）",
                              "requests a second and host; 0 lifts every delay (own sites)"));
  command.add_flag(
      "--own-site", arguments->own_site,
      line.say("这是本单位网站：读取但不遵守 robots.txt", "the caller's own site: robots.txt is read, not obeyed"));
  command.add_option("--now", arguments->now,
                     line.say("判断时效所用的“今天”，RFC 3339", "RFC 3339; the \"today\" that freshness is judged by"));
  add_network_options(line, command, *arguments);
  command.callback([&line, arguments] {
    line.action = [&line, arguments] {
      arguments->language = line.language;
      auto options = check_options(*arguments);
      return options ? run_site_discover(std::move(options).value()) : fail_with(options.error());
    };
  });
}

void add_list(CommandLine& line, CLI::App& site) {
  CLI::App& command = *site.add_subcommand("list", line.say("列出巡查的网站", "the sites that are patrolled"));
  auto question = std::make_shared<SiteListQuestion>();
  auto format = std::make_shared<std::string>("text");
  CLI::Option* server = command.add_option("--server", question->server,
                                           line.say("正在运行的 xunchad 的网址", "URL of a running xunchad"));
  command
      .add_option("--data-dir", question->data_dir,
                  line.say("数据目录（守护进程未运行时）", "data directory of a stopped one"))
      ->excludes(server);
  command.add_option("--format", *format, "text|json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  command.callback([&line, question, format] {
    line.action = [&line, question, format]() -> int {
      if (question->server.empty() && question->data_dir.empty())
        return fail_with(Error{ErrorCode::kUsage, "site list", "needs --server URL or --data-dir DIR"});
      question->format = *format == "json" ? ListFormat::kJson : ListFormat::kText;
      question->language = choose_language(line.language, Audience::kPeople, message_locale());
      const Status printed = print_site_list(*question, std::cout);
      return printed ? static_cast<int>(kExitClean) : fail_with(printed.error());
    };
  });
}

}  // namespace

void add_site_commands(CommandLine& line) {
  CLI::App& site = *line.app.add_subcommand("site", line.say("网站：列出、找出栏目", "sites: list them, find columns"));
  site.require_subcommand(1);
  add_discover(line, site);
  add_list(line, site);
}

}  // namespace xuncha
