#include "daemon/cli/check_options.h"

#include <re2/re2.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "core/civil.h"
#include "daemon/report/escape.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

Error usage(std::string_view option, std::string message) {
  return Error{ErrorCode::kUsage, std::string(option), std::move(message)};
}

std::string quoted(std::string_view text) {
  return '"' + visible_text(cut_text(text, 200)) + '"';
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<std::uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

// Takes "host" or "[address]" and the ":" behind it off the front of `rest`; nullopt when there is no colon.
std::optional<std::string_view> take_host(std::string_view& rest) {
  std::size_t end = rest.find(':');
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos || close + 1 >= rest.size() || rest[close + 1] != ':') return std::nullopt;
    end = close + 1;
  }
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view host = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return host;
}

// "ADDR" or "ADDR:PORT", IPv6 with a port in brackets.
struct AddressAndPort {
  IpAddress address;
  std::uint16_t port = 0;
};
std::optional<AddressAndPort> parse_address_and_port(std::string_view text, std::uint16_t default_port) {
  std::string_view address = text;
  std::uint16_t port = default_port;
  const std::size_t colon = text.rfind(':');
  const bool bracketed = text.starts_with('[');
  const bool has_port =
      colon != std::string_view::npos && (bracketed ? text[colon - 1] == ']' : text.find(':') == colon);
  if (has_port) {
    const auto given = parse_port(text.substr(colon + 1));
    if (!given) return std::nullopt;
    port = *given;
    address = text.substr(0, colon);
  }
  const auto parsed = parse_address(address);
  if (!parsed) return std::nullopt;
  return AddressAndPort{*parsed, port};
}

// Splits comma-separated rule patterns and refuses those that name no rule.
Result<std::vector<std::string>> rule_patterns(std::string_view option, const std::vector<std::string>& lists) {
  std::vector<std::string> patterns;
  for (const std::string& list : lists) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      const std::string_view pattern = std::string_view(list).substr(begin, end - begin);
      if (!is_rule_pattern(pattern)) {
        return usage(option, quoted(pattern) + " is no rule or family of rules; `xuncha rules` lists them");
      }
      patterns.emplace_back(pattern);
      begin = end + 1;
    }
  }
  return patterns;
}

Status read_urls(const CheckArguments& arguments, CheckOptions& options) {
  if (arguments.urls.empty()) return usage("URL", "give the URL of at least one site");
  for (const std::string& text : arguments.urls) {
    UrlParse parsed = parse_url(text);
    if (!parsed.url) {
      return usage("URL", quoted(text) + (parsed.other_scheme.empty()
                                              ? " is no absolute URL; write it as http://www.example.gov.cn/"
                                              : " is no http or https URL"));
    }
    options.urls.push_back(std::move(*parsed.url));
  }
  return Done{};
}

Status read_budgets(const CheckArguments& arguments, CheckOptions& options) {
  if (!arguments.max_pages.empty()) {
    const auto pages = parse_number<std::uint64_t>(arguments.max_pages);
    if (!pages || *pages == 0) return usage("--max-pages", quoted(arguments.max_pages) + " is no number from 1 on");
    options.max_pages = *pages;
  }
  if (!arguments.max_depth.empty()) {
    const auto depth = parse_number<std::uint32_t>(arguments.max_depth);
    if (!depth) return usage("--max-depth", quoted(arguments.max_depth) + " is no number from 0 on");
    options.max_depth = *depth;
  }
  if (!arguments.time_limit.empty()) {
    options.time_limit = parse_duration(arguments.time_limit);
    if (!options.time_limit) {
      return usage("--time-limit", quoted(arguments.time_limit) + " is no duration; write 90s, 10m or 1h30m");
    }
  }
  if (!arguments.rate.empty()) {
    options.rate = parse_number<double>(arguments.rate);
    if (!options.rate || !std::isfinite(*options.rate) || *options.rate < 0) {
      return usage("--rate", quoted(arguments.rate) + " is no number of requests a second; 0 lifts the limit");
    }
  }
  if (!arguments.per_host.empty()) {
    options.per_host = parse_number<std::uint32_t>(arguments.per_host);
    if (!options.per_host || *options.per_host == 0) {
      return usage("--per-host", quoted(arguments.per_host) + " is no number from 1 on");
    }
  }
  return Done{};
}

Status read_judgement(const CheckArguments& arguments, CheckOptions& options) {
  auto exclude = UrlPatterns::compile(arguments.exclude);
  if (!exclude) return exclude.error();
  options.exclude = std::move(exclude).value();
  auto only = rule_patterns("--only", arguments.only);
  if (!only) return only.error();
  options.rules.only = std::move(only).value();
  auto skip = rule_patterns("--skip", arguments.skip);
  if (!skip) return skip.error();
  options.rules.skip = std::move(skip).value();
  if (!arguments.now.empty()) {
    options.now = parse_time(arguments.now);
    if (!options.now) {
      return usage("--now", quoted(arguments.now) + " is no RFC 3339 time; write 2024-04-26T09:00:00+08:00");
    }
  }
  return Done{};
}

}  // namespace

struct UrlPatterns::Compiled {
  std::vector<std::shared_ptr<const re2::RE2>> expressions;
};

UrlPatterns::UrlPatterns() = default;
UrlPatterns::~UrlPatterns() = default;
UrlPatterns::UrlPatterns(const UrlPatterns&) = default;
UrlPatterns& UrlPatterns::operator=(const UrlPatterns&) = default;

