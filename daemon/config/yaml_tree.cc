#include "daemon/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <new>
#include <streambuf>
#include <utility>

#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

// Leaves the parser from within one of its events; never leaves this file.
struct Stop {};

// The library's stream over a text that stays where it is.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): only read
    setg(begin, begin, begin + text.size());
  }
};

std::uint32_t line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : static_cast<std::uint32_t>(mark.line) + 1;
}

// Builds the tree from the parser's events. `open_` are the nodes not yet closed; each is the last child of the one
// before, so the pointers stay good while it is open.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlReading& reading) : reading_(reading) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) fail(line_of(mark), "a second document begins here (---); a file holds one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(YamlNode::Kind::kNull, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    tell(line_of(mark), "an alias (*) is not supported; what sites share belongs in defaults");
    add(YamlNode::Kind::kRefused, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    add(YamlNode::Kind::kScalar, mark).text = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  void tell(std::uint32_t line, std::string message) {
    if (reading_.faults.size() < limits::kConfigurationFaultsMax) reading_.faults.push_back({line, std::move(message)});
  }
  [[noreturn]] void fail(std::uint32_t line, std::string message) {
    reading_.faults.push_back({line, std::move(message)});
    throw Stop{};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) tell(line_of(mark), "an anchor (&) is not supported; what sites share belongs in defaults");
  }
  // Plain scalars have the tag "?", quoted ones "!", collections "?" or none.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    tell(line_of(mark), "the tag " + visible_text(cut_text(tag, 100)) + " is not supported; write the value alone");
  }

  YamlNode& add(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (++values_ > limits::kConfigurationValuesMax) {
      fail(line_of(mark), "more than " + std::to_string(limits::kConfigurationValuesMax) +
                              " values in one file; divide it by sites_files");
    }
    YamlNode& node = open_.empty() ? reading_.root : open_.back()->children.emplace_back();
    node.kind = kind;
    node.line = line_of(mark);
    return node;
  }
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() >= limits::kConfigurationDepthMax) {
      fail(line_of(mark), "nested more than " + std::to_string(limits::kConfigurationDepthMax) + " deep");
    }
    open_.push_back(&add(kind, mark));
  }

  YamlReading& reading_;
  std::vector<YamlNode*> open_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

// A map's keys are names; anything else is told once and passed over with its value.
void refuse_odd_keys(YamlNode& node, YamlReading& reading) {
  if (node.kind == YamlNode::Kind::kMap) {
    for (std::size_t index = 0; index + 1 < node.children.size(); index += 2) {
      YamlNode& key = node.children[index];
      if (key.kind == YamlNode::Kind::kScalar || key.kind == YamlNode::Kind::kRefused) continue;
      if (reading.faults.size() < limits::kConfigurationFaultsMax) {
        reading.faults.push_back({key.line, "a key must be a single word"});
      }
      key = {YamlNode::Kind::kRefused, key.line, {}, {}};
    }
  }
  for (YamlNode& child : node.children) refuse_odd_keys(child, reading);  // limits::kConfigurationDepthMax deep
}

// What the library would not name well, or would accept: found on the bytes.
void look_at_bytes(std::string_view text, YamlReading& reading) {
  std::uint32_t line = 1;
  bool indentation = true;
  bool told_tab = false;
  bool told_control = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t' && indentation && !told_tab) {
      reading.faults.push_back({line, "a tab in the indentation; YAML permits only spaces there"});
      told_tab = true;
    }
    if (((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) && !told_control) {
      reading.faults.push_back({line, "a control character (byte " + std::to_string(byte) + "); is it a text file?"});
      told_control = true;
    }
    indentation = c == '\n' || (indentation && (c == ' ' || c == '\t' || c == '-'));
    if (c == '\n') ++line;
  }
}

// The line of the first byte that is no UTF-8; 0 when all is.
std::uint32_t first_foreign_line(std::string_view text) {
  std::uint32_t line = 1;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view one = text.substr(0, end);
    if (clean_utf8(one) != one) return line;
    text.remove_prefix(end);
    ++line;
  }
  return 0;
}

void parse(std::string_view text, YamlReading& reading) {
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(reading);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    reading.readable = true;
  } catch (const YAML::Exception& error) {
    reading.faults.push_back({line_of(error.mark), "is no YAML: " + visible_text(cut_text(error.msg, 200))});
  } catch (const Stop&) {
    reading.readable = false;
  } catch (const std::bad_alloc&) {
    reading.faults.push_back({0, "needs more memory than there is"});
  }
}

}  // namespace

YamlReading read_yaml(std::string_view text) {
  YamlReading reading;
  if (text.size() > limits::kConfigurationBytesMax) {
    reading.faults.push_back({0, "is larger than " + std::to_string(limits::kConfigurationBytesMax >> 20) +
                                     " MiB; divide it by sites_files"});
    return reading;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    reading.faults.push_back({1, "is UTF-16; save it as UTF-8"});
    return reading;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // Windows' editors write it
  if (const std::uint32_t line = first_foreign_line(text)) {
    reading.faults.push_back({line, "is not UTF-8 here; save the file as UTF-8 (not GBK)"});
    return reading;
  }
  look_at_bytes(text, reading);
  if (!reading.faults.empty()) return reading;
  parse(text, reading);
  if (reading.readable) refuse_odd_keys(reading.root, reading);
  return reading;
}

}  // namespace xuncha
