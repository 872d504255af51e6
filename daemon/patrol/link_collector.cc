#include "daemon/patrol/link_collector.h"

#include <array>
#include <optional>

#include "core/digest.h"
#include "core/malformed_reference.h"
#include "core/url_shape.h"
#include "crawler/charset.h"
#include "crawler/file_type.h"

namespace xuncha {
namespace {

// A text that a script fills in later: {{url}}, ${url}, <%=url%>, #{url}.
bool is_placeholder(std::string_view raw) {
  static constexpr std::array<std::string_view, 5> kMarks = {"{{", "${", "<%", "#{", "[["};
  for (const std::string_view mark : kMarks) {
    if (raw.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

// The reference leads nowhere else: empty, or a place in the page itself.
bool stays_on_page(std::string_view raw) {
  return raw.empty() || raw.front() == '#';
}

// How much of the base a reference is resolved against; two pages that share it share the result.
enum class Against { kScheme, kOrigin, kFolder, kWhole };

Against resolved_against(std::string_view raw) {
  if (raw.starts_with("//")) return Against::kScheme;
  if (raw.front() == '/' || raw.front() == '\\') return Against::kOrigin;
  if (raw.front() == '?' || raw.front() == '#') return Against::kWhole;
  return Against::kFolder;
}

bool is_image_link(const Link& link) {
  return link.tag == "img" || (link.tag == "input" && link.attribute == "src") || link.attribute == "background" ||
         link.attribute == "poster" || link.attribute == "srcset";
}

bool is_followed(const Link& link) {
  return link.role != LinkRole::kHint && !stays_on_page(link.raw);
}

Url base_of(const Url& page_url, const PageFacts& facts) {
  std::optional<Url> own;
  if (!facts.base.empty()) own = parse_url(facts.base, &page_url).url;
  return own ? *own : page_url;
}

std::string_view charset_of(const PageFacts& facts) {
  return facts.document ? std::string_view(facts.document->charset) : "utf-8";
}

std::uint64_t mix(std::uint64_t value, std::uint64_t salt) {
  return (value ^ salt) * 0x9E37'79B9'7F4A'7C15;
}

}  // namespace

Promised promised_by(const Url& url, const Link& link) {
  const bool embedded = link.role == LinkRole::kResource;
  switch (promised_type(path_extension(url), {}, embedded ? link.tag : std::string_view())) {
    case Promise::kImage:
      return Promised::kImage;
    case Promise::kAttachment:
      return Promised::kAttachment;
    case Promise::kMedia:
      return Promised::kAttachment;
    case Promise::kPage:
      break;
  }
  if (embedded) return is_image_link(link) ? Promised::kImage : Promised::kResource;
  const std::string extension = path_extension(url);
  return extension == "css" || extension == "js" ? Promised::kResource : Promised::kPage;
}

LinkCollector::LinkCollector(TargetTable& targets, const Url& home, Describe describe)
    : targets_(targets), describe_(std::move(describe)), intranet_(names_internal_place(home.href(), &home)) {}

UrlNumber LinkCollector::resolve(std::string_view raw, const Url& base, const QueryEncoder& encoder, const Link& link,
                                 bool& is_new) {
  is_new = false;
  if (stays_on_page(raw) || is_placeholder(raw)) return 0;
  const auto fault = [&](ReasonCode code) {
    const auto [number, fresh] = targets_.intern_fault(raw);
    is_new = fresh;
    if (fresh) targets_[number].record.reason = {code, 0};
    return number;
  };
  const bool judged = link.role == LinkRole::kPage || link.role == LinkRole::kResource;
  const UrlParse parsed = parse_url(raw, &base, encoder);
  if (judged && !intranet_ && names_internal_place(raw, parsed.url ? &*parsed.url : nullptr)) {
    return fault(ReasonCode::kInternalAddress);
  }
  if (!judged && !parsed.url) return 0;
  const ReferenceFault slip = judged ? reference_fault(raw) : ReferenceFault::kNone;
  if (!parsed.other_scheme.empty() && slip == ReferenceFault::kNone) return 0;
  const bool opens = parsed.url && (slip == ReferenceFault::kNone || is_mended_by_browsers(slip, raw, *parsed.url));
  if (!opens) return fault(ReasonCode::kMalformedUrl);
  const auto [number, fresh] = targets_.intern(*parsed.url);
  is_new = fresh;
  if (number != 0) describe_(number, *parsed.url, link);
  return number;
}

std::set<UrlNumber> LinkCollector::known(const Url& page_url, const PageFacts& facts) const {
  const Url base = base_of(page_url, facts);
  const QueryEncoder encoder = query_encoder_for(charset_of(facts));
  std::set<UrlNumber> known;
  for (const Link& link : facts.links) {
    if (!is_followed(link)) continue;
    const UrlParse parsed = parse_url(link.raw, &base, encoder);
    const UrlNumber number = parsed.url ? targets_.find(*parsed.url) : 0;
    if (number != 0) known.insert(number);
  }
  return known;
}

CollectedLinks LinkCollector::collect(const Url& page_url, const PageFacts& facts) {
  CollectedLinks collected;
  collected.links.reserve(facts.links.size());
  const Url base = base_of(page_url, facts);
  const std::string_view charset = charset_of(facts);
  const QueryEncoder encoder = query_encoder_for(charset);

  const std::string_view path = base.path();
  const std::string origin = base.origin();
  const std::uint64_t origin_salt = mix(hash64(origin), hash64(charset));
  const std::uint64_t scheme_salt = mix(base.scheme() == UrlScheme::kHttp ? 1 : 2, hash64(charset));
  const std::uint64_t folder_salt = mix(hash64(path.substr(0, path.rfind('/') + 1)), origin_salt);
  const std::uint64_t whole_salt = mix(hash64(base.path_and_query()), origin_salt) + 1;

  // All keys first: the table is larger than a cache, and its slots arrive while the other keys are made.
  keys_.clear();
  for (const Link& link : facts.links) {
    if (!is_followed(link)) continue;
    std::uint64_t salt = folder_salt;
    switch (resolved_against(link.raw)) {
      case Against::kFolder:
        break;
      case Against::kScheme:
        salt = scheme_salt;
        break;
      case Against::kOrigin:
        salt = origin_salt;
        break;
      case Against::kWhole:
        salt = whole_salt;
        break;
    }
    // A page link and an embedded resource promise different things of one address.
    keys_.push_back(mix(hash64(link.raw), salt + (link.role == LinkRole::kResource ? 7 : 0)));
    cache_.prefetch(keys_.back());
  }

  auto next_key = keys_.begin();
  for (const Link& link : facts.links) {
    if (!is_followed(link)) continue;
    const std::uint64_t key = *next_key++;
    UrlNumber number = 0;
    if (const UrlNumber* known = cache_.find(key)) {
      number = *known;
    } else {
      bool is_new = false;
      number = resolve(link.raw, base, encoder, link, is_new);
      cache_.insert(key, number);
      if (is_new) collected.fresh.push_back(number);
    }
    if (number == 0) continue;
    collected.links.push_back({.target = number,
                               .region = link.region,
                               .role = link.role,
                               .tag = link.tag,
                               .text = link.text,
                               .line = link.line});
  }
  return collected;
}

}  // namespace xuncha
