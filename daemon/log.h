#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// The log: one event a line on standard error, `level=info event=patrol_started site=www.example.gov.cn`, or the same
// as a JSON object. Values that
// may come from a portal are escaped (daemon/report/escape.h, log_value). Error: someone should act; warn: something
// was given up; info: start, stop, reload, patrol summary. Never a secret or a body. Thread rule: any thread, once
// start_log has returned; before that nothing is written below warn.
namespace xuncha {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
// "debug", "info", "warn", "error".
std::optional<LogLevel> parse_log_level(std::string_view name);

enum class LogFormat : std::uint8_t { kLogfmt, kJson };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kLogfmt;
  // The journal reads the lines: they carry its priority ("<6>", sd-daemon(3)) and no time, since it has its own. Else
  // a first field time=<RFC 3339 UTC>.
  bool to_journal = false;
};
// Does standard error lead to the journal (JOURNAL_STREAM)?
bool is_journal_stderr();
void start_log(const LogOptions& options);

// A value as text.
class LogValue {
 public:
  LogValue(std::string_view text) : text_(text) {}                      // NOLINT(google-explicit-constructor)
  LogValue(const std::string& text) : text_(text) {}                    // NOLINT(google-explicit-constructor)
  LogValue(const char* text) : text_(text) {}                           // NOLINT(google-explicit-constructor)
  LogValue(bool value) : text_(value ? "true" : "false") {}             // NOLINT(google-explicit-constructor)
  LogValue(std::integral auto value) : text_(std::to_string(value)) {}  // NOLINT(google-explicit-constructor)
  LogValue(double value);                                               // NOLINT(google-explicit-constructor)
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// `event` and the keys are ours: lower_case words.
struct LogField {
  std::string_view key;
  LogValue value;
};

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kDebug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kInfo, event, fields);
}
inline void log_warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kWarn, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kError, event, fields);
}

// The line without its end, as log_event writes it; for tests.
std::string format_log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
// The members of a JSON object, with its closing brace.
std::string format_log_members(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

}  // namespace xuncha
