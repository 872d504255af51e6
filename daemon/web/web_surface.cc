#include "daemon/web/web_surface.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/web/api.h"
#include "daemon/web/metrics.h"
#include "daemon/web/pages.h"

namespace xuncha {
namespace {

constexpr std::string_view kReloadPath = "/-/reload";

HttpResponse plain(int status, std::string text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text), .headers = {}};
}

HttpResponse not_allowed(const HttpRequest& request, std::string allowed) {
  HttpResponse response = error_response(request.path, 405, "method_not_allowed", "Permitted here: " + allowed + ".");
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

// A page of another site must not make a browser reload us (RFC 6454; Fetch metadata).
bool is_cross_site(const HttpRequest& request) {
  const std::string_view fetch_site = request.header("sec-fetch-site");
  if (!fetch_site.empty() && fetch_site != "same-origin" && fetch_site != "none") return true;
  const std::string_view origin = request.header("origin");
  return !origin.empty() && origin_host(origin) != origin_host("http://" + std::string(request.header("host")));
}

CountsByName limits_reached(const HttpCounters& counters) {
  return {{"web_answer_time", counters.answers_too_late},       {"web_body_bytes", counters.bodies_too_large},
          {"web_client_connections", counters.clients_refused}, {"web_connections", counters.connections_refused},
          {"web_header_bytes", counters.headers_too_large},     {"web_time", counters.timeouts}};
}

}  // namespace

void WebSurface::answer(const HttpRequest& request, const Respond& respond) {
  if (request.path == kReloadPath) return reload(request, respond);
  if (request.method != "GET" && request.method != "HEAD") return respond(not_allowed(request, "GET, HEAD"));
  respond(read(request));
}

HttpResponse WebSurface::read(const HttpRequest& request) const {
  const std::string& path = request.path;
  if (path == "/-/healthy") return healthy();
  const SnapshotPointer snapshot = options_.board->current();
  if (path == "/-/ready") return snapshot ? plain(200, "xuncha is ready.\n") : plain(503, "xuncha is starting.\n");
  if (path.starts_with("/-/")) return error_response(path, 404, "not_found", "There is nothing here.");
  const bool is_api = path == "/api" || path.starts_with("/api/");
  if (!is_api && path != "/metrics") return answer_page(request, snapshot.get());
  if (!snapshot) {
    HttpResponse starting = error_response(path, 503, "starting", "xuncha is starting.");
    starting.headers.emplace_back("Retry-After", "5");
    return starting;
  }
  if (is_api) return answer_api(request, *snapshot);
  HttpResponse metrics;
  metrics.content_type = kMetricsContentType;
  metrics.body = render_metrics(*snapshot, limits_reached(counters_), read_kernel_figures());
  return metrics;
}

HttpResponse WebSurface::healthy() const {
  const Milliseconds age = options_.clock->steady() - options_.heartbeat->last();
  if (age <= options_.heartbeat_age_max) return plain(200, "xuncha is healthy.\n");
  return plain(503, "xuncha is stuck: its main loop has not turned for " +
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(age).count()) + " s.\n");
}

// Whoever is on this machine may reload, others need a credential. A page in a browser on this machine is not on this
// machine: its Origin tells, and where its name was made to lead here (DNS rebinding), the Host header does.
void WebSurface::reload(const HttpRequest& request, const Respond& respond) {
  if (request.method != "POST") return respond(not_allowed(request, "POST"));
  if (is_cross_site(request)) {
    return respond(error_response(request.path, 403, "cross_site", "A page of another site may not ask for this."));
  }
  const std::string_view token = bearer_token(request.header("authorization"));
  const bool has_credential =
      !request.user.empty() || (!options_.reload_token.empty() && equal_in_constant_time(token, options_.reload_token));
  if (!has_credential && !(request.from_loopback && is_literal_host(request.header("host")))) {
    HttpResponse refusal = error_response(request.path, 401, "unauthorized",
                                          "From another machine this needs a bearer token or a user's password.");
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"xuncha\"");
    return respond(std::move(refusal));
  }
  if (!options_.reload) return respond(error_response(request.path, 501, "not_possible", "Reload is not possible."));
  options_.reload([respond](const std::vector<Error>& faults) {
    if (faults.empty()) return respond(plain(200, "The configuration is reloaded.\n"));
    std::string text = "The configuration is not reloaded; the old one goes on:\n";
    for (const Error& fault : faults) text += fault.where + ": " + fault.message + "\n";
    respond(plain(500, std::move(text)));
  });
}

}  // namespace xuncha
