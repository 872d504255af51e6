#include "daemon/cli/check.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

#include "core/limits.h"
#include "core/site.h"
#include "crawler/curl_shard.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/read.h"
#include "daemon/log.h"
#include "daemon/patrol/crash_mark.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/shard_setup.h"
#include "daemon/service/round_options.h"
#include "daemon/service/tcp_connect.h"
#include "daemon/service/vantage.h"
#include "storage/store.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;

constexpr auto kProgressInterval = std::chrono::milliseconds(500);
constexpr auto kIdleTick = std::chrono::seconds(1);  // group sync and the look at free space
constexpr int kInFlightMax = 64;

// A directory that is removed when the run ends.
class TemporaryDirectory {
 public:
  static Result<std::unique_ptr<TemporaryDirectory>> create() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "xuncha-check-XXXXXX").string();
    if (error || mkdtemp(pattern.data()) == nullptr) {
      return Error{ErrorCode::kUnavailable, pattern,
                   "no temporary directory can be made there; set TMPDIR or use --data-dir"};
    }
    return std::make_unique<TemporaryDirectory>(pattern);
  }
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// What the command line says goes before what the site's configuration says.
FrontierOptions frontier_options(const CheckOptions& options, const SiteConfig& site) {
  FrontierOptions frontier;
  const std::optional<double> rate = options.rate ? options.rate : site.rate;
  if (rate) frontier.pace = pace_policy_of_rate(*rate);
  frontier.pace.per_host = static_cast<int>(options.per_host.value_or(site.per_host));
  frontier.pace.patience = limits::kCheckPatience;
  frontier.in_flight_max = std::max(kInFlightMax, frontier.pace.per_host);
  if (rate) frontier.address_requests_per_second = std::max(frontier.address_requests_per_second, *rate);
  return frontier;
}

// Drives one patrol to its end in its own loop.
class CheckRun {
 public:
  CheckRun(const CheckOptions& options, asio::io_context& context, const RequestPump& pump, Patrol& patrol)
      : options_(options),
        context_(context),
        pump_(pump),
        patrol_(patrol),
        timer_(context),
        limit_(context),
        progress_(context),
        signals_(context, SIGINT, SIGTERM) {}

  // True when the run was interrupted by a signal.
  bool run() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      interrupted_ = true;
      patrol_.stop();
      context_.stop();
    });
    if (options_.time_limit) {
      limit_.expires_after(*options_.time_limit);
      limit_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        patrol_.stop();
        context_.stop();
      });
    }
    const bool shows_progress = isatty(STDERR_FILENO) != 0;
    if (shows_progress) show_progress();
    while (!patrol_.done() && !context_.stopped()) {
      arm();
      context_.run_one();
      context_.poll();
      patrol_.pump();
      if (patrol_.result().store_error) patrol_.stop();
    }
    if (shows_progress) std::fputs("\r\033[K", stderr);
    return interrupted_;
  }

 private:
  void arm() {
    const SteadyTime now = std::chrono::time_point_cast<Milliseconds>(std::chrono::steady_clock::now());
    const SteadyTime at = std::min(pump_.wake_at(), now + kIdleTick);
    if (armed_at_ <= at && armed_at_ > now) return;
    armed_at_ = std::max(at, now + Milliseconds(1));
    timer_.expires_at(armed_at_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) armed_at_ = SteadyTime::min();
    });
  }

  void show_progress() {
    const Patrol::Progress progress = patrol_.progress();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
    const double rate = passed.count() > 0 ? static_cast<double>(progress.requests) / passed.count() : 0;
    std::fprintf(stderr, "\r\033[K%llu/%llu pages, %llu requests (%.1f/s), %llu findings",
                 static_cast<unsigned long long>(progress.pages), static_cast<unsigned long long>(progress.known),
                 static_cast<unsigned long long>(progress.requests), rate,
                 static_cast<unsigned long long>(progress.findings));
    std::fflush(stderr);
    progress_.expires_after(kProgressInterval);
    progress_.async_wait([this](const boost::system::error_code& error) {
      if (!error) show_progress();
    });
  }

  const CheckOptions& options_;
  asio::io_context& context_;
  const RequestPump& pump_;
  Patrol& patrol_;
  asio::steady_timer timer_;
  asio::steady_timer limit_;
  asio::steady_timer progress_;
  asio::signal_set signals_;
  SteadyTime armed_at_ = SteadyTime::min();
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool interrupted_ = false;
};

