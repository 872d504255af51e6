#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/limits.h"
#include "crawler/byte_search.h"
#include "crawler/html_names.h"

// The tokenization of HTML (https://html.spec.whatwg.org/#tokenization) without building a tree: one pass, linear in
// the text, no memory of its own, nothing decoded. Pure; views point into the text that was given.
//
// What the tree builder would tell the tokenizer is taken from the tags alone: the raw text elements switch it
// (noscript does not: a crawler runs no scripts), except inside svg and math, where CDATA sections are known instead.
namespace xuncha {

struct HtmlAttribute {
  std::string_view name;        // as written
  std::string_view value;       // as written, cut at limits::kAttributeBytesMax
  std::uint64_t key = 0;        // name_key(name)
  bool needs_decoding = false;  // holds "&", CR or NUL: see append_decoded
  bool cut = false;             // the value was longer
};

struct HtmlTag {
  HtmlName id = HtmlName::kOther;
  std::string_view name;                      // as written
  std::size_t begin = 0;                      // offset of "<"
  std::size_t end = 0;                        // offset after ">"
  std::span<const HtmlAttribute> attributes;  // first of equal names wins; at most limits::kAttributesPerTagMax
  std::size_t kept_before_drop = 0;           // attributes before the first that was dropped
  bool dropped = false;                       // an attribute was, as a duplicate or for the limit
  bool self_closing = false;
  bool foreign = false;  // stands inside svg or math

  const HtmlAttribute* find(std::string_view lower_name) const {
    const std::uint64_t key = name_key(lower_name);
    for (const HtmlAttribute& attribute : attributes) {
      if (attribute.key == key && equals_lower(attribute.name, lower_name)) return &attribute;
    }
    return nullptr;
  }
};

enum class HtmlText : std::uint8_t {
  kData,    // character references count
  kRcdata,  // of title and textarea: references count, tags do not
  kRaw,     // of script, style, ...: nothing counts
  kCdata,   // of a CDATA section in svg or math: nothing counts
};

// Calls, in the order of the text, `handler.on_start_tag(const HtmlTag&)`, `handler.on_end_tag(const HtmlTag&)` (its
// attributes are dropped) and `handler.on_text(std::string_view, HtmlText)`. Comments and doctypes are passed over. One
// run of text may come in several pieces. The text of a raw element follows its start tag at once.
template <class Handler>
class HtmlScanner {
 public:
  HtmlScanner(std::string_view text, Handler& handler)
      : begin_(text.data()), end_(text.data() + text.size()), handler_(handler) {}

  void run() {
    const char* at = begin_;
    while (at != end_) {
      if (*at != '<') {
        const char* const next = find_byte<'<'>(at, end_);
        emit_text(at, next, HtmlText::kData);
        at = next;
      } else {
        at = scan_markup(at);
      }
    }
  }

 private:
  static constexpr std::size_t kNoDrop = ~std::size_t{0};

  static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
  static bool ends_name(char c) {
    return static_cast<unsigned char>(c) <= '>' && (is_html_space(c) || c == '/' || c == '>');
  }

  void emit_text(const char* from, const char* to, HtmlText kind) {
    if (from != to) handler_.on_text(std::string_view(from, static_cast<std::size_t>(to - from)), kind);
  }
  bool starts_with(const char* at, std::string_view lower) const {
    return static_cast<std::size_t>(end_ - at) >= lower.size() &&
           equals_lower(std::string_view(at, lower.size()), lower);
  }

  // `at` is at "<" in data; gives where to go on.
  const char* scan_markup(const char* at) {
    if (end_ - at >= 2) {
      const char next = at[1];
      if (is_letter(next)) return scan_start_tag(at);
      if (next == '/') return scan_end_tag(at);
      if (next == '!') return scan_declaration(at);
      if (next == '?') return after_bogus_comment(at + 1);
    }
    emit_text(at, at + 1, HtmlText::kData);
    return at + 1;
  }

  const char* after_bogus_comment(const char* at) const {
    at = find_byte<'>'>(at, end_);
    return at == end_ ? at : at + 1;
  }

  const char* scan_declaration(const char* at) {
    if (starts_with(at, "<!--")) return after_comment(at + 4);
    if (foreign_depth_ > 0 && std::string_view(at, static_cast<std::size_t>(end_ - at)).starts_with("<![CDATA[")) {
      const char* close = at + 9;
      while (true) {
        close = find_byte<']'>(close, end_);
        if (close == end_ || (end_ - close >= 3 && close[1] == ']' && close[2] == '>')) break;
        ++close;
      }
      emit_text(at + 9, close, HtmlText::kCdata);
      return close == end_ ? end_ : close + 3;
    }
    return after_bogus_comment(at + 2);  // a doctype ends like one
  }

  // `start` is after "<!--": the comment ends at "-->", "--!>", and at once at ">" or "->".
  const char* after_comment(const char* start) const {
    for (const char* at = start;; ++at) {
      at = find_byte<'>'>(at, end_);
      if (at == end_) return end_;
      const std::size_t length = static_cast<std::size_t>(at - start);
      const std::string_view inside(start, length);
      if (length == 0 || inside == "-" || inside.ends_with("--") || inside.ends_with("--!")) return at + 1;
    }
  }

