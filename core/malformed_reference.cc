#include "core/malformed_reference.h"

#include <algorithm>

#include "core/code_points.h"
#include "core/ip_address.h"

namespace xuncha {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool is_slash(char c) {
  return c == '/' || c == '\\';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// The length of "http" or "https" (any case) at the begin, 0 when there is neither.
std::size_t http_word(std::string_view text) {
  if (!starts_with_ignoring_case(text, "http")) return 0;
  return text.size() > 4 && to_ascii_lower(text[4]) == 's' ? 5 : 4;
}

std::size_t count_slashes(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_slash(text[count])) ++count;
  return count;
}

// The text up to the path, query or fragment.
std::string_view authority_of(std::string_view text) {
  return text.substr(0, text.find_first_of("/\\?#"));
}

// U+FF01-FF5E are the full-width forms of ASCII; then the ideographic and half-width full stops.
bool has_full_width(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c >= 0xFF01 && c <= 0xFF5E) || c == 0x3002 || c == 0xFF61) return true;
  }
  return false;
}

// The text with full-width forms of ASCII as ASCII, to see what was meant.
std::string narrow(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    const bool dot = c == 0x3002 || c == 0xFF61;
    append_code_point(out, dot ? U'.' : c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3000 ? U' ' : c);
  }
  return out;
}

// "C:\x" and "C:/x" alone: a letter, a colon and a slash.
bool is_drive_path(std::string_view text) {
  return text.size() >= 3 && is_ascii_alpha(text[0]) && (text[1] == ':' || text[1] == '|') && is_slash(text[2]);
}

// One edit away from http or https, and no scheme that anybody has registered.
bool is_misspelt_http(std::string_view word) {
  static constexpr std::string_view kMisspelt[] = {
      "htp",   "htpp",   "hhtp",   "htttp",  "httpp",  "hhttp",    "ttp",       "ttps",      "htt",       "htps",
      "htpps", "htttps", "httpps", "hhttps", "httpss", "httsp",    "tthp",      "hppt",      "hpps",      "hptt",
      "thtp",  "tthps",  "hxxp",   "ittp",   "hhtps",  "httphttp", "httpshttp", "httphttps", "httpshttps"};
  return std::any_of(std::begin(kMisspelt), std::end(kMisspelt),
                     [word](std::string_view other) { return equals_ignoring_case(word, other); });
}

std::size_t word_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_ascii_alpha(text[size])) ++size;
  return size;
}

// Does a host name stand here, as far as one can tell without asking: "www." or a dot and a known ending?
bool looks_like_host(std::string_view text) {
  const std::string_view host = authority_of(text);
  if (starts_with_ignoring_case(host, "www.")) return true;
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  static constexpr std::string_view kEndings[] = {"cn", "com", "net", "org", "gov", "edu"};
  const std::string_view ending = host.substr(dot + 1, host.find(':', dot) - dot - 1);
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [ending](std::string_view other) { return equals_ignoring_case(ending, other); });
}

// \\server\share, but not \\www.gov.cn\x, in which slashes are turned round.
bool is_network_share(std::string_view text) {
  return text.starts_with("\\\\") && !looks_like_host(text.substr(2));
}

bool is_local_file(std::string_view text) {
  return starts_with_ignoring_case(text, "file:") || is_drive_path(text) || is_network_share(text);
}

// Faults of what stands behind "http:" or "https:".
ReferenceFault fault_behind_scheme(std::string_view rest) {
  if (const std::size_t word = http_word(rest); word != 0 && rest.substr(word).starts_with(":")) {
    return ReferenceFault::kDoubledScheme;  // https:http://x
  }
  if (rest.starts_with(":") || rest.starts_with(";")) return ReferenceFault::kBrokenScheme;
  const std::size_t spaces = rest.size() - trim(rest).size();
  if (spaces != 0 && count_slashes(trim(rest)) >= 2) return ReferenceFault::kBrokenScheme;  // http: //x
  const std::size_t slashes = count_slashes(rest);
  if (slashes < 2) return ReferenceFault::kNone;  // http:x and http:/x are relative or mended
  const std::string_view behind = rest.substr(slashes);
  const std::string_view authority = authority_of(behind);
  if (const std::size_t word = http_word(trim(authority)); word != 0) {
    const std::string_view follows = trim(behind).substr(word);
    // A host may be called "http" or begin so: a second scheme shows by what follows it.
    if (follows.starts_with("//") || follows.starts_with("://") || follows.starts_with(":/") ||
        follows.starts_with(":\\")) {
      return ReferenceFault::kDoubledScheme;
    }
  }
  if (slashes > 2 || authority.empty() || authority.starts_with(":")) return ReferenceFault::kEmptyHost;
  if (authority.find(' ') != std::string_view::npos || authority.find("\xE3\x80\x80") != std::string_view::npos) {
    return ReferenceFault::kSpaceInHost;
  }
  if (has_full_width(authority)) return ReferenceFault::kFullWidth;
  return rest.substr(0, slashes).find('\\') != std::string_view::npos ? ReferenceFault::kBackslashScheme
                                                                      : ReferenceFault::kNone;
}

