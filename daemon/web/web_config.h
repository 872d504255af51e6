#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace xuncha {

// What `--web.config.file` says: the format of Prometheus' exporter-toolkit (docs/web-configuration.md there), of which
// certificate, key, least version and users are taken and everything else is refused, not passed over.
enum class TlsVersion : std::uint8_t { kTls12, kTls13 };

struct TlsServerConfig {
  std::string cert_file;  // PEM, the server's certificate first, then the chain
  std::string key_file;   // PEM; must not be readable by everybody
  TlsVersion version_min = TlsVersion::kTls12;
};

struct WebUser {
  std::string name;
  std::string bcrypt;  // crypt(5) hash: $2a$, $2b$ or $2y$
};

struct WebConfig {
  std::optional<TlsServerConfig> tls;  // none: plain HTTP
  std::vector<WebUser> users;          // none: nobody is asked
};

// A configuration, or all its faults: each kConfiguration with "FILE:LINE" and "KEY: what is wrong, what is permitted".
struct WebConfigReading {
  WebConfig config;
  std::vector<Error> faults;  // empty: it may be used
};
WebConfigReading read_web_config(const std::string& file);
// The same of a text; `name` is what faults call it, relative files are looked for in `folder`.
WebConfigReading parse_web_config(const std::string& text, const std::string& name, const std::string& folder);

// The secret that `POST /-/reload` from another machine has to carry as a bearer token: the file's only line.
// kConfiguration: unreadable, readable by everybody, shorter than 16 or longer than 512 characters, or with characters
// that a token cannot have (RFC 6750 2.1).
Result<std::string> read_token_file(const std::string& file);

}  // namespace xuncha
