#include "daemon/patrol/patrol_look.h"

#include <algorithm>
#include <array>

#include "core/digest.h"
#include "core/site.h"
#include "crawler/charset.h"

namespace xuncha {
namespace {

constexpr std::size_t kTitleBytesKept = 200;
constexpr std::uint32_t kUnconditionalEvery = 5;  // visits: some servers answer 304 to what has changed
constexpr auto kUnconditionalAge = std::chrono::hours(24 * 30);

constexpr std::uint64_t kScriptOnlyCharactersMax = 20;  // "加载中，请稍候……" and the like

// Does the page lead anywhere by its own markup?
bool has_page_links(const PageFacts& facts) {
  return std::any_of(facts.links.begin(), facts.links.end(),
                     [](const Link& link) { return link.role == LinkRole::kPage; });
}

}  // namespace

bool is_redirect_status(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

UrlParse parse_location(std::string_view location, const Url& base) {
  if (location.empty()) return {};  // would resolve to the base itself
  if (is_valid_utf8(location)) return parse_url(location, &base);
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return parse_url(encoded, &base);
}

FetchRequest request_for_target(const Target& target, const Url& url) {
  FetchRequest request;
  request.url = url;
  request.verify_tls = !target.untrusted_tls;
  if (target.promised == Promised::kAttachment) {
    request.fetch_class = FetchClass::kAttachment;
    request.prefix_only = true;
  } else if (!target.in_scope) {
    request.fetch_class = FetchClass::kExternal;
  } else if (target.promised == Promised::kPage) {
    request.fetch_class = FetchClass::kPage;
  } else {
    request.fetch_class = FetchClass::kResource;
  }
  return request;
}

TargetFacts facts_of_answer(const Target& target, const Url& url, const FetchOutcome& outcome,
                            const PageReading& reading) {
  TargetFacts facts;
  facts.asked = url;
  facts.last = url;
  facts.asked_is_home = is_front_door(url);
  facts.error = outcome.error;
  facts.status = outcome.status;
  facts.has_retry_after = !outcome.header("retry-after").empty();
  facts.body_cut = outcome.body_cut;
  facts.body_bytes = outcome.body.size();
  if (outcome.status == 416) {
    // The file is there; it is shorter than what was asked for. "bytes */0" says how much shorter.
    facts.status = 200;
    facts.body_bytes = outcome.header("content-range").ends_with("*/0") ? 0 : 1;
  }
  facts.promised = target.promised;
  facts.received = reading.received;
  facts.received_type = reading.type;
  facts.is_external = !target.in_scope;
  facts.script_only = reading.scanned && reading.facts.has_script && !has_page_links(reading.facts) &&
                      reading.facts.text_characters < kScriptOnlyCharactersMax;
  facts.wording = reading.wording;
  facts.looks = reading.looks;
  return facts;
}

std::optional<InjectedFarm> find_farm(const Url& page, const PageFacts& facts) {
  std::vector<HiddenLink> hidden;
  std::optional<std::string> own;  // most pages hide no link, and need not know it
  for (const Link& link : facts.links) {
    if (!link.hidden || link.role != LinkRole::kPage || link.raw.find("//") == std::string_view::npos) continue;
    const UrlParse parsed = parse_url(link.raw, &page);
    if (!parsed.url) continue;
    std::string domain = registrable_domain(parsed.url->host());
    if (!own) own = registrable_domain(page.host());
    if (domain.empty() || domain == *own) continue;
    hidden.push_back(
        {.domain = std::move(domain), .text = std::string(link.text), .container = link.container, .line = link.line});
  }
  if (hidden.empty()) return std::nullopt;
  return find_injected_farm(hidden);
}

void drop_farm_links(const Url& page, const InjectedFarm& farm, PageFacts& facts) {
  std::erase_if(facts.links, [&](const Link& link) {
    if (!link.hidden || link.role != LinkRole::kPage || link.raw.find("//") == std::string_view::npos) return false;
    const UrlParse parsed = parse_url(link.raw, &page);
    if (!parsed.url) return false;
    const std::string domain = registrable_domain(parsed.url->host());
    return domain != registrable_domain(page.host()) && !is_institutional_domain(domain) && !farm.domains.empty();
  });
}

std::vector<Url> twins_of(const Url& url) {
  std::vector<Url> twins;
  if (!url.has_default_port()) return twins;
  const std::string host(url.host());
  const std::string other_host = host.starts_with("www.") ? host.substr(4) : "www." + host;
  for (const std::string scheme : {"http://", "https://"}) {
    for (const std::string& name : {host, other_host}) {
      const UrlParse twin = parse_url(scheme + name + std::string(url.path_and_query()));
      if (twin.url && twin.url->without_fragment() != url.without_fragment()) twins.push_back(*twin.url);
    }
  }
  return twins;
}

std::vector<Url> index_twins_of(const Url& url) {
  static constexpr std::string_view kIndexNames[] = {"index.html",  "index.htm",   "index.shtml",  "index.jsp",
                                                     "index.php",   "index.aspx",  "default.html", "default.htm",
                                                     "default.jsp", "default.aspx"};
  std::vector<Url> twins;
  if (url.has_query()) return twins;
  const std::string_view path = url.path();
  const std::string folder = url.origin() + std::string(path.substr(0, path.rfind('/') + 1));
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto add = [&](const std::string& text) {
    if (const UrlParse twin = parse_url(text); twin.url) twins.push_back(*twin.url);
  };
  if (name.empty()) {
    for (const std::string_view index : kIndexNames) add(folder + std::string(index));
  } else if (std::find(std::begin(kIndexNames), std::end(kIndexNames), name) != std::end(kIndexNames)) {
    add(folder);
  }
  return twins;
}

std::string kept_title(const PageFacts& facts) {
  return std::string(facts.title.substr(0, kTitleBytesKept));
}

bool is_readable(Reason reason) {
  return reason.code == ReasonCode::kNone || reason.code == ReasonCode::kTooLarge ||
         reason.code == ReasonCode::kTitleMismatch;
}

std::uint64_t links_digest(const PageFacts& facts) {
  std::uint64_t digest = hash64(facts.title);
  for (const Link& link : facts.links) {
    digest = (digest ^ hash64(link.raw)) * 0x9E37'79B9'7F4A'7C15;
    digest = (digest ^ hash64(link.text)) * 0x9E37'79B9'7F4A'7C15;
  }
  return digest | 1;  // 0 means that there is none
}

std::vector<std::pair<std::string, std::string>> telling_headers(const FetchOutcome& outcome) {
  static constexpr std::array<std::string_view, 8> kTelling = {
      "content-type", "content-length", "location", "server", "date", "last-modified", "retry-after", "via"};
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : outcome.headers) {
    const bool tells = std::find(kTelling.begin(), kTelling.end(), name) != kTelling.end();
    if (tells) headers.emplace_back(name, value.substr(0, 300));
  }
  return headers;
}

std::string cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

bool is_certificate_fault(TransportError error) {
  return error == TransportError::kTlsExpired || error == TransportError::kTlsName ||
         error == TransportError::kTlsUntrusted;
}

bool looks_behind_certificate(TransportError error, bool in_scope) {
  return in_scope ? is_certificate_fault(error) : error == TransportError::kTlsUntrusted;
}

bool is_fault(Reason reason) {
  const Verdict verdict = verdict_of(reason);
  return verdict == Verdict::kBroken || verdict == Verdict::kWrong;
}

void add_validators(const UrlRecord& record, WallTime now, FetchRequest& request) {
  const bool was_well = record.reason.code == ReasonCode::kNone && record.visits > 0 && record.redirect == 0;
  if (!was_well || record.visits % kUnconditionalEvery == 0 || now - record.visited >= kUnconditionalAge) return;
  request.if_none_match = record.etag;
  request.if_modified_since = record.last_modified;
}

void remember_answer(const FetchOutcome& outcome, const PageReading& reading, WallTime now, UrlRecord& record) {
  record.status = outcome.status;
  record.redirect = 0;
  record.visited = now;
  record.bytes = outcome.content_length && outcome.body_cut ? *outcome.content_length : outcome.wire_bytes;
  record.content_type = outcome.header("content-type");
  record.milliseconds = static_cast<std::uint32_t>(outcome.attempt.seconds * 1000);
  ++record.visits;
  const bool well = outcome.error == TransportError::kNone && outcome.status >= 200 && outcome.status < 300;
  const std::uint64_t body_hash = outcome.body.empty() ? 0 : hash64(outcome.body);
  if (well && body_hash == record.body_hash) ++record.unchanged;
  record.body_hash = body_hash;
  record.etag = well ? std::string(outcome.header("etag")) : std::string();
  record.last_modified = well ? std::string(outcome.header("last-modified")) : std::string();
  record.charset = reading.scanned && reading.facts.document ? reading.facts.document->charset : std::string();
  record.title.clear();
  if (reading.scanned) record.title = kept_title(reading.facts);
}

void remember_unchanged(const FetchOutcome& outcome, WallTime now, UrlRecord& record) {
  record.visited = now;
  record.milliseconds = static_cast<std::uint32_t>(outcome.attempt.seconds * 1000);
  ++record.visits;
  ++record.unchanged;
}

bool is_unreachable_reason(Reason reason) {
  switch (reason.code) {
    case ReasonCode::kDnsNxdomain:
    case ReasonCode::kDnsFailure:
    case ReasonCode::kConnectRefused:
    case ReasonCode::kConnectTimeout:
    case ReasonCode::kConnectFailure:
    case ReasonCode::kTimeout:
      return true;
    default:
      return false;
  }
}

}  // namespace xuncha
