#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/finding.h"
#include "daemon/report/texts.h"

namespace xuncha {

// Writes the two parts of a mail at once, so that they say the same. All texts may be hostile: each is made visible in
// the plain part and escaped in the HTML part. Styles stand on the elements: many mail programs drop style sheets.
// Confined to one thread.
class MailWriter {
 public:
  explicit MailWriter(Language language);

  void title(std::string_view text);
  void paragraph(std::string_view text);
  // The pattern's {url} is `url`, in the HTML part a link. Only for addresses of ours.
  void link_paragraph(std::string_view pattern, std::string_view url);
  void site(std::string_view name);
  void section(std::string_view name);
  void item(std::uint64_t number, Severity severity, std::string_view title);
  // Within an item: `label: value`; nothing for an empty value.
  void line(std::string_view label, std::string_view value);
  // The value is a link in the HTML part where it is an http(s) URL, there shown as people read it; `note` follows it.
  void link_line(std::string_view label, std::string_view url, std::string_view note);
  void end_item();
  // Several lines as they are; for texts of ours with values filled in.
  void lines(std::string_view text);
  void footer(std::string_view text);

  std::size_t bytes() const { return html_.size(); }  // of the larger part so far
  const std::string& text() const { return text_; }
  std::string html() const { return html_ + "</body></html>\n"; }

 private:
  void html_label(std::string_view label);

  const Texts& texts_;
  std::string text_;
  std::string html_;
};

}  // namespace xuncha