  const char* scan_start_tag(const char* at) {
    HtmlTag tag;
    const char* const next = scan_tag(at, at + 1, tag);
    if (next == nullptr) return end_;
    if (foreign_depth_ > 0 && leaves_foreign_content(tag.id)) foreign_depth_ = 0;
    tag.foreign = foreign_depth_ > 0;
    if ((tag.id == HtmlName::kSvg || tag.id == HtmlName::kMath) && !tag.self_closing) ++foreign_depth_;
    handler_.on_start_tag(static_cast<const HtmlTag&>(tag));
    return foreign_depth_ > 0 ? next : scan_raw_text(tag.id, next);
  }

  const char* scan_end_tag(const char* at) {
    if (end_ - at < 3) {
      emit_text(at, end_, HtmlText::kData);
      return end_;
    }
    if (!is_letter(at[2])) return at[2] == '>' ? at + 3 : after_bogus_comment(at + 2);
    HtmlTag tag;
    const char* const next = scan_tag(at, at + 2, tag);
    if (next == nullptr) return end_;
    tag.attributes = {};
    tag.foreign = foreign_depth_ > 0;
    if ((tag.id == HtmlName::kSvg || tag.id == HtmlName::kMath) && foreign_depth_ > 0) --foreign_depth_;
    handler_.on_end_tag(static_cast<const HtmlTag&>(tag));
    return next;
  }

  // Reads a tag whose "<" is at `open` and whose name is at `at`; null when the text ends inside it.
  const char* scan_tag(const char* open, const char* at, HtmlTag& tag) {
    const char* const name_begin = at;
    while (at != end_ && !ends_name(*at)) ++at;
    tag.name = std::string_view(name_begin, static_cast<std::size_t>(at - name_begin));
    tag.id = html_name(tag.name, key_of(name_begin, at));
    tag.begin = static_cast<std::size_t>(open - begin_);
    std::size_t count = 0;
    std::size_t first_drop = kNoDrop;
    while (at != end_) {
      if (is_html_space(*at)) {
        ++at;
      } else if (*at == '/') {
        ++at;
        if (at != end_ && *at == '>') tag.self_closing = true;
      } else if (*at == '>') {
        ++at;
        tag.end = static_cast<std::size_t>(at - begin_);
        tag.attributes = std::span<const HtmlAttribute>(attributes_.data(), count);
        tag.dropped = first_drop != kNoDrop;
        tag.kept_before_drop = std::min(first_drop, count);
        return at;
      } else {
        at = scan_attribute(at, count, first_drop);
      }
    }
    return nullptr;
  }

  // name_key of a name that was found, read at once where the text goes on far enough.
  std::uint64_t key_of(const char* name, const char* name_end) const {
    const auto length = static_cast<std::size_t>(name_end - name);
    if constexpr (std::endian::native == std::endian::little) {
      if (end_ - name >= 8) {
        std::uint64_t key = 0;
        std::memcpy(&key, name, sizeof key);
        if (length < 8) key &= (std::uint64_t{1} << (8 * length)) - 1;
        return lower_bytes(key);
      }
    }
    return name_key(std::string_view(name, length));
  }
  // The eight bytes with their capitals small, all at once.
  static std::uint64_t lower_bytes(std::uint64_t bytes) {
    constexpr std::uint64_t kEach = 0x0101010101010101u;
    const std::uint64_t low = bytes & (kEach * 0x7F);
    const std::uint64_t from_a = low + kEach * (0x80 - 'A');
    const std::uint64_t after_z = low + kEach * (0x80 - 'Z' - 1);
    const std::uint64_t capitals = (from_a & ~after_z & ~bytes) & (kEach * 0x80);
    return bytes | (capitals >> 2);
  }

  const char* scan_attribute(const char* at, std::size_t& count, std::size_t& first_drop) {
    HtmlAttribute attribute;
    const char* const name_begin = at;
    do {  // a "=" at the beginning belongs to the name
      ++at;
    } while (at != end_ && !ends_name(*at) && *at != '=');
    attribute.key = key_of(name_begin, at);
    attribute.name = std::string_view(name_begin, static_cast<std::size_t>(at - name_begin));
    const char* after = at;
    while (after != end_ && is_html_space(*after)) ++after;
    if (after != end_ && *after == '=') {
      ++after;
      while (after != end_ && is_html_space(*after)) ++after;
      at = scan_value(after, attribute);
    } else {
      at = after;
    }
    if (count < attributes_.size() && !is_duplicate(attribute, count)) {
      attributes_[count++] = attribute;
    } else {
      first_drop = std::min(first_drop, count);
    }
    return at;
  }

