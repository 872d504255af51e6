#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "core/url.h"
#include "daemon/cli/batch.h"
#include "daemon/cli/command_dates.h"
#include "daemon/cli/command_inspect.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/command_questions.h"
#include "daemon/cli/exit_code.h"
#include "daemon/log.h"
#include "daemon/patrol/page_fetch.h"

namespace xuncha {
namespace {

// The texts that a question has on the command line; which of them a command takes, its add_… function says.
struct Question {
  bool batch = false;
  std::string first;   // BASE, FILE, ADDRESS
  std::string second;  // REF, URL
  std::string agent;
  std::string base;
  std::string now;
  DecodeQuestion decode;
  NetworkArguments network;
  bool no_detect = false;
  bool json = false;
  bool has_first = false;  // it may be empty
  std::string calendar;
  std::string items;  // selectors
  std::string date;
};

Error missing(const char* what) {
  return Error{ErrorCode::kUsage, what, "is missing; or ask with --batch"};
}

// A command that answers one question from its arguments, or with --batch each line of standard input.
CLI::App& add_question(CommandLine& line, const char* name, const std::string& description,
                       const std::shared_ptr<Question>& question, std::function<int(const Question&)> ask,
                       AnswerQuestion answer) {
  CLI::App& command = *line.app.add_subcommand(name, description);
  command.add_flag("--batch", question->batch,
                   line.say("从标准输入读 JSON 行，逐行回答", "JSON lines in, one answer a line, in order"));
  command.callback([&line, question, ask = std::move(ask), answer = std::move(answer)] {
    line.action = [question, ask, answer] {
      return question->batch ? run_batch(std::cin, std::cout, answer) : ask(*question);
    };
  });
  return command;
}

void add_url_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("BASE"));
    return print_answer(answer_url(asked.first, asked.second), std::cout);
  };
  CLI::App& command =
      add_question(line, "url", line.say("按 WHATWG 标准解析网址", "resolve a reference by the WHATWG URL standard"),
                   question, ask, answer_url_question);
  command.add_option("BASE", question->first, line.say("基准网址", "base URL"));
  command.add_option("REF", question->second, line.say("引用", "reference"));
}

void add_address_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("ADDR"));
    return print_answer(answer_address(asked.first), std::cout);
  };
  CLI::App& command =
      add_question(line, "address", line.say("某 IP 地址默认是否允许访问", "may this IP address be reached by default"),
                   question, ask, answer_address_question);
  command.add_option("ADDR", question->first, line.say("IPv4 或 IPv6 地址", "IPv4 or IPv6 address"));
}

void add_robots_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("FILE"));
    if (asked.second.empty()) return fail_with(missing("URL"));
    if (asked.agent.empty()) return fail_with(missing("--agent"));
    return print_answer(answer_robots({.file = asked.first, .agent = asked.agent, .url = asked.second}), std::cout);
  };
  CLI::App& command = add_question(
      line, "robots", line.say("robots.txt 是否允许访问某网址（RFC 9309）", "does a robots.txt allow a URL"), question,
      ask, answer_robots_question);
  command.add_option("FILE", question->first, line.say("robots.txt 文件", "the robots.txt"));
  command.add_option("URL", question->second, line.say("网址或路径", "URL or path"));
  command.add_option("--agent", question->agent, line.say("爬虫名", "product token of the crawler"));
}