Result<UrlPatterns> UrlPatterns::compile(const std::vector<std::string>& expressions) {
  auto compiled = std::make_shared<Compiled>();
  re2::RE2::Options options;
  options.set_log_errors(false);
  for (const std::string& text : expressions) {
    auto expression = std::make_unique<re2::RE2>(text, options);
    if (!expression->ok()) {
      return usage("--exclude", quoted(text) + " is no regular expression (RE2 syntax): " + expression->error());
    }
    compiled->expressions.push_back(std::move(expression));
  }
  UrlPatterns patterns;
  patterns.compiled_ = std::move(compiled);
  return patterns;
}

bool UrlPatterns::matches(std::string_view url) const {
  if (!compiled_) return false;
  for (const auto& expression : compiled_->expressions) {
    if (re2::RE2::PartialMatch(re2::StringPiece(url.data(), url.size()), *expression)) return true;
  }
  return false;
}

UrlPatterns UrlPatterns::with(const UrlPatterns& others) const {
  if (others.empty()) return *this;
  if (empty()) return others;
  auto joined = std::make_shared<Compiled>(*compiled_);
  joined->expressions.insert(joined->expressions.end(), others.compiled_->expressions.begin(),
                             others.compiled_->expressions.end());
  UrlPatterns patterns;
  patterns.compiled_ = std::move(joined);
  return patterns;
}

bool operator==(const UrlPatterns& left, const UrlPatterns& right) {
  if (left.compiled_ == right.compiled_) return true;
  if (!left.compiled_ || !right.compiled_) return left.empty() && right.empty();
  const auto same = [](const auto& one, const auto& other) { return one->pattern() == other->pattern(); };
  const auto& expressions = left.compiled_->expressions;
  const auto& others = right.compiled_->expressions;
  return std::equal(expressions.begin(), expressions.end(), others.begin(), others.end(), same);
}

bool UrlPatterns::empty() const {
  return !compiled_ || compiled_->expressions.empty();
}

bool RuleSelection::wants(std::string_view rule) const {
  for (const std::string& pattern : skip) {
    if (rule_matches(pattern, rule)) return false;
  }
  if (only.empty()) return true;
  for (const std::string& pattern : only) {
    if (rule_matches(pattern, rule)) return true;
  }
  return false;
}

Result<CheckOptions> check_options(const CheckArguments& arguments) {
  CheckOptions options;
  const auto format = parse_report_format(arguments.format);
  if (!format) return usage("--format", quoted(arguments.format) + " is none of text, json, csv, html");
  options.format = *format;
  options.language = choose_language(arguments.language, audience_of(*format), message_locale());
  options.out = arguments.out;
  options.colour = arguments.out.empty() && wants_colour(STDOUT_FILENO);
  options.own_site = arguments.own_site;
  options.external = !arguments.no_external;
  options.pages = arguments.pages;
  options.data_dir = arguments.data_dir;
  options.config = arguments.config;
  for (const auto read : {read_urls, read_budgets, read_judgement}) {
    if (Status status = read(arguments, options); !status) return status.error();
  }
  auto network = network_options(arguments);
  if (!network) return network.error();
  static_cast<NetworkOptions&>(options) = std::move(network).value();
  return options;
}

Result<NetworkOptions> network_options(const NetworkArguments& arguments) {
  NetworkOptions options;
  for (const std::string& text : arguments.allow_cidr) {
    const auto cidr = parse_cidr(text);
    if (!cidr) return usage("--allow-cidr", quoted(text) + " is no range; write 10.0.0.0/8 or fd00::/8");
    options.allow_cidr.push_back(*cidr);
  }
  if (!arguments.dns.empty()) {
    options.dns = parse_dns_server(arguments.dns);
    if (!options.dns) {
      return usage("--dns", quoted(arguments.dns) + " is no address and port; write 192.0.2.1:53 or [2001:db8::1]:53");
    }
  }
  for (const std::string& text : arguments.connect) {
    auto connect = parse_connect(text);
    if (!connect) {
      return usage("--connect", quoted(text) +
                                    " is not HOST:PORT:ADDRESS[:PORT]; write www.example.gov.cn:80:127.0.0.1"
                                    " or www.example.gov.cn:443:[::1]:8443");
    }
    options.connect.push_back(std::move(*connect));
  }
  if (!arguments.cacert.empty()) {
    std::ifstream file(arguments.cacert, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof()) {
      return usage("--cacert", quoted(arguments.cacert) + " cannot be read, or is empty");
    }
    options.cacert = arguments.cacert;
  }
  return options;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
  constexpr double kMax = 366 * 86400e3;
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::size_t unit_end = std::min(text.find_first_of("0123456789.", digits), text.size());
    const auto number = parse_number<double>(text.substr(0, digits));
    const std::string_view unit = text.substr(digits, unit_end - digits);
    double factor = 0;
    for (const auto& [name, milliseconds] : kUnits) {
      if (name == unit) factor = milliseconds;
    }
    if (!number || factor == 0) return std::nullopt;
    total += *number * factor;
    text.remove_prefix(unit_end);
  }
  if (total < 1 || total > kMax) return std::nullopt;
  return std::chrono::milliseconds(std::llround(total));
}

std::optional<DnsServer> parse_dns_server(std::string_view text) {
  const auto parsed = parse_address_and_port(text, 53);
  if (!parsed) return std::nullopt;
  return DnsServer{parsed->address, parsed->port};
}

std::optional<ConnectOverride> parse_connect(std::string_view text) {
  const auto host = take_host(text);
  if (!host) return std::nullopt;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(0, colon));
  if (!port) return std::nullopt;
  const auto target = parse_address_and_port(text.substr(colon + 1), *port);
  // The host as URLs have it: the URL parser lower-cases it and turns Chinese names into A-labels.
  const UrlParse url = parse_url("http://" + std::string(*host) + "/");
  if (!target || !url.url || url.url->path() != "/" || url.url->has_credentials()) return std::nullopt;
  return ConnectOverride{std::string(url.url->host()), *port, target->address, target->port};
}

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

}  // namespace xuncha
