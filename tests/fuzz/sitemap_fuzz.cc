// Any file as a sitemap: every entry is an http(s) URL in its own serialisation, once; a refusal has a reason.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/check.h"
#include "core/limits.h"
#include "core/url.h"
#include "crawler/sitemap.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const xuncha::Sitemap sitemap = xuncha::parse_sitemap(bytes, 1u << 20);
  const bool refused = sitemap.kind == xuncha::Sitemap::Kind::kRefused;
  CHECK(refused == !sitemap.refusal.empty());
  CHECK(!refused || sitemap.entries.empty());
  CHECK(sitemap.entries.size() <= xuncha::limits::kSitemapUrlsMax);
  std::unordered_set<std::string_view> seen;
  for (const xuncha::SitemapEntry& entry : sitemap.entries) {
    CHECK(seen.insert(entry.url).second);
    const xuncha::UrlParse parsed = xuncha::parse_url(entry.url);
    CHECK(parsed.url && parsed.url->href() == entry.url);
  }
  return 0;
}
