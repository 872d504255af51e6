#include "crawler/portal/script_words.h"

#include "core/code_points.h"
#include "crawler/ascii.h"

namespace xuncha {
namespace {

constexpr std::size_t kCallBytesMax = 1'000;
constexpr std::size_t kArgumentsMax = 20;

bool is_name_character(char c) {
  return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '$';
}

std::optional<std::uint32_t> leading_number(std::string_view text) {
  text = trim_ascii(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) text.remove_prefix(1);
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 9 && is_ascii_digit(text[digits])) {
    value = value * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || (digits < text.size() && (is_name_character(text[digits]) || text[digits] == '.'))) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(value);
}

// What stands behind `name` and `sign`; empty when that is nowhere.
std::string_view behind(std::string_view text, std::string_view name, char sign) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && (is_name_character(text[at - 1]) || text[at - 1] == '.')) continue;
    std::string_view rest = text.substr(at + name.size());
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) rest.remove_prefix(1);
    std::size_t blanks = 0;
    while (blanks < rest.size() && blanks < 20 && is_ascii_space(rest[blanks])) ++blanks;
    rest.remove_prefix(blanks);
    if (rest.size() < 2 || rest.front() != sign || rest[1] == '=') continue;
    rest.remove_prefix(1);
    blanks = 0;
    while (blanks < rest.size() && blanks < 20 && is_ascii_space(rest[blanks])) ++blanks;
    return rest.substr(blanks, kCallBytesMax);
  }
  return {};
}

}  // namespace

std::vector<std::string> call_arguments(std::string_view text) {
  text = trim_ascii(text.substr(0, kCallBytesMax));
  if (!text.starts_with('(')) return {};
  std::vector<std::string> arguments;
  std::string argument;
  int depth = 0;
  char quote = '\0';
  for (std::size_t at = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        argument.push_back(c);
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if ((c == ',' || c == ')') && depth == 0) {
      arguments.emplace_back(trim_ascii(argument));
      argument.clear();
      if (c == ')') return arguments;
      if (arguments.size() >= kArgumentsMax) return {};
    } else {
      depth += c == '(' || c == '{' || c == '[' ? 1 : c == ')' || c == '}' || c == ']' ? -1 : 0;
      argument.push_back(c);
    }
  }
  return {};
}

std::optional<std::uint32_t> number_of_variable(std::string_view text, std::string_view name) {
  return leading_number(behind(text, name, '='));
}

std::string_view string_of_variable(std::string_view text, std::string_view name) {
  const std::string_view value = behind(text, name, '=');
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return {};
  const std::size_t end = value.find(value.front(), 1);
  return end == std::string_view::npos ? std::string_view() : value.substr(1, end - 1);
}

std::optional<std::uint32_t> number_of_option(std::string_view text, std::string_view name) {
  return leading_number(behind(text, name, ':'));
}

}  // namespace xuncha
