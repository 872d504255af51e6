#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Portals for tests, as data: hosts, pages, faults, and what a patrol of them has to find. Plain values: fill them in
// code or read them from YAML (tests/portals/README.md). Thread rule: none, copy as you like.
namespace xuncha::portal {

// What the server does instead of, or while, sending an answer. `amount` is the number in the comment.
enum class FaultKind : std::uint8_t {
  kNone,
  kReset,           // RST after the request; with amount: after that many body bytes
  kCloseEmpty,      // closes without a byte
  kCloseMidHeader,  // closes inside a header line
  kTruncate,        // promises the whole body, closes after `amount` bytes
  kHangHeaders,     // accepts the request and says nothing more
  kHangBody,        // headers and `amount` body bytes, then nothing more
  kSlow,            // the body at `amount` bytes a second
  kSlowHeaders,     // the headers at `amount` bytes a second
  kEndless,         // a chunked body without end (stops after 1 GiB)
  kEndlessHeaders,  // header lines without end (stops after 64 MiB)
  kBadChunk,        // a chunk size that is no number
  kHugeHeader,      // one header of `amount` bytes
  kManyHeaders,     // `amount` header lines
  kHttp09,          // the body alone, no status line
  kGarbage,         // 512 bytes that are no HTTP
  kBomb,            // Content-Encoding: gzip of `amount` MiB of zeros
  kRaw,             // the body is the whole answer, byte for byte, then the connection closes
};

struct Fault {
  FaultKind kind = FaultKind::kNone;
  std::uint64_t amount = 0;
};

// One answer to one path.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type = "text/html";  // empty: no Content-Type at all
  std::string charset;                     // as declared in Content-Type; empty: not declared
  std::string body;                        // bytes as sent, before a content coding
  bool gzip = false;                       // Content-Encoding: gzip where the client accepts it
  bool chunked = false;                    // Transfer-Encoding: chunked instead of Content-Length
  bool validators = true;                  // ETag and Last-Modified, 304 when they match (200 only)
  bool ranges = true;                      // 206 for "bytes=a-b" (200 only)
  int head_status = 0;                     // status of HEAD where it differs from GET, such as 405
  std::chrono::milliseconds delay{0};      // before the first byte
  Fault fault;
  std::vector<Answer> over_https;        // none or one: instead of this answer when asked over https
  std::vector<Answer> sequence;          // by visit number instead of this answer; the last one repeats
  std::map<std::string, Answer> phases;  // instead of this answer while the server is in that phase
};

enum class TlsKind : std::uint8_t {
  kNone,              // no https
  kGood,              // valid, signed by the portal's CA through an intermediate that is sent
  kExpired,           // ended in 2020
  kWrongName,         // for another name
  kSelfSigned,        // signed by itself
  kIncompleteChain,   // the intermediate is not sent
  kTls10Only,         // speaks nothing newer than TLS 1.0
  kTlcp,              // answers the ClientHello as a server that knows only TLCP: alert protocol_version
  kHandshakeFailure,  // alert handshake_failure
  kInternalError,     // alert internal_error: a server that is broken, whatever is offered
};

enum class ConnectKind : std::uint8_t {
  kOk,
  kRefuse,  // the port is bound and answers RST
  kDrop,    // the accept queue is full: SYNs get no answer
};

enum class DnsKind : std::uint8_t { kAddress, kNxdomain, kServfail, kTimeout, kRefused, kNodata };

// What the resolver says about a name.
struct DnsAnswer {
  DnsKind kind = DnsKind::kAddress;
  std::vector<std::string> addresses;  // literals, A or AAAA by their form; empty for a host: its own address
};

// What a host says about a path it does not have.
enum class MissingMode : std::uint8_t {
  kNotFound,      // 404 with `not_found` (or a plain page)
  kSoftPage,      // 200 with `not_found`
  kRedirectHome,  // 302 to "/"
  kRandomPage,    // 200 with another text each time
};

// A directory of files served as they are.
struct FileRoot {
  std::string prefix = "/";  // begins and ends with "/"
  std::filesystem::path directory;
  std::string index = "index.html";
  std::set<std::string> deleted;  // paths below `directory` that are treated as missing
  bool assets = false;            // a missing image, style, script or font is answered by a small valid one
  std::string encoding;           // not empty: UTF-8 HTML is sent in this charset, its <meta> says so
};

struct Host {
  std::string name;                       // lower-case ASCII, or an address literal
  std::vector<std::string> aliases;       // further names of the same host
  std::string address;                    // loopback address it listens on; empty: chosen from 127.77.0.0/16
  bool http = true;                       // URLs http://name/
  TlsKind tls = TlsKind::kNone;           // URLs https://name/
  std::vector<std::uint16_t> http_ports;  // further ports that URLs name: http://name:8080/
  ConnectKind connect = ConnectKind::kOk;
  DnsAnswer dns;
  std::string charset = "utf-8";
  std::string last_modified = "Mon, 02 Nov 2026 01:00:00 GMT";
  // By path, percent-decoded, with "?query" where a page answers that query only. A path without query answers any.
  std::map<std::string, Answer> pages;
  std::vector<FileRoot> files;
  bool assets = false;  // as FileRoot::assets, for the whole host
  MissingMode missing = MissingMode::kNotFound;
  Answer not_found;  // body empty: the built-in page
};

// One finding that a patrol must report. Empty `places`: not checked; `place_count` 0: not checked.
struct ExpectedFinding {
  std::string rule;
  std::string reason;
  std::string subject;
  std::vector<std::string> places;  // URLs of pages
  int place_count = 0;
};

// A URL that must get this verdict and no finding.
struct ExpectedVerdict {
  std::string url;
  std::string verdict;
  std::string reason;
  std::string note;
};

// A near miss: nothing may be reported about `url` (or, where `page` is given, about anything only that page names).
struct Silent {
  std::string url;
  std::string page;
  std::string why;
};

// A reason that loopback cannot make.
struct Impossible {
  std::string reason;
  std::string why;
};

struct Portal {
  std::string name;
  std::string home;                    // where a patrol starts
  std::vector<std::string> arguments;  // further arguments of `xuncha check` that the expectations rest on
  std::vector<Host> hosts;
  std::map<std::string, DnsAnswer> names;  // names without a host
  std::vector<ExpectedFinding> expect;
  std::vector<ExpectedVerdict> expect_verdicts;
  std::vector<Silent> silent;
  std::vector<Impossible> cannot;
};

// Reads a portal from YAML (format: tests/portals/README.md). On failure `portal` is unspecified and the text says
// file, line and what is wrong; empty on success. Unknown keys are refused.
std::string load_portal(const std::filesystem::path& file, Portal& portal);

// Media type by the extension of a path; "application/octet-stream" when unknown.
std::string media_type_of(std::string_view path);

// "%E4%BD%8E" -> the bytes; a broken sequence is kept as it is.
std::string percent_decode(std::string_view text);

}  // namespace xuncha::portal