  // `at` is after "=" and white space.
  const char* scan_value(const char* at, HtmlAttribute& attribute) const {
    if (at == end_ || *at == '>') return at;
    const char* value_begin = at;
    if (*at == '"') {
      ++value_begin;
      at = value_end<'"'>(value_begin, attribute);
    } else if (*at == '\'') {
      ++value_begin;
      at = value_end<'\''>(value_begin, attribute);
    } else {
      for (; at != end_ && *at != '>' && !is_html_space(*at); ++at) {
        if (*at == '&' || *at == '\0') attribute.needs_decoding = true;
      }
      set_value(value_begin, at, attribute);
      return at;
    }
    set_value(value_begin, at, attribute);
    return at == end_ ? at : at + 1;
  }

  template <char kQuote>
  const char* value_end(const char* at, HtmlAttribute& attribute) const {
    at = find_byte<kQuote, '&', '\r', '\0'>(at, end_);
    if (at == end_ || *at == kQuote) return at;
    attribute.needs_decoding = true;
    return find_byte<kQuote>(at, end_);
  }

  static void set_value(const char* from, const char* to, HtmlAttribute& attribute) {
    auto length = static_cast<std::size_t>(to - from);
    if (length > limits::kAttributeBytesMax) {
      length = limits::kAttributeBytesMax;
      attribute.cut = true;
    }
    attribute.value = std::string_view(from, length);
  }

  bool is_duplicate(const HtmlAttribute& attribute, std::size_t count) const {
    for (std::size_t index = 0; index < count; ++index) {
      const HtmlAttribute& other = attributes_[index];
      if (other.key != attribute.key || other.name.size() != attribute.name.size()) continue;
      if (attribute.name.size() <= 8 || same_name(other.name, attribute.name)) return true;
    }
    return false;
  }
  static bool same_name(std::string_view left, std::string_view right) {
    for (std::size_t index = 8; index < left.size(); ++index) {
      if (name_key(left.substr(index, 1)) != name_key(right.substr(index, 1))) return false;
    }
    return true;
  }

  // `at` is after the start tag of `element`; reads its text where that is not markup, up to its end tag.
  const char* scan_raw_text(HtmlName element, const char* at) {
    switch (element) {
      case HtmlName::kTitle:
      case HtmlName::kTextarea:
        return scan_until_end_tag(html_name_text(element), at, HtmlText::kRcdata);
      case HtmlName::kStyle:
      case HtmlName::kXmp:
      case HtmlName::kIframe:
      case HtmlName::kNoembed:
      case HtmlName::kNoframes:
        return scan_until_end_tag(html_name_text(element), at, HtmlText::kRaw);
      case HtmlName::kScript: {
        const char* const close = script_end(at);
        emit_text(at, close, HtmlText::kRaw);
        return close;
      }
      case HtmlName::kPlaintext:
        emit_text(at, end_, HtmlText::kRaw);
        return end_;
      default:
        return at;
    }
  }

  // "<", `slash` where asked, `name` and a character that ends a name stand at `at`.
  bool at_named_tag(const char* at, bool slash, std::string_view name) const {
    const char* const name_at = at + (slash ? 2 : 1);
    const auto needed = static_cast<std::ptrdiff_t>(name.size() + (slash ? 2 : 1));
    if (end_ - at <= needed || (slash && at[1] != '/')) return false;
    return equals_lower(std::string_view(name_at, name.size()), name) && ends_name(name_at[name.size()]);
  }

  const char* scan_until_end_tag(std::string_view name, const char* at, HtmlText kind) {
    const char* close = at;
    while (true) {
      close = find_byte<'<'>(close, end_);
      if (close == end_ || at_named_tag(close, true, name)) break;
      ++close;
    }
    emit_text(at, close, kind);
    return close;
  }

  // The end of a script's text: https://html.spec.whatwg.org/#script-data-state with its escaped states.
  const char* script_end(const char* at) const {
    enum class State : std::uint8_t { kPlain, kEscaped, kDoubleEscaped } state = State::kPlain;
    int dashes = 0;  // just read, while escaped
    while (at != end_) {
      if (state == State::kPlain) {
        at = find_byte<'<'>(at, end_);
        if (at == end_ || at_named_tag(at, true, "script")) return at;
        if (starts_with(at, "<!--")) {
          state = State::kEscaped;
          dashes = 2;
          at += 4;
        } else {
          ++at;
        }
        continue;
      }
      if (*at == '-') {
        ++dashes;
        ++at;
      } else if (*at == '>' && dashes >= 2) {
        state = State::kPlain;
        ++at;
      } else if (*at == '<') {
        dashes = 0;
        if (state == State::kEscaped) {
          if (at_named_tag(at, true, "script")) return at;
          if (at_named_tag(at, false, "script")) state = State::kDoubleEscaped;
        } else if (at_named_tag(at, true, "script")) {
          state = State::kEscaped;
        }
        ++at;
      } else {
        dashes = 0;
        at = find_byte<'<', '-'>(at, end_);
      }
    }
    return end_;
  }

  const char* const begin_;
  const char* const end_;
  Handler& handler_;
  std::size_t foreign_depth_ = 0;
  std::array<HtmlAttribute, limits::kAttributesPerTagMax> attributes_;
};

template <class Handler>
void scan_html(std::string_view text, Handler& handler) {
  HtmlScanner<Handler>(text, handler).run();
}

}  // namespace xuncha
