#include <CLI/CLI.hpp>
#include <memory>

#include "daemon/cli/command_line.h"
#include "daemon/cli/exit_code.h"

namespace xuncha {
namespace {

void add_output_options(CommandLine& line, CLI::App& command, CheckArguments& arguments) {
  command.add_option("--format", arguments.format, line.say("报告格式：text|json|csv|html", "text|json|csv|html"))
      ->capture_default_str();
  command.add_option("--out", arguments.out,
                     line.say("写入文件，默认标准输出", "file to write; default standard output"));
  command.add_flag("--pages", arguments.pages,
                   line.say("同时列出访问过的每个网址", "list every URL requested as well"));
}

void add_budget_options(CommandLine& line, CLI::App& command, CheckArguments& arguments) {
  command.add_option("--max-pages", arguments.max_pages, line.say("最多页面数，默认 5000", "pages at most (5000)"));
  command.add_option("--max-depth", arguments.max_depth,
                     line.say("离首页最多点击次数，默认 20", "clicks from the home page at most (20)"));
  command.add_option("--time-limit", arguments.time_limit,
                     line.say("最长时间，如 10m，默认不限", "time at most, as in 10m; none by default"));
  command.add_option("--rate", arguments.rate,
                     line.say("每台主机每秒请求数；0 表示不限速（仅限自有网站）",
                              "requests a second and host; 0 lifts every delay (own sites)"));
  command.add_option("--per-host", arguments.per_host,
                     line.say("每台主机同时请求数，默认 1", "requests in flight for each host (1)"));
}

void add_scope_options(CommandLine& line, CLI::App& command, CheckArguments& arguments) {
  command.add_flag(
      "--own-site", arguments.own_site,
      line.say("这是本单位网站：读取但不遵守 robots.txt", "the caller's own site: robots.txt is read, not obeyed"));
  command.add_flag("--no-external", arguments.no_external,
                   line.say("不访问其他主机上的链接", "do not request other hosts' links"));
  command
      .add_option(
          "--exclude", arguments.exclude,
          line.say("不访问也不判断的网址（正则表达式），可重复", "URLs not to request nor judge (RE2); repeatable"))
      ->allow_extra_args(false);
  command
      .add_option("--only", arguments.only,
                  line.say("只用这些规则，逗号分隔，如 link,site.tls", "only these rules, as in link,site.tls"))
      ->allow_extra_args(false);
  command.add_option("--skip", arguments.skip, line.say("不用这些规则，逗号分隔", "without these rules"))
      ->allow_extra_args(false);
  command.add_option("--now", arguments.now,
                     line.say("判断时效所用的“今天”，RFC 3339", "RFC 3339; the \"today\" that freshness is judged by"));
}

void add_file_options(CommandLine& line, CLI::App& command, CheckArguments& arguments) {
  command.add_option(
      "--data-dir", arguments.data_dir,
      line.say("保存历史的目录，默认用完即删的临时目录", "keep history there; default a temporary directory"));
  command.add_option("--config", arguments.config,
                     line.say("网站设置文件（YAML）", "YAML file with options of sites, as for the daemon"));
}

}  // namespace

void add_network_options(CommandLine& line, CLI::App& command, NetworkArguments& arguments) {
  command
      .add_option("--allow-cidr", arguments.allow_cidr,
                  line.say("放行默认拒绝的地址段（内网、本机等），可重复",
                           "permit a range that is refused by default (private, loopback, ...); repeatable"))
      ->allow_extra_args(false);
  command.add_option("--dns", arguments.dns,
                     line.say("域名服务器 地址:端口，默认用系统的", "resolver ADDR:PORT; default the system's"));
  command
      .add_option("--connect", arguments.connect,
                  line.say("主机:端口:地址[:端口]，像 hosts 文件那样指定地址，可重复",
                           "HOST:PORT:ADDR[:PORT], as a hosts file would; repeatable"))
      ->allow_extra_args(false);
  command.add_option("--cacert", arguments.cacert,
                     line.say("另外信任的证书文件（PEM）", "trust these certificates as well (PEM)"));
}

void add_check_command(CommandLine& line, std::function<int(const CheckOptions&)> run) {
  CLI::App& command = *line.app.add_subcommand(
      "check", line.say("巡查网站，列出断链、错链等问题", "patrol sites and report broken and wrong links"));
  auto arguments = std::make_shared<CheckArguments>();
  command.add_option("URL", arguments->urls, line.say("网站首页，可给出多个", "home pages of sites"))->required();
  add_output_options(line, command, *arguments);
  add_budget_options(line, command, *arguments);
  add_scope_options(line, command, *arguments);
  add_network_options(line, command, *arguments);
  add_file_options(line, command, *arguments);
  command.callback([&line, arguments, run = std::move(run)] {
    line.action = [&line, arguments, run] {
      arguments->language = line.language;
      const auto options = check_options(*arguments);
      return options ? run(options.value()) : fail_with(options.error());
    };
  });
}

}  // namespace xuncha
