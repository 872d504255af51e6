#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fetch.h"
#include "core/target.h"
#include "core/url.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/target_table.h"
#include "detectors/injected_farm.h"

namespace xuncha {

// Small pure steps that the first sight of a target and its second sight share.

bool is_redirect_status(std::uint16_t status);  // 301 302 303 307 308

// Is the certificate expired, for other names, or of a chain that is not trusted?
bool is_certificate_fault(TransportError error);

// Is what stands behind the certificate read all the same? At the site's own hosts every fault of it is told once as
// site.tls; at others only an untrusted chain is passed over, as by browsers.
bool looks_behind_certificate(TransportError error, bool in_scope);

// A Location field against the URL that gave it; raw bytes that are no UTF-8 are sent on percent-encoded, as browsers
// do.
UrlParse parse_location(std::string_view location, const Url& base);

// How a target is asked for: by what it promises and whether it is the site's own. Without validators.
FetchRequest request_for_target(const Target& target, const Url& url);

// What the detectors are told of an answer; the baseline is left unknown.
TargetFacts facts_of_answer(const Target& target, const Url& url, const FetchOutcome& outcome,
                            const PageReading& reading);

// The injected link farm of a page, if it carries one.
std::optional<InjectedFarm> find_farm(const Url& page, const PageFacts& facts);

// Removes the links of a farm from a page's facts: they are never requested.
void drop_farm_links(const Url& page, const InjectedFarm& farm, PageFacts& facts);

// The same path under the other scheme and the www./bare twin of the host, on default ports.
std::vector<Url> twins_of(const Url& url);

// The folder of an index page, or the index pages of a folder.
std::vector<Url> index_twins_of(const Url& url);

// A page's title as it is remembered; pages that share it are counted by this.
std::string kept_title(const PageFacts& facts);

// Does this reason leave a page's own text to be read for links? A page under another document's name does.
bool is_readable(Reason reason);

// What a page refers to and how it is titled, as one number that is never 0: pages that agree in it are one page.
std::uint64_t links_digest(const PageFacts& facts);

// The header fields that evidence keeps.
std::vector<std::pair<std::string, std::string>> telling_headers(const FetchOutcome& outcome);

// The longest prefix of whole characters of a UTF-8 text within a bound.
std::string cut_utf8(std::string_view text, std::size_t bytes_max);

// Did the request end before the host itself was heard: name, connection, time?
bool is_unreachable_reason(Reason reason);

// Is the target itself at fault: broken or wrong?
bool is_fault(Reason reason);

// The validators of the last visit, unless it is time for an unconditional one.
void add_validators(const UrlRecord& record, WallTime now, FetchRequest& request);

// What is remembered of an answer that is no redirect; `reason` and what was read of links are the caller's.
void remember_answer(const FetchOutcome& outcome, const PageReading& reading, WallTime now, UrlRecord& record);

// The same of a page that has not changed (304).
void remember_unchanged(const FetchOutcome& outcome, WallTime now, UrlRecord& record);

}  // namespace xuncha
