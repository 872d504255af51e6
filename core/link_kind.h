#pragma once

#include <cstddef>
#include <cstdint>

namespace xuncha {

// What a link leads to, as broken links are counted (xuncha_links_broken{kind}).
enum class LinkKind : std::uint8_t { kPage, kAttachment, kImage, kExternal };
inline constexpr std::size_t kLinkKinds = 4;

}  // namespace xuncha
