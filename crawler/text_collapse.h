#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/html_scan.h"

namespace xuncha {

// Gathers visible text piece by piece: references decoded, every run of white space (of HTML, and the no-break, en, em
// and ideographic spaces) one space, none at the beginning or end, cut at `bytes_max` at a character.
class CollapsedText {
 public:
  explicit CollapsedText(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void append(std::string_view piece, HtmlText kind);
  void add_break() { space_pending_ = true; }  // a block begins or ends: words do not join over it
  void clear();

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }
  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  std::uint64_t characters() const { return characters_; }  // that are no white space, of all pieces, cut or not
  bool empty() const { return text_.empty(); }

 private:
  void append_run(std::string_view run);

  std::string text_;
  std::string decoded_;
  std::size_t bytes_max_;
  std::uint64_t characters_ = 0;
  bool space_pending_ = false;
  bool full_ = false;
};

// The first byte of `text` from `at` on that collapsing does not keep as it is; the size when there is none. A single
// space between two other characters is kept.
std::size_t find_uncollapsed(std::string_view text, std::size_t at);

// `text` without white space of any kind on both sides.
std::string_view strip_all_space(std::string_view text);

// `text` cut to `bytes_max` at a character border.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace xuncha
