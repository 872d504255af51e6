#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

// Reads JSON (RFC 8259) as a row of events, without building anything: bounded whatever stands in it. Lenient where
// answers of portals are: a byte order mark and a callback's name with brackets around the value are passed over, and
// control characters stand in strings.
class JsonReader {
 public:
  enum class Event : std::uint8_t {
    kBeginObject,
    kEndObject,
    kBeginArray,
    kEndArray,
    kKey,     // text() is the name
    kString,  // text() is the value
    kNumber,  // text() as written
    kOther,   // true, false, null; text() as written
    kEnd,     // the value is complete
    kError,   // no JSON, or nested deeper than kDepthMax; stays so
  };
  static constexpr std::size_t kDepthMax = 64;

  explicit JsonReader(std::string_view json);
  Event next();
  // Of the last event; until the next one.
  const std::string& text() const { return text_; }
  std::size_t depth() const { return depth_; }

 private:
  Event fail();
  Event read_value();
  Event open(bool is_object);
  Event close();
  Event read_string(Event event);
  bool read_escape();
  bool read_code_unit(std::uint32_t& unit);
  void skip_space();
  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }

  std::string_view json_;
  std::size_t at_ = 0;
  std::string text_;
  bool is_object_[kDepthMax] = {};
  std::size_t depth_ = 0;
  bool expects_comma_ = false;  // a member or value stands before
  bool has_name_ = false;       // of the member whose value comes next
  bool has_failed_ = false;
  bool is_done_ = false;
};

}  // namespace xuncha
