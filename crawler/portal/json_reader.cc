#include "crawler/portal/json_reader.h"

#include "core/code_points.h"
#include "crawler/ascii.h"
#include "crawler/character_references.h"

namespace xuncha {

JsonReader::JsonReader(std::string_view json) : json_(json) {
  if (json_.starts_with("\xEF\xBB\xBF")) json_.remove_prefix(3);
  json_ = trim_ascii(json_);
  // callback({...});
  const std::size_t bracket = json_.find_first_of("({[\"");
  if (bracket == std::string_view::npos || json_[bracket] != '(' || bracket > 100) return;
  std::string_view body = json_.substr(bracket + 1);
  while (!body.empty() && (body.back() == ';' || is_ascii_space(body.back()))) body.remove_suffix(1);
  if (body.ends_with(')')) json_ = trim_ascii(body.substr(0, body.size() - 1));
}

JsonReader::Event JsonReader::fail() {
  has_failed_ = true;
  return Event::kError;
}

void JsonReader::skip_space() {
  while (at_ < json_.size() && is_ascii_space(json_[at_])) ++at_;
}

JsonReader::Event JsonReader::next() {
  if (has_failed_) return Event::kError;
  skip_space();
  if (is_done_) return at_ == json_.size() ? Event::kEnd : fail();
  if (at_ == json_.size()) return fail();
  const char c = peek();
  if (depth_ != 0 && c == (is_object_[depth_ - 1] ? '}' : ']')) return close();
  if (depth_ != 0 && expects_comma_) {
    if (c != ',') return fail();
    ++at_;
    expects_comma_ = false;
    skip_space();
  }
  if (depth_ == 0 || !is_object_[depth_ - 1]) return read_value();
  // In an object: a name, or the value behind a name.
  if (has_name_) {
    has_name_ = false;
    if (peek() != ':') return fail();
    ++at_;
    skip_space();
    return read_value();
  }
  if (peek() != '"') return fail();
  has_name_ = true;
  return read_string(Event::kKey);
}

JsonReader::Event JsonReader::open(bool is_object) {
  if (depth_ == kDepthMax) return fail();
  is_object_[depth_++] = is_object;
  expects_comma_ = false;
  ++at_;
  return is_object ? Event::kBeginObject : Event::kBeginArray;
}

JsonReader::Event JsonReader::close() {
  ++at_;
  --depth_;
  expects_comma_ = true;
  is_done_ = depth_ == 0;
  return is_object_[depth_] ? Event::kEndObject : Event::kEndArray;
}

JsonReader::Event JsonReader::read_value() {
  const char c = peek();
  if (c == '{') return open(true);
  if (c == '[') return open(false);
  Event event = Event::kOther;
  if (c == '"') {
    event = read_string(Event::kString);
  } else {
    constexpr std::size_t kLiteralMax = 64;
    const std::size_t begin = at_;
    while (at_ < json_.size() && at_ - begin < kLiteralMax &&
           (is_ascii_alpha(json_[at_]) || is_ascii_digit(json_[at_]) || json_[at_] == '-' || json_[at_] == '+' ||
            json_[at_] == '.')) {
      ++at_;
    }
    text_ = json_.substr(begin, at_ - begin);
    const bool is_number = is_ascii_digit(c) || c == '-';
    if (text_.empty() || (!is_number && text_ != "true" && text_ != "false" && text_ != "null")) return fail();
    event = is_number ? Event::kNumber : Event::kOther;
  }
  expects_comma_ = true;
  is_done_ = depth_ == 0;
  return event;
}

bool JsonReader::read_code_unit(std::uint32_t& unit) {
  if (json_.size() - at_ < 4) return false;
  unit = 0;
  for (int digit = 0; digit < 4; ++digit) {
    const int value = hex_digit_value(json_[at_++]);
    if (value < 0) return false;
    unit = unit * 16 + static_cast<std::uint32_t>(value);
  }
  return true;
}

// Behind the backslash.
bool JsonReader::read_escape() {
  if (at_ == json_.size()) return false;
  const char c = json_[at_++];
  switch (c) {
    case '"':
    case '\\':
    case '/':
    case '\'':
      text_.push_back(c);
      return true;
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      text_.push_back(' ');
      return true;
    case 'u':
      break;
    default:
      return false;
  }
  std::uint32_t unit = 0;
  if (!read_code_unit(unit)) return false;
  const bool is_high = unit >= 0xD800 && unit < 0xDC00;
  if (is_high && json_.substr(at_, 2) == "\\u") {
    const std::size_t back = at_;
    at_ += 2;
    std::uint32_t low = 0;
    if (!read_code_unit(low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else {
      at_ = back;
    }
  }
  append_utf8(unit, text_);  // half a pair becomes the replacement character
  return true;
}

JsonReader::Event JsonReader::read_string(Event event) {
  text_.clear();
  ++at_;
  while (at_ < json_.size()) {
    const char c = json_[at_++];
    if (c == '"') return event;
    if (c == '\\') {
      if (!read_escape()) return fail();
    } else {
      text_.push_back(c);
    }
  }
  return fail();
}

}  // namespace xuncha
