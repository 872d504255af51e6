#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "daemon/web/http.h"
#include "daemon/web/http_server.h"
#include "daemon/web/snapshot.h"

namespace xuncha {

// How a reload of the configuration ended; empty: well. Each fault with "FILE:LINE" and its sentence.
using ReloadDone = std::function<void(std::vector<Error> faults)>;
// Asked to reload: hands the wish to the main loop and returns at once. `done` is called once, from any thread. A
// reload that was begun goes on even when nobody waits for it any more.
using ReloadHook = std::function<void(ReloadDone done)>;

struct WebSurfaceOptions {
  const SnapshotBoard* board = nullptr;
  const Heartbeat* heartbeat = nullptr;
  const Clock* clock = nullptr;
  ReloadHook reload;  // empty: POST /-/reload answers 501
  // A bearer token that permits reload from another machine (read_token_file); empty: a user of the web configuration
  // is the only way.
  std::string reload_token;
  Milliseconds heartbeat_age_max = limits::kHeartbeatAgeMax;
};

// Everything that the daemon answers over HTTP: health, reload, metrics, the read-only API, pages for
// people. All of it from the newest snapshot.
// Thread rule: answer() on the server's thread only; the parts that options point to must outlive it.
class WebSurface {
 public:
  explicit WebSurface(WebSurfaceOptions options) : options_(std::move(options)) {}
  WebSurface(const WebSurface&) = delete;
  WebSurface& operator=(const WebSurface&) = delete;

  void answer(const HttpRequest& request, const Respond& respond);
  // For HttpServer::create; the surface must outlive the server.
  HttpHandler handler() {
    return [this](const HttpRequest& request, const Respond& respond) { answer(request, respond); };
  }
  // For HttpServerOptions: what the server cuts is shown as limit_reached_total.
  HttpCounters& counters() { return counters_; }

 private:
  HttpResponse read(const HttpRequest& request) const;
  HttpResponse healthy() const;
  void reload(const HttpRequest& request, const Respond& respond);

  WebSurfaceOptions options_;
  HttpCounters counters_;
};

}  // namespace xuncha
