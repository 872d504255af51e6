#include "daemon/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 4> kPriorities = {"<7>", "<6>", "<4>", "<3>"};  // syslog(3)

// Set by start_log, before there are other threads.
LogOptions log_options;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// The process's one logger: standard error is one for all, too.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("xuncha", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::warn);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

}  // namespace

LogValue::LogValue(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  text_ = text.data();
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t index = 0; index < kLevelNames.size(); ++index) {
    if (kLevelNames[index] == name) return static_cast<LogLevel>(index);
  }
  return std::nullopt;
}

bool is_journal_stderr() {
  return std::getenv("JOURNAL_STREAM") != nullptr;
}

void start_log(const LogOptions& options) {
  log_options = options;
  // Our lines hold no pattern characters for spdlog: they are passed as its one argument.
  std::string pattern = options.format == LogFormat::kJson ? "{" : "";
  if (!options.to_journal) {
    pattern += options.format == LogFormat::kJson ? "\"time\":\"%Y-%m-%dT%H:%M:%SZ\"," : "time=%Y-%m-%dT%H:%M:%SZ ";
  }
  // The journal takes the priority off before anyone parses the rest.
  logger().set_pattern(options.to_journal ? "%v" : pattern + "%v", spdlog::pattern_time_type::utc);
  logger().set_level(spdlog_level(options.level));
}

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  const bool json = log_options.format == LogFormat::kJson;
  std::string line = json ? format_log_members(level, event, fields) : format_log_line(level, event, fields);
  if (log_options.to_journal) {
    line.insert(0, std::string(kPriorities[static_cast<std::size_t>(level)]) + (json ? "{" : ""));
  }
  logger().log(spdlog_level(level), spdlog::string_view_t(line));
}

std::string format_log_members(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string members = "\"level\":\"";
  members.append(kLevelNames[static_cast<std::size_t>(level)]).append("\",\"event\":\"").append(event) += '"';
  for (const LogField& field : fields) {
    members.append(",\"").append(field.key).append("\":");
    members += nlohmann::json(cut_text(field.value.text(), limits::kReportTextBytesMax))
                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return members + "}";
}

std::string format_log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = "level=";
  line += kLevelNames[static_cast<std::size_t>(level)];
  line += " event=";
  line += event;
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += log_value(cut_text(field.value.text(), limits::kReportTextBytesMax));
  }
  return line;
}

}  // namespace xuncha
