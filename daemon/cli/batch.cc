#include "daemon/cli/batch.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "daemon/cli/exit_code.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One line without its end, of which limits::kBatchLineBytesMax + 1 bytes are kept. False at the end of input.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  std::streambuf& buffer = *in.rdbuf();
  int c = buffer.sbumpc();
  if (c == std::char_traits<char>::eof()) return false;
  for (; c != '\n' && c != std::char_traits<char>::eof(); c = buffer.sbumpc()) {
    if (line.size() <= limits::kBatchLineBytesMax) line.push_back(static_cast<char>(c));
  }
  return true;
}

// The four hex digits at `at`; nullopt when they are not.
std::optional<unsigned> read_hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(at, 4)) {
    const bool digit = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 0x20);
    if (!digit && (lower < 'a' || lower > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10);
  }
  return value;
}

// JSON may escape half a surrogate pair (RFC 8259 8.2), which is no character: make it U+FFFD, as UTF-8 encoders do.
void replace_lone_surrogates(std::string& line) {
  for (std::size_t at = line.find('\\'); at != std::string::npos && at + 1 < line.size(); at = line.find('\\', at)) {
    const auto code = line[at + 1] == 'u' ? read_hex4(line, at + 2) : std::nullopt;
    if (!code || *code < 0xD800 || *code > 0xDFFF) {
      at += 2;
      continue;
    }
    const bool followed = line.compare(at + 6, 2, "\\u") == 0;
    const auto next = followed ? read_hex4(line, at + 8) : std::nullopt;
    if (*code < 0xDC00 && next && *next >= 0xDC00 && *next <= 0xDFFF) {
      at += 12;
      continue;
    }
    line.replace(at + 2, 4, "fffd");
    at += 6;
  }
}

// What stands on the answer's line, and whether it is an error.
struct LineAnswer {
  Json json;
  bool failed = false;
};

LineAnswer answer_line(std::string line, const AnswerQuestion& answer) {
  if (line.size() > limits::kBatchLineBytesMax) return {Json{{"error", "the line is too long"}}, true};
  replace_lone_surrogates(line);
  const Json question = Json::parse(clean_utf8(line), nullptr, /*allow_exceptions=*/false);
  if (!question.is_object()) return {Json{{"error", "the line is no JSON object"}}, true};
  Result<Json> result = answer(question);
  if (result) return {std::move(result).value(), false};
  const Error& error = result.error();
  Json json = Json::object();
  if (const auto id = question.find("id"); id != question.end()) json["id"] = *id;
  json["error"] = error.where.empty() ? error.message : error.where + ": " + error.message;
  return {std::move(json), true};
}

}  // namespace

int run_batch(std::istream& in, std::ostream& out, const AnswerQuestion& answer) {
  int code = kExitClean;
  std::string line;
  while (read_line(in, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const LineAnswer result = answer_line(line, answer);
    out << dump(result.json) << '\n';
    if (result.failed) code = kExitUsage;
    if (in.rdbuf()->in_avail() <= 0) out.flush();  // somebody may wait for it before asking on
  }
  return code;
}

int print_answer(const Result<Json>& answer, std::ostream& out) {
  if (!answer) return fail_with(answer.error());
  out << dump(answer.value()) << '\n';
  return kExitClean;
}

Result<std::optional<std::string>> text_field(const Json& question, std::string_view name) {
  const auto field = question.find(std::string(name));
  if (field == question.end() || field->is_null()) return std::optional<std::string>();
  if (!field->is_string()) return Error{ErrorCode::kUsage, std::string(name), "must be text"};
  return std::optional<std::string>(field->get<std::string>());
}

Result<std::string> required_text(const Json& question, std::string_view name) {
  auto field = text_field(question, name);
  if (!field) return field.error();
  if (!field.value()) return Error{ErrorCode::kUsage, std::string(name), "is missing"};
  return std::move(*std::move(field).value());
}

Result<std::string> read_input_file(const std::string& name) {
  std::ifstream file;
  if (name != "-") file.open(name, std::ios::binary);
  std::istream& in = name == "-" ? std::cin : file;
  std::string bytes;
  char block[1 << 16];
  while (in && bytes.size() <= limits::kInputFileBytesMax) {
    in.read(block, sizeof block);
    bytes.append(block, static_cast<std::size_t>(in.gcount()));
  }
  if (bytes.size() > limits::kInputFileBytesMax) return Error{ErrorCode::kUsage, name, "is too large"};
  if (!in.eof() || in.bad()) return Error{ErrorCode::kUsage, name, "cannot be read"};
  return bytes;
}

}  // namespace xuncha
