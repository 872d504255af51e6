#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "core/url.h"
#include "daemon/report/report.h"
#include "daemon/report/texts.h"

namespace xuncha {

// A set of regular expressions (RE2: linear time, whatever the expression). Immutable; any thread; cheap to copy.
class UrlPatterns {
 public:
  UrlPatterns();
  ~UrlPatterns();
  UrlPatterns(const UrlPatterns&);
  UrlPatterns& operator=(const UrlPatterns&);

  // kUsage with the expression and its fault.
  static Result<UrlPatterns> compile(const std::vector<std::string>& expressions);
  // These and the others.
  UrlPatterns with(const UrlPatterns& others) const;
  // Does any of them match somewhere in the URL (fetch form)?
  bool matches(std::string_view url) const;
  bool empty() const;
  // Are they the same expressions in the same order?
  friend bool operator==(const UrlPatterns& left, const UrlPatterns& right);

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

// --only and --skip. Immutable; any thread.
struct RuleSelection {
  std::vector<std::string> only;  // empty: all
  std::vector<std::string> skip;

  bool wants(std::string_view rule) const;
};

// --connect HOST:PORT:ADDR[:PORT]: HOST:PORT is reached at `address` and `address_port`.
struct ConnectOverride {
  std::string host;  // ASCII, lower case; an IPv6 literal in brackets
  std::uint16_t port = 0;
  IpAddress address;
  std::uint16_t address_port = 0;
};

// --dns ADDR:PORT
struct DnsServer {
  IpAddress address;
  std::uint16_t port = 53;
  friend bool operator==(const DnsServer&, const DnsServer&) = default;
};

// How the network is reached: the options that `check` and `inspect` share.
struct NetworkOptions {
  std::vector<Cidr> allow_cidr;
  std::optional<DnsServer> dns;
  std::vector<DnsServer> resolvers;  // of the configuration; not asked where `dns` is given; empty: the system's
  std::vector<ConnectOverride> connect;
  std::string cacert;   // readable file; empty: none
  std::string contact;  // in the User-Agent; empty: postmaster@ this machine
};

// What `xuncha check` was asked, checked.
struct CheckOptions : NetworkOptions {
  std::vector<Url> urls;  // at least one; http or https
  ReportFormat format = ReportFormat::kText;
  Language language = Language::kChinese;
  bool colour = false;
  std::string out;  // file; empty: standard output

  // Not given: as the site's configuration says, else these.
  std::optional<std::uint64_t> max_pages;
  std::optional<std::uint32_t> max_depth;
  static constexpr std::uint64_t kMaxPages = 5'000;
  static constexpr std::uint32_t kMaxDepth = 20;
  std::optional<std::chrono::milliseconds> time_limit;

  std::optional<double> rate;  // requests a second and host; 0: no delay, no per-address limit, no Crawl-delay
  std::optional<std::uint32_t> per_host;  // in flight
  bool own_site = false;
  bool external = true;  // false: --no-external
  bool pages = false;
  UrlPatterns exclude;
  RuleSelection rules;

  std::optional<WallTime> now;
  std::string data_dir;  // empty: a temporary directory, removed
  std::string config;    // --config; empty: none
};

// The same as text, as the command line gave it. Empty and zero-sized: not given.
struct NetworkArguments {
  std::vector<std::string> allow_cidr;
  std::string dns;
  std::vector<std::string> connect;
  std::string cacert;
};
struct CheckArguments : NetworkArguments {
  std::vector<std::string> urls;
  std::string format = "text";
  std::string out;
  std::string max_pages;
  std::string max_depth;
  std::string time_limit;
  std::string rate;
  std::string per_host;
  bool own_site = false;
  bool no_external = false;
  bool pages = false;
  std::vector<std::string> exclude;
  std::vector<std::string> only;  // each a comma-separated list
  std::vector<std::string> skip;
  std::string now;
  std::string data_dir;
  std::string config;
  std::optional<Language> language;  // --lang
};

// kUsage with the option and a sentence for the first fault; reads the locale, NO_COLOR and whether standard output is
// a terminal; opens only --cacert, to see that it can be read.
Result<CheckOptions> check_options(const CheckArguments& arguments);
// The network's part of it; the same errors.
Result<NetworkOptions> network_options(const NetworkArguments& arguments);

// The single values, for the command line and configuration files. nullopt when malformed.
// A positive number with a unit: 90s, 10m, 1.5h, 2d, 500ms, and sums of them (1h30m).
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// "192.0.2.1:53", "[2001:db8::1]:53"; the port may be left out (53).
std::optional<DnsServer> parse_dns_server(std::string_view text);
// "HOST:PORT:ADDR[:PORT]", IPv6 addresses in brackets; without the last port it is the first.
std::optional<ConnectOverride> parse_connect(std::string_view text);

// May colours be written to this file descriptor? A terminal that is not "dumb", and NO_COLOR unset or empty
// (https://no-color.org).
bool wants_colour(int descriptor);

}  // namespace xuncha