// Faults of a reference in which "http:" was meant and is not written.
ReferenceFault fault_of_scheme(std::string_view text) {
  const std::size_t size = word_size(text);
  const std::string_view word = text.substr(0, size);
  const std::string_view rest = text.substr(size);
  const std::size_t http = http_word(text);
  if (http != 0 && http == size) {
    if (rest.starts_with("//"))
      return looks_like_host(rest.substr(2)) ? ReferenceFault::kBrokenScheme : ReferenceFault::kNone;
    if (rest.starts_with(";//") || rest.starts_with("；//") || rest.starts_with(".//") || rest.starts_with(",//") ||
        rest.starts_with("\"//") || rest.starts_with("'//") || rest.starts_with("|//") || rest.starts_with(" ://")) {
      return ReferenceFault::kBrokenScheme;
    }
  }
  if (rest.starts_with("://") && is_misspelt_http(word)) return ReferenceFault::kBrokenScheme;
  if (rest.starts_with(":/") && is_misspelt_http(word)) return ReferenceFault::kBrokenScheme;
  if (starts_with_ignoring_case(text, "h ttp") || starts_with_ignoring_case(text, "ht tp") ||
      starts_with_ignoring_case(text, "htt p")) {
    return text.find("//") < 10 ? ReferenceFault::kBrokenScheme : ReferenceFault::kNone;
  }
  if (text.starts_with("://")) return ReferenceFault::kBrokenScheme;
  return ReferenceFault::kNone;
}

// Full-width characters where an absolute URL was meant: before the first ASCII slash stands, narrowed, a scheme with
// its slashes or a host name.
ReferenceFault fault_of_width(std::string_view text) {
  const std::string_view head = text.substr(0, std::min<std::size_t>(text.size(), 256));
  if (std::all_of(head.begin(), head.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return ReferenceFault::kNone;
  }
  const std::string narrowed = narrow(head);
  const std::size_t word = http_word(narrowed);
  const bool meant_scheme = word != 0 && std::string_view(narrowed).substr(word).starts_with("://");
  const bool meant_host = starts_with_ignoring_case(narrowed, "www.") || narrowed.starts_with("//");
  if (!meant_scheme && !meant_host) return ReferenceFault::kNone;
  const std::size_t host =
      meant_scheme ? narrowed.find_first_not_of("/\\", word + 1) : narrowed.find_first_not_of("/\\");
  if (host == std::string::npos) return ReferenceFault::kNone;
  const std::size_t host_size = authority_of(std::string_view(narrowed).substr(host)).size();
  // Count the same number of code points in the original: narrowing keeps their number.
  std::size_t points = 0;
  for (std::size_t at = 0; at < host + host_size; ++points) next_code_point(narrowed, at);
  std::size_t end = 0;
  for (std::size_t count = 0; count < points && end < head.size(); ++count) next_code_point(head, end);
  return has_full_width(head.substr(0, end)) ? ReferenceFault::kFullWidth : ReferenceFault::kNone;
}

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

std::string_view reference_fault_name(ReferenceFault fault) {
  switch (fault) {
    case ReferenceFault::kNone:
      return "none";
    case ReferenceFault::kDoubledScheme:
      return "doubled_scheme";
    case ReferenceFault::kEmptyHost:
      return "empty_host";
    case ReferenceFault::kBrokenScheme:
      return "broken_scheme";
    case ReferenceFault::kFullWidth:
      return "full_width";
    case ReferenceFault::kSpaceInHost:
      return "space_in_host";
    case ReferenceFault::kBackslashScheme:
      return "backslash_scheme";
    case ReferenceFault::kLocalFile:
      return "local_file";
  }
  return "none";
}

ReferenceFault reference_fault(std::string_view raw) {
  const std::string_view text = trim(raw);
  if (text.empty() || text.front() == '#' || text.front() == '?') return ReferenceFault::kNone;
  if (is_local_file(text)) return ReferenceFault::kLocalFile;
  const std::size_t word = http_word(text);
  if (word != 0 && text.substr(word).starts_with(":")) {
    const ReferenceFault fault = fault_behind_scheme(text.substr(word + 1));
    if (fault != ReferenceFault::kNone) return fault;
  }
  if (text.starts_with("\\\\")) return ReferenceFault::kBackslashScheme;
  if (const ReferenceFault fault = fault_of_scheme(text); fault != ReferenceFault::kNone) return fault;
  return fault_of_width(text);
}

bool is_mended_by_browsers(ReferenceFault fault, std::string_view raw, const Url& url) {
  const bool is_slip = fault == ReferenceFault::kEmptyHost || fault == ReferenceFault::kBackslashScheme ||
                       fault == ReferenceFault::kFullWidth;
  std::string_view text = trim(raw);
  const std::size_t word = http_word(text);
  if (word != 0 && text.substr(word).starts_with(":")) text.remove_prefix(word + 1);
  return is_slip && count_slashes(text) >= 2 && url.host().find('.') != std::string_view::npos;
}

bool names_internal_place(std::string_view raw, const Url* url) {
  if (is_local_file(trim(raw))) return true;
  if (url == nullptr) return false;
  if (is_localhost(url->host())) return true;
  const auto address = parse_address(url->host());
  return address && !AddressPolicy().judge(*address).allowed;
}

}  // namespace xuncha