// One site with what is configured for it; both outlive the run.
struct SiteToCheck {
  const Url& home;
  const SiteConfig& site;
  const Configuration& configuration;
};

PatrolOptions patrol_options(const CheckOptions& options, const SiteToCheck& target) {
  const SiteConfig& site = target.site;
  PatrolOptions patrol;
  patrol.site = site.id;  // empty where none is configured: by its home page
  patrol.home = target.home;
  patrol.hosts = site.hosts;
  patrol.own_site = options.own_site || site.own;
  patrol.external = options.external && site.external;
  patrol.exclude = options.exclude.with(site.exclude);
  patrol.rules = options.rules;
  const std::vector<std::string> skipped = target.configuration.rules.selection().skip;
  patrol.rules.skip.insert(patrol.rules.skip.end(), skipped.begin(), skipped.end());
  const Thresholds& thresholds = target.configuration.rules.thresholds;
  patrol.tls_expires_within = thresholds.tls_expires_within;
  patrol.column_limits = column_limits(thresholds);
  patrol.columns = column_settings(site);
  patrol.content_limits = content_limits(thresholds);
  patrol.slot_limits = slot_limits(thresholds);
  patrol.today = options.now;
  patrol.pages_max = options.max_pages.value_or(site.max_pages);
  patrol.depth_max = options.max_depth.value_or(site.max_depth);
  patrol.seed = std::random_device{}();
  patrol.want_pages = options.pages;
  return patrol;
}

// What one site's patrol means for the exit code, in rising order of weight.
constexpr std::size_t kUnjudgedShown = 100;  // URLs without a verdict that people see without --pages

struct Outcome {
  bool findings = false;
  bool nothing_judged = false;
  bool interrupted = false;
};

// What all sites of a run share.
struct Memory {
  Store& store;
  CrashMark* crash_mark;  // null: of a directory that is not kept
};

Result<Outcome> check_site(const CheckOptions& options, const SiteToCheck& target, const Memory& memory,
                           ReportWriter& writer) {
  const SiteConfig& site = target.site;
  const SystemClock clock;
  const WallTime now = options.now.value_or(clock.wall());
  asio::io_context context(1);
  NetworkOptions network = options;
  network.allow_cidr.insert(network.allow_cidr.end(), site.allow_cidr.begin(), site.allow_cidr.end());
  network.resolvers = target.configuration.resolvers;
  network.contact = target.configuration.contact;
  Result<ShardOptions> shard = shard_options(network, clock);
  if (!shard) return shard.error();
  const bool has_route = shard.value().own.ipv6;
  auto fetcher = CurlShard::create(context, std::move(shard).value());
  if (!fetcher) return fetcher.error();
  if (options.own_site || site.own) {
    log_info("robots_not_obeyed", {{"site", target.home.host()}, {"why", options.own_site ? "--own-site" : "own"}});
  }
  Outcome outcome;
  {
    RequestPump pump(frontier_options(options, site), *fetcher.value(), clock);
    pump.set_crash_mark(memory.crash_mark);
    Vantage vantage(*fetcher.value(), tcp_connect(context), clock);
    vantage.configure(target.configuration.anchors);
    const std::unique_ptr<NameLookup> names = names_of(*fetcher.value());
    PatrolOptions patrol_of_site = patrol_options(options, target);
    patrol_of_site.ipv6 =
        Ipv6Wish{.names = names.get(), .permitted = network.allow_cidr, .has_route = has_route, .last_look = {}};
    patrol_of_site.last_scheme_look = WallTime{};
    const std::unique_ptr<TlsLook> tls = tls_of(*fetcher.value());
    patrol_of_site.tls = tls.get();
    if (!target.configuration.anchors.empty()) patrol_of_site.network = &vantage;
    Patrol patrol(std::move(patrol_of_site), pump, /*memory=*/nullptr, memory.store, clock);
    Status started = patrol.start();
    if (!started) return started.error();
    CheckRun run(options, context, pump, patrol);
    outcome.interrupted = run.run();
    fetcher.value()->stop();
    const Patrol::Result& result = patrol.result();
    if (result.store_error) return *result.store_error;
    writer.site(result.site);
    for (const ColumnDesk::Column& column : patrol.columns().columns())
      writer.column(result.summary.site, column.record);
    std::size_t unjudged = 0;
    patrol.for_each_page([&](const PageRecord& page) {
      // People are told of what has no verdict without asking: silence would look like health.
      const bool told =
          audience_of(options.format) == Audience::kPeople && is_unjudged(page) && unjudged++ < kUnjudgedShown;
      if (options.pages || told) writer.page(page);
    });
    for (const Finding* found : patrol.findings()) {
      if (found->state == FindingState::kClosed) continue;
      Finding finding = *found;
      site.mark_ignored(finding, now);
      finding.severity = target.configuration.rules.severity(finding.rule).value_or(finding.severity);
      outcome.findings = outcome.findings || finding.state == FindingState::kOpen;
      writer.finding(finding);
    }
    outcome.nothing_judged = !result.judged_anything && !outcome.interrupted;
    SummaryRecord summary = result.summary;
    summary.judged = !outcome.nothing_judged;
    writer.summary(summary);
    if (outcome.nothing_judged) {
      std::fprintf(stderr, "xuncha: %s: nothing could be judged: %s\n", target.home.href().c_str(),
                   result.why_nothing.c_str());
    }
  }
  return outcome;
}

}  // namespace

