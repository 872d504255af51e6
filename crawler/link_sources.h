#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/page.h"
#include "crawler/html_names.h"

namespace xuncha {

// How the value of an attribute holds references.
enum class LinkSyntax : std::uint8_t { kUrl, kSrcset };

struct LinkSource {
  HtmlName element;
  std::string_view attribute;
  LinkSyntax syntax;
  LinkRole role;
  std::uint64_t key;  // name_key(attribute)
};

// The attributes of an element that hold URLs, from https://html.spec.whatwg.org/#attributes-3 and the obsolete ones
// that browsers still load. What cites without loading (cite, longdesc, ping) is left out. link, meta, base, style,
// data-* and event handlers have rules of their own.
std::span<const LinkSource> link_sources(HtmlName element);

// The role of a <link> by its rel (https://html.spec.whatwg.org/#linkTypes); false for types that name no document.
bool link_element_role(std::string_view rel, LinkRole& role);

// Whether the value of a data-* or option[value] attribute is an address: it begins with http(s)://, //, /, ./ or ../
// and holds no white space and no sign of a template or of markup: portals keep words and numbers there.
bool is_address_like(std::string_view value);

// What a data-* attribute of `element` is for: lazily loaded content, else a page to go to.
LinkRole data_attribute_role(HtmlName element, std::string_view attribute);

}  // namespace xuncha