void add_decode_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("FILE"));
    DecodeQuestion decode = asked.decode;
    decode.file = asked.first;
    decode.detect = !asked.no_detect;
    if (asked.json) return print_answer(answer_decode(decode), std::cout);
    const auto text = decode_to_text(decode);
    if (!text) return fail_with(text.error());
    std::cout << text.value();
    return static_cast<int>(kExitClean);
  };
  CLI::App& command = add_question(line, "decode", line.say("把网页文件转成 UTF-8", "a page's text as UTF-8"), question,
                                   ask, answer_decode_question);
  command.add_option("FILE", question->first, line.say("文件，- 为标准输入", "file, - for standard input"));
  command.add_option("--content-type", question->decode.content_type,
                     line.say("Content-Type 响应头", "Content-Type header"));
  command.add_option("--fallback", question->decode.fallback,
                     line.say("无法得知编码时采用的编码", "charset where nothing tells it"));
  command.add_flag("--no-detect", question->no_detect,
                   line.say("不按内容猜测编码", "believe declarations, guess nothing"));
  command.add_flag("--json", question->json,
                   line.say("输出 JSON（编码、依据、文字）", "charset, source and text as JSON"));
}

void add_sitemap_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("FILE"));
    return print_answer(answer_sitemap(asked.first), std::cout);
  };
  CLI::App& command =
      add_question(line, "sitemap", line.say("列出网站地图或订阅源中的网址", "URLs of a sitemap or feed"), question,
                   ask, answer_sitemap_question);
  command.add_option("FILE", question->first, line.say("文件", "file"));
}

// What --now says, else the clock.
Result<WallTime> now_of(const Question& asked) {
  if (asked.now.empty()) return SystemClock().wall();
  const auto now = parse_time(asked.now);
  if (!now) return Error{ErrorCode::kUsage, "--now", asked.now + " is no RFC 3339 time and no date"};
  return *now;
}

int date(const Question& asked) {
  if (!asked.has_first) return fail_with(missing("TEXT"));
  const auto now = now_of(asked);
  if (!now) return fail_with(now.error());
  return print_answer(answer_date(asked.first, now.value()), std::cout);
}

void add_date_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const AnswerQuestion answer = [question](const Json& asked) -> Result<Json> {
    const auto now = now_of(*question);
    if (!now) return now.error();
    return answer_date_question(asked, now.value());
  };
  CLI::App& command =
      add_question(line, "date", line.say("一段文字给出的日期", "the day that a text gives"), question, date, answer);
  command.add_option_function<std::string>(
      "TEXT",
      [question](const std::string& text) {
        question->first = text;
        question->has_first = true;
      },
      line.say("文字", "the text"));
  command.add_option("--now", question->now,
                     line.say("把此刻当作该时间（RFC 3339 或日期）", "take this as now (RFC 3339 or a date)"));
}

void add_workday_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const auto ask = [](const Question& asked) {
    if (asked.first.empty()) return fail_with(missing("DATE"));
    if (asked.second.empty()) return fail_with(missing("+N or DATE"));
    const auto calendar = read_calendar(asked.calendar);
    if (!calendar) return fail_with(calendar.error());
    return print_answer(answer_workday(calendar.value(), asked.first, asked.second), std::cout);
  };
  auto calendar = std::make_shared<std::optional<Result<WorkCalendar>>>();
  const AnswerQuestion answer = [question, calendar](const Json& asked) -> Result<Json> {
    if (!*calendar) *calendar = read_calendar(question->calendar);
    return (*calendar)->ok() ? answer_workday_question((*calendar)->value(), asked)
                             : Result<Json>((*calendar)->error());
  };
  CLI::App& command = add_question(
      line, "workday", line.say("N 个工作日之后的日期，或两个日期之间的工作日数", "count working days (PRC calendar)"),
      question, ask, answer);
  command.add_option("DATE", question->first, line.say("日期，从次日起算", "the day; counting begins on the next"));
  command.add_option("+N|DATE", question->second, line.say("工作日数，或另一日期", "working days, or another day"));
  command.add_option("--calendar", question->calendar,
                     line.say("补充或更正工作日的表（格式见 workdays.txt）", "a table that adds or corrects years"));
}