int run_check(const CheckOptions& options) {
  return run_patrols(options, [&options](std::ostream& out) {
    return make_report_writer({.format = options.format,
                               .language = options.language,
                               .colour = options.colour,
                               .now = options.now.value_or(SystemClock().wall())},
                              out);
  });
}

int run_patrols(const CheckOptions& options,
                const std::function<std::unique_ptr<ReportWriter>(std::ostream& out)>& make_writer) {
  Configuration configuration;
  if (!options.config.empty()) {
    ConfigurationReading reading = read_configuration(options.config);
    for (const Error& fault : reading.faults) fail_with(fault);
    if (!reading.faults.empty()) return kExitConfiguration;
    configuration = std::move(reading.configuration);
  }
  // A site that the configuration does not name is patrolled by its defaults.
  SiteConfig unnamed;
  static_cast<SiteOptions&>(unnamed) = configuration.defaults;
  if (options.config.empty()) unnamed.max_pages = CheckOptions::kMaxPages;
  std::unique_ptr<TemporaryDirectory> temporary;
  std::filesystem::path directory = options.data_dir;
  if (options.data_dir.empty()) {
    auto created = TemporaryDirectory::create();
    if (!created) return fail_with(created.error());
    temporary = std::move(created).value();
    directory = temporary->path() / "store";
  }
  auto store = Store::open(directory, temporary ? StoreOptions::temporary() : StoreOptions::for_check());
  if (!store) return fail_with(store.error());

  const SystemClock clock;
  std::unique_ptr<CrashMark> crash_mark;
  if (!temporary) {
    auto opened = CrashMark::open(directory, clock.wall());
    if (opened) {
      crash_mark = std::move(opened).value();
    } else {
      log_warn("crash_mark", {{"file", opened.error().where}, {"why", opened.error().message}});
    }
  }

  std::ofstream file;
  if (!options.out.empty()) {
    file.open(options.out, std::ios::binary | std::ios::trunc);
    if (!file) return fail_with({ErrorCode::kUnavailable, options.out, "cannot be written"});
  }
  std::ostream& out = options.out.empty() ? std::cout : file;
  const std::unique_ptr<ReportWriter> writer = make_writer(out);
  Outcome all;
  for (const Url& home : options.urls) {
    const SiteConfig* site = configuration.find(home);
    if (site == nullptr && !options.config.empty()) {
      log_warn("site_not_configured", {{"site", site_id(home)}, {"file", options.config}});
    }
    const SiteToCheck target{home, site == nullptr ? unnamed : *site, configuration};
    Result<Outcome> one = check_site(options, target, {*store.value(), crash_mark.get()}, *writer);
    if (!one) return fail_with(one.error());
    all.findings = all.findings || one.value().findings;
    all.nothing_judged = all.nothing_judged || one.value().nothing_judged;
    all.interrupted = one.value().interrupted;
    if (all.interrupted) break;
  }
  if (Status finished = writer->finish(); !finished) return fail_with(finished.error());
  if (all.interrupted) return kExitInterrupted;
  if (all.findings) return kExitFindings;
  return all.nothing_judged ? kExitNothingJudged : kExitClean;
}

}  // namespace xuncha
