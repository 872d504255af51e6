#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/records.h"
#include "core/result.h"
#include "storage/function_view.h"

namespace xuncha {

// All links of one page as one value: a table of tag names, then a row a link: target and line as differences to the
// row before, a byte for region, role and tag, the text. Rows of a block that many pages share are the same bytes on
// all of them, which is what the store's block compression lives on. Pure; any thread.

// The value for `links`, in their order. A text is cut at limits::kAnchorTextBytesMax.
std::string encode_links(std::span<const StoredLinkView> links);

// What UrlRecord::links_hash says of that value; never 0.
std::uint64_t links_hash(std::string_view bytes);

// The value to hand to Visit::links, and sets the page's `links` and `links_hash` by it; nullopt when the page already
// has exactly this list (links_hash says so) and nothing need be written.
std::optional<std::string> links_to_store(std::span<const StoredLinkView> links, UrlRecord& page);

// Calls back once a link, in order; the views live as long as `bytes`. kCorruption for what encode_links cannot have
// written; links before the fault may have been delivered.
Status decode_links(std::string_view bytes, FunctionView<void(const StoredLinkView&)> on_link);

}  // namespace xuncha
