#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {

// One request that the server saw, written when it ended: the oracle of politeness and of kill tests.
struct RequestLog {
  double time = 0;  // when its last header byte came, seconds since 1970
  double duration = 0;
  std::string scheme;
  std::string host;  // the scripted host that was reached, whatever the Host header said
  std::string method;
  std::string target;  // raw
  std::string host_header;
  std::string user_agent;
  std::string range;
  std::string if_none_match;
  std::string if_modified_since;
  int status = 0;                // 0: no status line was sent
  std::uint64_t bytes = 0;       // written, headers included
  std::uint64_t connection = 0;  // number of the connection, from 1
  bool complete = false;         // the answer was sent as the data wanted it
};

// As one JSON object without line end.
std::string to_json_line(const RequestLog& log);

struct PortalOptions {
  std::filesystem::path log_file;  // not empty: a line for each request, flushed at once
};

// Plays portals on loopback: each host on its own address, ports chosen by the kernel, a DNS resolver for all names,
// and a control port. Has its own thread; all functions may be called from any thread.
class PortalServer {
 public:
  struct Start;
  // Listens and begins to serve. On failure `server` is null and `error` a sentence.
  static Start create(Portal portal, const PortalOptions& options = {});
  static Start create(const std::vector<std::filesystem::path>& files, PortalOptions options = {});
  ~PortalServer();
  PortalServer(const PortalServer&) = delete;
  PortalServer& operator=(const PortalServer&) = delete;

  // What `xuncha check` needs to reach the portal: --connect HOST:PORT:ADDRESS:PORT ..., --dns, --cacert, --allow-cidr,
  // and the portal's own `arguments`. One element an argument.
  std::vector<std::string> arguments() const;
  // The portal as it is played (addresses filled in).
  const Portal& portal() const;
  // "ADDRESS:PORT" that `host` is reached at for a port that URLs name (80, 443, ...); empty when it has none.
  std::string endpoint(const std::string& host, std::uint16_t port) const;
  std::uint16_t dns_port() const;
  // GET /-portal/phase/NAME, /-portal/state, /-portal/log on 127.0.0.1.
  std::uint16_t control_port() const;

  void set_phase(const std::string& name);
  std::string phase() const;
  // All requests that ended so far, in the order of their end.
  std::vector<RequestLog> log() const;
  // How often each name was asked of the resolver.
  std::map<std::string, int> dns_log() const;
  // Requests that came and are not ended.
  int in_flight() const;

 private:
  struct Impl;
  explicit PortalServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct PortalServer::Start {
  std::unique_ptr<PortalServer> server;
  std::string error;
};

}  // namespace xuncha::portal
