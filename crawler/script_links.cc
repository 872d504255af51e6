#include "crawler/script_links.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crawler/byte_search.h"
#include "crawler/character_references.h"
#include "crawler/html_names.h"

namespace xuncha {
namespace {

bool is_identifier_byte(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

enum class Token : std::uint8_t { kEnd, kIdentifier, kString, kTemplate, kPunctuation };

// The tokens of JavaScript as far as they matter here: a regular expression literal is read as punctuation and names,
// and a quote inside one is a string that ends with its line.
class Lexer {
 public:
  explicit Lexer(std::string_view code) : code_(code) {}

  Token next() {
    skip_space_and_comments();
    begin_ = at_;
    if (at_ >= code_.size()) return kind_ = Token::kEnd;
    const char c = code_[at_];
    if (is_identifier_byte(c)) {
      while (at_ < code_.size() && is_identifier_byte(code_[at_])) ++at_;
      return kind_ = Token::kIdentifier;
    }
    if (c == '"' || c == '\'' || c == '`') {
      skip_string(c);
      return kind_ = c == '`' ? Token::kTemplate : Token::kString;
    }
    ++at_;
    return kind_ = Token::kPunctuation;
  }

  Token kind() const { return kind_; }
  std::string_view text() const { return code_.substr(begin_, at_ - begin_); }
  bool is(char punctuation) const { return kind_ == Token::kPunctuation && code_[begin_] == punctuation; }
  bool is(std::string_view name) const { return kind_ == Token::kIdentifier && text() == name; }
  bool after_line_end() const { return after_line_end_; }  // a line end stands before the token

  // The string token's value, escapes decoded; nullopt when it is not closed or holds an interpolation.
  std::optional<std::string> string_value() const;

 private:
  void skip_space_and_comments() {
    after_line_end_ = false;
    while (at_ < code_.size()) {
      const std::string_view rest = code_.substr(at_, 4);
      if (is_html_space(code_[at_])) {
        after_line_end_ |= code_[at_] == '\n' || code_[at_] == '\r';
        ++at_;
      } else if (rest.starts_with("//") || rest == "<!--") {
        at_ = static_cast<std::size_t>(find_byte<'\n', '\r'>(code_.data() + at_, code_.data() + code_.size()) -
                                       code_.data());
      } else if (rest.starts_with("/*")) {
        const std::size_t close = code_.find("*/", at_ + 2);
        at_ = close == std::string_view::npos ? code_.size() : close + 2;
      } else {
        return;
      }
    }
  }

  void skip_string(char quote) {
    for (++at_; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (c == '\\') {
        ++at_;
      } else if (c == quote) {
        ++at_;
        return;
      } else if (quote != '`' && (c == '\n' || c == '\r')) {
        return;
      }
    }
    at_ = std::min(at_, code_.size());
  }

  std::string_view code_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  Token kind_ = Token::kEnd;
  bool after_line_end_ = false;
};

// Reads `digits` hexadecimal digits at `at`.
std::optional<char32_t> hexadecimal(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  char32_t value = 0;
  for (const char c : text.substr(at, digits)) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f')) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(is_digit ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

// One escape whose backslash is at `at`; gives the offset after it.
std::size_t append_escape(std::string_view text, std::size_t at, std::string& out) {
  const char c = text[at + 1];
  std::optional<char32_t> value;
  switch (c) {
    case 'n':
    case 'r':
    case 't':
    case 'b':
    case 'f':
    case 'v':
      out.push_back(' ');  // white space of any kind is the same to a URL and to markup
      return at + 2;
    case '\r':
      return at + (text.substr(at + 1).starts_with("\r\n") ? 3 : 2);
    case '\n':
      return at + 2;
    case 'x':
      if (!(value = hexadecimal(text, at + 2, 2))) break;
      append_utf8(*value, out);
      return at + 4;
    case 'u':
      if (!(value = hexadecimal(text, at + 2, 4))) break;
      append_utf8(*value, out);
      return at + 6;
    default:
      break;
  }
  out.push_back(c);
  return at + 2;
}

std::optional<std::string> Lexer::string_value() const {
  const std::string_view literal = text();
  if (literal.size() < 2 || literal.back() != literal.front()) return std::nullopt;
  const std::string_view inside = literal.substr(1, literal.size() - 2);
  if (kind_ == Token::kTemplate && inside.find("${") != std::string_view::npos) return std::nullopt;
  std::string value;
  value.reserve(inside.size());
  for (std::size_t at = 0; at < inside.size();) {
    if (inside[at] == '\\' && at + 1 < inside.size()) {
      at = append_escape(inside, at, value);
    } else {
      value.push_back(inside[at++]);
    }
  }
  return value;
}

constexpr std::array<std::string_view, 7> kWindowNames = {"window",   "self", "parent", "top",
                                                          "document", "this", "opener"};

bool is_window_name(std::string_view name) {
  return std::find(kWindowNames.begin(), kWindowNames.end(), name) != kWindowNames.end();
}

enum class Change : std::uint8_t { kAssign, kCall, kOpen };

// The lexer stands before the value that a place is set to; leaves it at the token after the value's first one.
void read_value(Lexer& lexer, Change change, bool top_level, ScriptLinks& links) {
  const bool is_call = change != Change::kAssign;
  lexer.next();
  if (is_call && lexer.is(')')) return;  // window.open(): nothing is said
  if (lexer.kind() != Token::kString && lexer.kind() != Token::kTemplate) {
    ++links.computed;
    return;
  }
  const std::optional<std::string> value = lexer.string_value();
  lexer.next();
  const bool whole = lexer.kind() == Token::kEnd || lexer.is(')') || lexer.is(',') || lexer.is(';') || lexer.is('}') ||
                     (!is_call && lexer.after_line_end() && lexer.kind() == Token::kIdentifier);
  if (value && whole) {
    links.literals.push_back({*value, top_level, change == Change::kOpen});
  } else {
    ++links.computed;
  }
}

// The lexer stands at "location". Reads what is done to it.
void read_location(Lexer& lexer, bool top_level, ScriptLinks& links) {
  lexer.next();
  if (lexer.is('.')) {
    lexer.next();
    if (lexer.is("assign") || lexer.is("replace")) {
      lexer.next();
      if (lexer.is('(')) read_value(lexer, Change::kCall, top_level, links);
      return;
    }
    if (!lexer.is("href")) return;
    lexer.next();
  }
  if (!lexer.is('=')) return;
  Lexer ahead = lexer;  // "==" compares
  ahead.next();
  if (ahead.is('=') || ahead.is('>')) {
    lexer = ahead;
    return;
  }
  read_value(lexer, Change::kAssign, top_level, links);
}

bool may_write(std::string_view code) {
  const char* const end = code.data() + code.size();
  for (const char* at = code.data(); (at = find_pair<'.', 'w'>(at, end)) != end; ++at) {
    if (std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(".write")) return true;
  }
  return false;
}

}  // namespace

bool may_change_location(std::string_view code) {
  const char* const end = code.data() + code.size();
  const auto holds = [end](const char* at, std::string_view word) {
    return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word);
  };
  for (const char* at = code.data(); (at = find_pair<'l', 'o'>(at, end)) != end; ++at) {
    if (holds(at, "location")) return true;
  }
  for (const char* at = code.data(); (at = find_pair<'.', 'o'>(at, end)) != end; ++at) {
    if (holds(at, ".open")) return true;
  }
  return false;
}

ScriptLinks scan_script_links(std::string_view code) {
  ScriptLinks links;
  Lexer lexer(code);
  std::string_view owner;  // the name before the dot before this token
  std::size_t braces = 0;  // open
  bool declared = false;   // "var location": a variable of the script's own
  lexer.next();
  while (lexer.kind() != Token::kEnd) {
    if (lexer.kind() != Token::kIdentifier) {
      if (lexer.is('{')) ++braces;
      if (lexer.is('}') && braces > 0) --braces;
      owner = {};
      declared = false;
      lexer.next();
      continue;
    }
    const std::string_view name = lexer.text();
    const bool owner_is_window = !owner.empty() && is_window_name(owner);
    if (name == "location" && (owner.empty() || owner_is_window) && !declared) {
      owner = {};
      read_location(lexer, braces == 0, links);
      continue;
    }
    const bool is_open = name == "open" && owner_is_window && owner != "document";
    declared = name == "var" || name == "let" || name == "const" || name == "function";
    owner = {};
    lexer.next();
    if (is_open && lexer.is('(')) {
      read_value(lexer, Change::kOpen, braces == 0, links);
    } else if (lexer.is('.')) {
      owner = name;
      lexer.next();
    }
  }
  return links;
}

std::vector<std::string> written_markup(std::string_view code) {
  std::vector<std::string> written;
  if (!may_write(code)) return written;
  Lexer lexer(code);
  lexer.next();
  while (lexer.kind() != Token::kEnd) {
    const bool is_document = lexer.is("document");
    lexer.next();
    if (!is_document || !lexer.is('.')) continue;
    lexer.next();
    if (!lexer.is("write") && !lexer.is("writeln")) continue;
    lexer.next();
    if (!lexer.is('(')) continue;
    lexer.next();
    if (lexer.kind() != Token::kString && lexer.kind() != Token::kTemplate) continue;
    if (std::optional<std::string> value = lexer.string_value()) written.push_back(std::move(*value));
  }
  return written;
}

}  // namespace xuncha