Result<Json> inspect_url(const Url& url, const Question& asked, const std::optional<ListSelection>& selection,
                         WallTime now) {
  const auto network = network_options(asked.network);
  if (!network) return network.error();
  const SystemClock clock;
  auto page = fetch_page(url, network.value(), clock);
  if (!page) return page.error();
  FetchOutcome& outcome = page.value().outcome;
  if (outcome.body_cut) log_warn("page_cut", {{"url", url.without_fragment()}, {"bytes_read", outcome.body.size()}});
  const bool type_given = !asked.decode.content_type.empty();
  std::string type = type_given ? asked.decode.content_type : std::string(outcome.header("content-type"));
  // One question more where a script fills the list: of the same host, as the page's own script may ask.
  const auto ask_data = [&](const Url& data) -> std::optional<std::string> {
    if (data.host() != page.value().url.host()) return std::nullopt;
    auto answer = fetch_answer(data, network.value(), clock);
    if (!answer || answer.value().outcome.status != 200) return std::nullopt;
    return std::move(answer.value().outcome.body);
  };
  // The fragment is not sent, but some pages keep in it which list they show.
  return inspect_page({.bytes = std::move(outcome.body),
                       .base = asked.base.empty() ? page.value().url.href() : asked.base,
                       .content_type = std::move(type),
                       .now = now,
                       .selection = selection,
                       .ask_data = ask_data});
}

int inspect(const Question& asked) {
  if (asked.first.empty()) return fail_with(missing("FILE or URL"));
  const auto now = now_of(asked);
  if (!now) return fail_with(now.error());
  const auto selection = parse_selection(asked.items, asked.date);
  if (!selection) return fail_with(selection.error());
  if (asked.first.starts_with("http://") || asked.first.starts_with("https://")) {
    const UrlParse parsed = parse_url(asked.first);
    if (!parsed.url) return fail_with(Error{ErrorCode::kUsage, "URL", asked.first + " is no valid URL"});
    return print_answer(inspect_url(*parsed.url, asked, selection.value(), now.value()), std::cout);
  }
  auto bytes = read_input_file(asked.first);
  if (!bytes) return fail_with(bytes.error());
  return print_answer(inspect_page({.bytes = std::move(bytes).value(),
                                    .base = asked.base,
                                    .content_type = asked.decode.content_type,
                                    .now = now.value(),
                                    .selection = selection.value()}),
                      std::cout);
}

void add_inspect_command(CommandLine& line) {
  auto question = std::make_shared<Question>();
  const AnswerQuestion answer = [question](const Json& asked) -> Result<Json> {
    if (!question->items.empty() || !question->date.empty()) {
      return Error{ErrorCode::kUsage, "--items", "is for one page at a time, not for --batch"};
    }
    const auto now = now_of(*question);
    if (!now) return now.error();
    return answer_inspect_question(asked, now.value());
  };
  CLI::App& command =
      add_question(line, "inspect", line.say("程序从一个网页读出了什么", "what the program understands of one page"),
                   question, inspect, answer);
  command.add_option("FILE|URL", question->first,
                     line.say("网页文件（- 为标准输入）或网址", "file of the page (- for standard input), or its URL"));
  command.add_option("--base", question->base, line.say("网页的网址", "URL of the page"));
  command.add_option("--content-type", question->decode.content_type,
                     line.say("Content-Type 响应头", "Content-Type header"));
  command.add_option("--now", question->now,
                     line.say("把此刻当作该时间（RFC 3339 或日期）", "take this as now (RFC 3339 or a date)"));
  command.add_option("--items", question->items,
                     line.say("列表每一条的选择器，如 \"div.news li\"（同栏目配置的 items）",
                              "selector of the list's items, as \"div.news li\" (a column's `items`)"));
  command.add_option("--date", question->date,
                     line.say("条目内日期的选择器，如 \"span.date\"", "selector of the date within an item"));
  add_network_options(line, command, question->network);
}

}  // namespace

void add_question_commands(CommandLine& line) {
  add_inspect_command(line);
  add_url_command(line);
  add_robots_command(line);
  add_decode_command(line);
  add_address_command(line);
  add_sitemap_command(line);
  add_date_command(line);
  add_workday_command(line);
}

}  // namespace xuncha
