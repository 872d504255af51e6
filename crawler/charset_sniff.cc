#include "crawler/charset_sniff.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/limits.h"
#include "crawler/ascii.h"

namespace xuncha {
namespace {

constexpr std::size_t kLabelBytesMax = 64;
constexpr std::size_t kValueBytesMax = 1024;  // longer than any declaration of a charset

// In a document that could be read so far, utf-16 cannot be true, and x-user-defined is a script trick.
const Encoding* declared_in_document(std::string_view label) {
  const Encoding* encoding = find_encoding(label);
  if (encoding == nullptr) return nullptr;
  if (encoding->kind == EncodingKind::kUtf16Le || encoding->kind == EncodingKind::kUtf16Be) {
    return find_encoding("utf-8");
  }
  return encoding->kind == EncodingKind::kUserDefined ? find_encoding("windows-1252") : encoding;
}

DeclaredCharset declare(std::string_view label) {
  return {declared_in_document(label), std::string(trim_ascii(label).substr(0, kLabelBytesMax))};
}

// HTML standard, "extracting a character encoding from a meta element".
std::optional<std::string_view> charset_in_content(std::string_view content) {
  const std::string lower = to_ascii_lower(content);
  std::size_t at = 0;
  while (true) {
    at = lower.find("charset", at);
    if (at == std::string::npos) return std::nullopt;
    at += 7;
    while (at < content.size() && is_ascii_space(content[at])) ++at;
    if (at < content.size() && content[at] == '=') break;
  }
  ++at;
  while (at < content.size() && is_ascii_space(content[at])) ++at;
  if (at >= content.size()) return std::nullopt;
  const char quote = content[at];
  if (quote == '"' || quote == '\'') {
    const std::size_t end = content.find(quote, at + 1);
    if (end == std::string_view::npos) return std::nullopt;
    return content.substr(at + 1, end - at - 1);
  }
  std::size_t end = at;
  while (end < content.size() && !is_ascii_space(content[end]) && content[end] != ';') ++end;
  return content.substr(at, end - at);
}

// The standard's prescan. `skip_raw_text` passes over the content of script, style and their like, as the tree builder
// would, which the standard's own prescan does not.
class Prescan {
 public:
  Prescan(std::string_view bytes, bool skip_raw_text) : bytes_(bytes), skip_raw_text_(skip_raw_text) {}

  DeclaredCharset run() {
    while (at_ < bytes_.size() && !ended_) {
      if (bytes_[at_] != '<') {
        at_ = std::min(bytes_.find('<', at_), bytes_.size());
        continue;
      }
      step();
      if (found_.encoding != nullptr) break;
    }
    return std::move(found_);
  }

 private:
  struct Attribute {
    std::string name;
    std::string value;
  };

  void step() {
    const std::string_view rest = bytes_.substr(at_);
    if (rest.starts_with("<!--")) {
      const std::size_t end = bytes_.find("-->", at_ + 2);  // the dashes may be those of "<!--"
      at_ = end == std::string_view::npos ? bytes_.size() : end + 3;
    } else if (starts_with_ignoring_case(rest, "<meta") && rest.size() > 5 &&
               (is_ascii_space(rest[5]) || rest[5] == '/')) {
      at_ += 5;
      read_meta();
    } else if (is_tag(rest)) {
      skip_tag();
    } else if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '/' || rest[1] == '?')) {
      at_ = std::min(bytes_.find('>', at_), bytes_.size());
    } else {
      ++at_;
    }
  }

  static bool is_tag(std::string_view rest) {
    if (rest.size() > 1 && is_ascii_alpha(rest[1])) return true;
    return rest.size() > 2 && rest[1] == '/' && is_ascii_alpha(rest[2]);
  }

  void skip_tag() {
    const std::size_t begin = at_ + 1;
    while (at_ < bytes_.size() && !is_ascii_space(bytes_[at_]) && bytes_[at_] != '>') ++at_;
    const std::string name = to_ascii_lower(bytes_.substr(begin, std::min(at_ - begin, std::size_t{16})));
    while (read_attribute()) {
    }
    static constexpr std::string_view kRawText[] = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed"};
    if (!skip_raw_text_ || std::ranges::find(kRawText, name) == std::end(kRawText)) return;
    const std::string closing = "</" + name;
    while (at_ < bytes_.size() && !starts_with_ignoring_case(bytes_.substr(at_), closing)) {
      at_ = std::min(bytes_.find('<', at_ + 1), bytes_.size());
    }
  }

  void read_meta() {
    std::vector<std::string> seen;
    bool got_pragma = false;
    std::optional<bool> need_pragma;
    std::optional<std::string> label;
    while (auto attribute = read_attribute()) {
      if (std::ranges::find(seen, attribute->name) != seen.end()) continue;
      if (seen.size() < limits::kAttributesPerTagMax) seen.push_back(attribute->name);
      if (attribute->name == "http-equiv") {
        got_pragma = got_pragma || equals_ignoring_case(attribute->value, "content-type");
      } else if (attribute->name == "content") {
        const auto charset = charset_in_content(attribute->value);
        if (charset && !label) {
          label = std::string(*charset);
          need_pragma = true;
        }
      } else if (attribute->name == "charset") {
        label = attribute->value;
        need_pragma = false;
      }
    }
    if (ended_ || !need_pragma || (*need_pragma && !got_pragma)) return;
    DeclaredCharset declared = declare(*label);
    if (declared.encoding != nullptr || found_.label.empty()) found_ = std::move(declared);
  }

