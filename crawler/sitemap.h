#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"

// Sitemaps and feeds as lists of URLs (https://www.sitemaps.org/protocol.html, RSS 0.9-2.0, RFC 4287). Pure, any
// thread.
namespace xuncha {

struct SitemapEntry {
  std::string url;                  // absolute http(s), WHATWG form without fragment
  std::optional<WallTime> lastmod;  // lastmod, pubDate, updated: what the portal says, often wrong
};

struct Sitemap {
  enum class Kind : std::uint8_t { kUrlSet, kIndex, kText, kRss, kAtom, kRefused };
  Kind kind = Kind::kRefused;
  std::vector<SitemapEntry> entries;  // in order, each URL once, <= limits::kSitemapUrlsMax
  std::string refusal;                // of kRefused: why, in English
  bool cut = false;         // not all of it: a bound was reached, or it breaks off or is malformed further down
  std::size_t ignored = 0;  // entries that are no absolute http(s) URL
};

std::string_view sitemap_kind_name(Sitemap::Kind kind);  // "urlset", "index", "text", "rss", "atom", "refused"

// What the file lists: the pages of a urlset, text list or feed, the sitemaps of an index; not images, videos or
// translations. gzip is known by its magic bytes. Refused: what is none of these, a document type with declarations of
// its own, entities beyond XML's five, and a body that unpacks to more than limits::kBombRatioMax times its size.
// Reading ends at `bytes_max` unpacked bytes. Never throws; the time is linear.
Sitemap parse_sitemap(std::string_view bytes, std::size_t bytes_max = limits::kSitemapBytesMax);

}  // namespace xuncha
