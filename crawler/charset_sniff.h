#pragma once

#include <string>
#include <string_view>

#include "crawler/charset_encodings.h"

// What a document says of its own encoding. Internal to the charset files of the crawler. Pure, any thread.
namespace xuncha {

struct DeclaredCharset {
  const Encoding* encoding = nullptr;  // null: nothing found, or no label that is known
  std::string label;                   // as found, also when unknown
};

// The charset parameter of a Content-Type header.
DeclaredCharset charset_of_content_type(std::string_view content_type);
// HTML standard, "prescan a byte stream to determine its encoding", with the XML declaration as its fallback; then what
// the tree builder would find further down.
DeclaredCharset charset_of_html(std::string_view bytes);
// XML declaration, or @charset of a style sheet (CSS Syntax, 3.2).
DeclaredCharset charset_of_xml_or_css(std::string_view bytes);

}  // namespace xuncha