  // HTML standard, "get an attribute"; names in lower case. nullopt at the end of the tag, and at the end of
  // the bytes, which ends the whole prescan.
  std::optional<Attribute> read_attribute() {
    while (at_ < bytes_.size() && (is_ascii_space(bytes_[at_]) || bytes_[at_] == '/')) ++at_;
    if (at_end() || bytes_[at_] == '>') return std::nullopt;
    Attribute attribute;
    bool spaces_follow = false;
    while (true) {
      if (at_end()) return std::nullopt;
      const char c = bytes_[at_];
      if (c == '=' && !attribute.name.empty()) {
        ++at_;
        break;
      }
      if (is_ascii_space(c)) {
        spaces_follow = true;
        break;
      }
      if (c == '/' || c == '>') return attribute;
      if (attribute.name.size() < kValueBytesMax) attribute.name.push_back(to_ascii_lower(c));
      ++at_;
    }
    if (spaces_follow) {
      skip_spaces();
      if (at_end()) return std::nullopt;
      if (bytes_[at_] != '=') return attribute;
      ++at_;
    }
    skip_spaces();
    if (at_end()) return std::nullopt;
    const char quote = bytes_[at_];
    if (quote == '"' || quote == '\'') {
      const std::size_t end = bytes_.find(quote, at_ + 1);
      if (end == std::string_view::npos) {
        at_ = bytes_.size();
        ended_ = true;
        return std::nullopt;
      }
      attribute.value = bytes_.substr(at_ + 1, std::min(end - at_ - 1, kValueBytesMax));
      at_ = end + 1;
      return attribute;
    }
    while (!at_end()) {
      const char c = bytes_[at_];
      if (is_ascii_space(c) || c == '>') return attribute;
      if (attribute.value.size() < kValueBytesMax) attribute.value.push_back(c);
      ++at_;
    }
    return std::nullopt;
  }

  void skip_spaces() {
    while (at_ < bytes_.size() && is_ascii_space(bytes_[at_])) ++at_;
  }

  bool at_end() {
    if (at_ >= bytes_.size()) ended_ = true;
    return ended_;
  }

  std::string_view bytes_;
  bool skip_raw_text_;
  std::size_t at_ = 0;
  bool ended_ = false;
  DeclaredCharset found_;
};

// HTML standard, "get an XML encoding".
DeclaredCharset charset_of_xml_declaration(std::string_view bytes) {
  bytes = bytes.substr(0, limits::kMetaPrescanBytes);
  if (!bytes.starts_with("<?xml")) return {};
  const std::size_t end = bytes.find('>');
  if (end == std::string_view::npos) return {};
  const std::string_view declaration = bytes.substr(0, end);
  std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at += 8;
  const auto skip_low = [&] {
    while (at < declaration.size() && static_cast<unsigned char>(declaration[at]) <= 0x20) ++at;
  };
  skip_low();
  if (at >= declaration.size() || declaration[at] != '=') return {};
  ++at;
  skip_low();
  if (at >= declaration.size() || (declaration[at] != '"' && declaration[at] != '\'')) return {};
  const std::size_t close = declaration.find(declaration[at], at + 1);
  if (close == std::string_view::npos) return {};
  return declare(declaration.substr(at + 1, close - at - 1));
}

}  // namespace

DeclaredCharset charset_of_content_type(std::string_view content_type) {
  std::size_t at = content_type.find(';');
  while (at != std::string_view::npos && at < content_type.size()) {
    ++at;
    const std::size_t equals = content_type.find_first_of("=;", at);
    if (equals == std::string_view::npos) break;
    if (content_type[equals] == ';') {
      at = equals;
      continue;
    }
    const std::string_view name = trim_ascii(content_type.substr(at, equals - at));
    std::size_t begin = equals + 1;
    while (begin < content_type.size() && is_ascii_space(content_type[begin])) ++begin;
    std::size_t end;
    std::string_view value;
    if (begin < content_type.size() && (content_type[begin] == '"' || content_type[begin] == '\'')) {
      const std::size_t close = std::min(content_type.find(content_type[begin], begin + 1), content_type.size());
      value = content_type.substr(begin + 1, close - begin - 1);
      end = content_type.find(';', close);
    } else {
      end = content_type.find_first_of(";,", begin);
      value = content_type.substr(begin, end == std::string_view::npos ? end : end - begin);
      end = content_type.find(';', begin);
    }
    if (equals_ignoring_case(name, "charset")) {
      value = trim_ascii(value).substr(0, kLabelBytesMax);
      return {find_encoding(value), std::string(value)};
    }
    at = end;
  }
  return {};
}

DeclaredCharset charset_of_html(std::string_view bytes) {
  DeclaredCharset found = Prescan(bytes.substr(0, limits::kMetaPrescanBytes), false).run();
  if (found.encoding != nullptr) return found;
  DeclaredCharset xml = charset_of_xml_declaration(bytes);
  if (xml.encoding != nullptr) return xml;
  DeclaredCharset late = Prescan(bytes.substr(0, limits::kMetaLateBytes), true).run();
  if (late.encoding != nullptr) return late;
  return found.label.empty() ? late : found;
}

DeclaredCharset charset_of_xml_or_css(std::string_view bytes) {
  static constexpr std::string_view kRule = "@charset \"";
  if (bytes.starts_with(kRule)) {
    const std::string_view rest = bytes.substr(kRule.size(), kLabelBytesMax);
    const std::size_t end = rest.find("\";");
    if (end != std::string_view::npos) return declare(rest.substr(0, end));
  }
  return charset_of_xml_declaration(bytes);
}

}  // namespace xuncha
