#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"

// One HTTP request and its answer as plain values: what HttpServer hands to a handler and takes back. Pure; any thread.
namespace xuncha {

// As read from the wire and within the bounds of core/limits.h (web); everything in it is the client's word.
struct HttpRequest {
  std::string method;                                        // "GET"
  std::string path;                                          // of the target, percent-encoded as sent; begins with "/"
  std::string query;                                         // what stands behind "?"
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order of arrival
  std::string body;
  std::string peer;            // the client's address
  bool from_loopback = false;  // the connection comes from this machine and no proxy says that it speaks for another
  std::string user;            // who proved to be a user of the web configuration; empty: nobody

  // First header of that (lower-case) name, empty when absent.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  // Besides those that the server sets on every answer: Date, Content-Length, Connection, the security headers, and
  // Cache-Control: no-store unless it stands here.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Takes the answer to one request: once, from any thread, at once or later. A second call, or one after the connection
// or the server has gone, does nothing.
using Respond = std::function<void(HttpResponse)>;
// Called on the server's thread; must not block.
using HttpHandler = std::function<void(HttpRequest, Respond)>;

// {"error":{"code":CODE,"message":MESSAGE}} below /api, else MESSAGE as plain text.
HttpResponse error_response(std::string_view path, int status, std::string_view code, std::string_view message);
HttpResponse json_response(std::string body);

// "%E5%B7%A1" as bytes; nullopt for a % that two hex digits do not follow, and for a NUL.
std::optional<std::string> percent_decode(std::string_view text);
// The bytes as one path segment or query value: all but unreserved characters (RFC 3986 2.3) as %XX.
std::string percent_encode(std::string_view text);
// The segments of a path: "/a/b%2Fc" is {"a", "b/c"}, "/" is {}. nullopt where one cannot be decoded.
std::optional<std::vector<std::string>> path_segments(std::string_view path);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;
// name=value&…, in order; a plus sign is itself (no value of ours holds a space, times hold "+08:00"). Empty parts are
// left out. nullopt where one cannot be decoded or there are more than limits::kWebParametersMax.
std::optional<QueryParameters> query_parameters(std::string_view query);

// `https://a.example:8443` -> `a.example:8443`, in lower case; empty when it is no http(s) origin (RFC 6454 7).
std::string origin_host(std::string_view origin);
// Is the Host header's host `localhost` or a literal address, so that no name of another's could have led here?
bool is_literal_host(std::string_view host_header);
// User and password of `Authorization: Basic …` (RFC 7617); nullopt when it is not that.
struct BasicCredential {
  std::string user;
  std::string password;
};
std::optional<BasicCredential> basic_credential(std::string_view authorization);
// The token of `Authorization: Bearer …` (RFC 6750 2.1), empty when it is not that.
std::string_view bearer_token(std::string_view authorization);
// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// IMF-fixdate of RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_http_date(WallTime time);

// RFC 4648 5, without padding. Decoding takes only what encoding gives.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);
// RFC 4648 4, padding wanted.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace xuncha
