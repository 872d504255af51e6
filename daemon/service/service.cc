#include "daemon/service/service.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <random>
#include <utility>

#include "core/limits.h"
#include "core/version.h"
#include "crawler/curl_shard.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/changes.h"
#include "daemon/config/read.h"
#include "daemon/log.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/mail/smtp_mailer.h"
#include "daemon/patrol/crash_mark.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/patrol/shard_setup.h"
#include "daemon/service/loop_turns.h"
#include "daemon/service/probe_desk.h"
#include "daemon/service/process_figures.h"
#include "daemon/service/pulse.h"
#include "daemon/service/round_options.h"
#include "daemon/service/service_manager.h"
#include "daemon/service/site_desk.h"
#include "daemon/service/tcp_connect.h"
#include "daemon/service/vantage.h"
#include "daemon/web/http_server.h"
#include "daemon/web/snapshot.h"
#include "daemon/web/web_config.h"
#include "daemon/web/web_surface.h"
#include "storage/store.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;

constexpr auto kTick = std::chrono::seconds(1);           // group sync, free space, heartbeat
constexpr auto kSnapshotGap = std::chrono::seconds(2);    // between two snapshots
constexpr auto kSweepInterval = std::chrono::minutes(1);  // between two steps of retention

// What any site may reach; each request is held to its own site's list besides.
AddressPolicy policy_of(const Configuration& configuration) {
  std::vector<Cidr> permitted = configuration.defaults.allow_cidr;
  for (const SiteConfig& site : configuration.sites) {
    for (const Cidr& range : site.allow_cidr) {
      if (std::find(permitted.begin(), permitted.end(), range) == permitted.end()) permitted.push_back(range);
    }
  }
  return AddressPolicy(std::move(permitted));
}

using ConfigurationPointer = std::shared_ptr<const Configuration>;

// The daemon, once its configuration, store, fetcher and listeners stand.
class Service {
 public:
  Service(const ServiceOptions& options, ConfigurationPointer configuration, asio::io_context& context, Store& store,
          const Histogram& store_writes, CurlShard& fetcher, ServiceManager& manager, std::string reload_token)
      : options_(options),
        configuration_(std::move(configuration)),
        context_(context),
        store_(store),
        store_writes_(store_writes),
        fetcher_(fetcher),
        manager_(manager),
        pump_(frontier_options(configuration_->defaults), fetcher, clock_),
        mailer_([this](std::function<void()> work) { asio::post(context_, std::move(work)); }),
        mails_(store, mailer_, clock_),
        vantage_(fetcher, tcp_connect(context), clock_),
        names_(names_of(fetcher)),
        tls_(tls_of(fetcher)),
        desk_(pump_, store, clock_,
              {.schedule = {},
               .seed = std::random_device{}(),
               .on_critical = [this](const Finding& finding) { mails_.note(finding); },
               .network = &vantage_,
               .names = names_.get(),
               .tls = tls_.get(),
               .home_is_held = [this](const std::string& site) { return probes_.holds(site); }}),
        probes_(pump_, store, clock_,
                {.seed = std::random_device{}(),
                 .network = &vantage_,
                 .own_up = [this](Family family) { return vantage_.up(family); },
                 .memory = &desk_.memory(),
                 .names = names_.get(),
                 .phases = [this] { return fetcher_.phases_of_answer(); },
                 .on_news = [this](const HomeNews& news) { desk_.take_home_news(news); }}),
        heartbeat_(clock_.steady()),
        surface_({.board = &board_,
                  .heartbeat = &heartbeat_,
                  .clock = &clock_,
                  .reload = [this](const ReloadDone& done) { asio::post(context_, [this, done] { reload(done); }); },
                  .reload_token = std::move(reload_token)}),
        timer_(context),
        stop_signals_(context, SIGTERM, SIGINT),
        reload_signals_(context, SIGHUP),
        started_(clock_.wall()) {}

  // Which page a death is due to is noted there.
  void note_crashes(CrashMark& mark) { pump_.set_crash_mark(&mark); }
  Status open();
  // Until a signal; the exit code.
  int run();

 private:
  WebConfigReading web_config() const;
  std::vector<std::string> listen(const Configuration& configuration) const;
  void log_reload(const ConfigurationChange& change, const Configuration& before) const;
  Status configure();
  void await_reload();
  void reload(const ReloadDone& done);
  void tick();
  void tick_mails();
  void look_at_pulse(SteadyTime now);
  void publish();
  void arm();
  const std::optional<Error>& store_error() const {
    if (own_error_) return own_error_;
    return desk_.store_error() ? desk_.store_error() : probes_.store_error();
  }
  std::string status() const;

  const ServiceOptions& options_;
  ConfigurationPointer configuration_;
  asio::io_context& context_;
  Store& store_;
  const Histogram& store_writes_;
  CurlShard& fetcher_;
  ServiceManager& manager_;
  const SystemClock clock_;
  RequestPump pump_;
  SmtpMailer mailer_;
  MailDesk mails_;
  Vantage vantage_;
  std::unique_ptr<NameLookup> names_;
  std::unique_ptr<TlsLook> tls_;
  SiteDesk desk_;
  ProbeDesk probes_;
  SnapshotBoard board_;
  Heartbeat heartbeat_;
  WebSurface surface_;
  std::unique_ptr<HttpServer> server_;
  asio::steady_timer timer_;
  std::optional<SteadyTime> armed_at_;  // when it goes off
  asio::signal_set stop_signals_;
  asio::signal_set reload_signals_;
  const WallTime started_;
  ConfigState config_state_;
  SteadyTime next_tick_{};
  SteadyTime next_publish_{};
  SteadyTime next_sweep_{};
  SteadyTime next_watchdog_{};
  std::optional<Error> own_error_;  // of the store, which then takes nothing more
  std::size_t swept_ = 0;
  std::uint64_t ticks_short_of_space_ = 0;
  Pulse pulse_;
  LoopTurns turns_;
  bool stuck_ = false;
  bool stopping_ = false;
};

WebConfigReading Service::web_config() const {
  if (options_.web_config_file.empty()) return {};
  return read_web_config(options_.web_config_file);
}

std::vector<std::string> Service::listen(const Configuration& configuration) const {
  if (!options_.listen.empty()) return options_.listen;
  std::vector<std::string> addresses;
  for (const ListenAddress& each : configuration.web.listen) {
    const std::string text = format_address(each.address);
    const bool is_ipv6 = each.address.family == Family::kIpv6;
    addresses.push_back((is_ipv6 ? "[" + text + "]" : text) + ":" + std::to_string(each.port));
  }
  if (addresses.empty()) addresses.emplace_back(limits::kWebListenDefault);
  return addresses;
}

Status Service::open() {
  WebConfigReading web = web_config();
  if (!web.faults.empty()) return web.faults.front();
  auto server = HttpServer::create(
      {.listen = listen(*configuration_), .config = std::move(web.config), .counters = &surface_.counters()},
      surface_.handler());
  if (!server) return server.error();
  server_ = std::move(server).value();
  if (Status configured = configure(); !configured) return configured;
  config_state_ = {.last_reload_successful = true, .last_success = clock_.wall()};
  publish();
  server_->start();
  return Done{};
}

Status Service::configure() {
  vantage_.configure(configuration_->anchors);
  if (Status configured = desk_.configure(configuration_); !configured) return configured;
  if (Status configured = probes_.configure(configuration_); !configured) return configured;
  return mails_.configure(configuration_);
}

int Service::run() {
  stop_signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    log_info("stopping", {{"signal", signal}});
    stopping_ = true;
  });
  await_reload();
  std::string addresses;
  for (const std::string& address : server_->addresses())
    addresses.append(addresses.empty() ? "" : ",").append(address);
  log_info("ready", {{"sites", configuration_->sites.size()}, {"listen", addresses}});
  manager_.ready(status());
  while (!stopping_ && !store_error()) {
    turns_.begin();
    vantage_.pump();
    desk_.pump();
    probes_.pump();
    tick_mails();
    tick();
    arm();
    turns_.wait();
    context_.run_one();
    context_.poll();
    turns_.end(clock_.steady());
  }
  manager_.stopping();
  probes_.stop();
  desk_.stop();
  publish();
  server_->stop();
  if (Status synced = store_.sync(); !synced) return fail_with(synced.error());
  if (store_error()) {
    log_error("store_failed", {{"where", store_error()->where}, {"why", store_error()->message}});
    return fail_with(*store_error());
  }
  log_info("stopped");
  return kExitClean;
}

void Service::await_reload() {
  reload_signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    reload([](const std::vector<Error>&) {});
    await_reload();
  });
}

// Load, validate, swap: a file with faults leaves everything as it is.
void Service::reload(const ReloadDone& done) {
  manager_.reloading();
  ConfigurationReading reading = read_configuration(options_.config_file);
  std::vector<Error> faults = std::move(reading.faults);
  const WebConfigReading web = web_config();
  faults.insert(faults.end(), web.faults.begin(), web.faults.end());
  if (faults.empty()) {
    if (Status served = server_->reconfigure(web.config, listen(reading.configuration)); !served)
      faults.push_back(served.error());
  }
  config_state_.last_reload_successful = faults.empty();
  for (const Error& fault : faults) log_error("reload_refused", {{"where", fault.where}, {"why", fault.message}});
  if (faults.empty()) {
    const ConfigurationPointer before =
        std::exchange(configuration_, std::make_shared<const Configuration>(std::move(reading.configuration)));
    config_state_.last_success = clock_.wall();
    fetcher_.set_policy(policy_of(*configuration_));
    if (Status configured = configure(); !configured) faults.push_back(configured.error());
    log_reload(what_changed(*before, *configuration_), *before);
  }
  publish();
  manager_.ready(status());
  done(std::move(faults));
}

// What the new configuration does, and what of it only a restart can do.
void Service::log_reload(const ConfigurationChange& change, const Configuration& before) const {
  log_info("reloaded", {{"sites", configuration_->sites.size()},
                        {"added", change.added.size()},
                        {"removed", change.removed.size()},
                        {"changed", change.changed.size()},
                        {"network", change.network},
                        {"mail", change.mail},
                        {"web", change.web},
                        {"storage", change.storage},
                        {"rules", change.rules}});
  std::string keys;
  const auto add = [&keys](bool differs, std::string_view key) {
    if (differs) keys.append(keys.empty() ? "" : ",").append(key);
  };
  const Configuration& now = *configuration_;
  add(now.contact != before.contact, "contact");
  add(now.resolvers != before.resolvers, "resolvers");
  add(now.storage.quota_bytes != before.storage.quota_bytes, "storage.quota");
  add(now.defaults.rate != before.defaults.rate, "defaults.rate");
  add(now.defaults.per_host != before.defaults.per_host, "defaults.per_host");
  if (!keys.empty()) log_warn("reload_needs_restart", {{"keys", keys}});
}

std::string Service::status() const {
  return std::to_string(configuration_->sites.size()) + " sites, " + std::to_string(desk_.schedule().running()) +
         " rounds under way, " + std::to_string(desk_.rounds_ended()) + " ended";
}

void Service::tick() {
  const SteadyTime now = clock_.steady();
  heartbeat_.beat(now);
  if (now >= next_tick_) {
    next_tick_ = now + kTick;
    if (Status ticked = store_.tick(now); !ticked) own_error_ = ticked.error();
    if (store_.space_level() != SpaceLevel::kNormal) ++ticks_short_of_space_;
    manager_.status(status());
    look_at_pulse(now);
  }
  if (manager_.watchdog_interval() && now >= next_watchdog_) {
    next_watchdog_ = now + *manager_.watchdog_interval();
    if (!stuck_) manager_.feed_watchdog();
  }
  if (now >= next_publish_) publish();
  if (now >= next_sweep_ && !configuration_->sites.empty()) {
    next_sweep_ = now + kSweepInterval;
    const SiteConfig& site = configuration_->sites[swept_++ % configuration_->sites.size()];
    const Retention retention{.urls = configuration_->storage.url_retention,
                              .findings = configuration_->storage.finding_retention};
    if (const auto handle = store_.find_site(site.id)) {
      if (auto swept = store_.sweep(*handle, clock_.wall(), retention); !swept) {
        log_warn("sweep_failed", {{"site", site.id}, {"why", swept.error().message}});
      }
      // The window of the rule must stand as a whole.
      ProbeRetention visits;
      visits.visits = std::max<Milliseconds>(
          visits.visits, configuration_->rules.thresholds.unreachable_window + std::chrono::hours(48));
      if (auto swept = ProbeLog(store_).sweep(*handle, clock_.wall(), visits); !swept) {
        log_warn("sweep_failed", {{"site", site.id}, {"why", swept.error().message}});
      }
    }
  }
}

void Service::look_at_pulse(SteadyTime now) {
  const auto stuck = pulse_.stuck({.store_waits = store_.waits_for_sync(),
                                   .store_syncs = store_.syncs(),
                                   .rounds_waiting = desk_.schedule().waiting(clock_.wall()),
                                   .rounds_running = desk_.schedule().running()},
                                  now);
  if (stuck && !stuck_) log_error("stuck", {{"what", *stuck}});
  stuck_ = stuck.has_value();
}

void Service::tick_mails() {
  const WallTime now = clock_.wall();
  if (mails_.wake_at() > now) return;
  if (Status ticked = mails_.tick(now); !ticked) own_error_ = ticked.error();
}

void Service::publish() {
  next_publish_ = clock_.steady() + kSnapshotGap;
  Snapshot snapshot;
  snapshot.column_metrics = configuration_->web.column_metrics;
  snapshot.version = XUNCHA_VERSION;
  snapshot.revision = options_.revision;
  snapshot.made = clock_.wall();
  snapshot.started = started_;
  snapshot.config = config_state_;
  snapshot.sites = desk_.snapshots();
  snapshot.probes = probes_.statuses();
  snapshot.process = process_figures({.pump = pump_,
                                      .desk = desk_,
                                      .probes = probes_,
                                      .mails = mails_,
                                      .vantage = vantage_,
                                      .store = store_,
                                      .store_writes = store_writes_,
                                      .ticks_short_of_space = ticks_short_of_space_,
                                      .clock = clock_});
  board_.publish(make_snapshot(std::move(snapshot)));
}

void Service::arm() {
  const SteadyTime now = clock_.steady();
  SteadyTime at = std::min({next_tick_, next_publish_, pump_.wake_at(), vantage_.wake_at(), probes_.wake_at()});
  const WallTime due = std::min(desk_.wake_at(), mails_.wake_at());
  const WallTime wall = clock_.wall();
  if (due != WallTime::max()) at = std::min(at, due > wall ? now + (due - wall) : now);
  at = std::max(at, now + Milliseconds(1));
  if (armed_at_ && *armed_at_ >= now && *armed_at_ <= at)
    return;  // setting it again would wake the loop once for nothing
  armed_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) armed_at_.reset();
  });
}

Result<std::unique_ptr<CurlShard>> make_fetcher(asio::io_context& context, const ServiceOptions& options,
                                                const Configuration& configuration, const Clock& clock) {
  NetworkOptions network = options.network;
  network.contact = configuration.contact;
  network.resolvers = configuration.resolvers;
  Result<ShardOptions> shard = shard_options(network, clock);
  if (shard) shard.value().policy = policy_of(configuration);
  // A slow visit must be let end, to be told from one that never does.
  if (shard)
    shard.value().limits.probe = std::max(limits::kProbeTimeout, configuration.rules.thresholds.unreachable_slow);
  if (!shard) return shard.error();
  return CurlShard::create(context, std::move(shard).value());
}

}  // namespace

int run_service(const ServiceOptions& options) {
  ConfigurationReading reading = read_configuration(options.config_file);
  for (const Error& fault : reading.faults) fail_with(fault);
  if (!reading.faults.empty()) return kExitConfiguration;
  const auto configuration = std::make_shared<const Configuration>(std::move(reading.configuration));
  std::string token;
  if (!options.reload_token_file.empty()) {
    auto read = read_token_file(options.reload_token_file);
    if (!read) return fail_with(read.error());
    token = std::move(read).value();
  }
  ServiceManager manager;
  manager.extend_timeout(limits::kStoreOpenBudget);
  Histogram store_writes = store_write_histogram();
  StoreOptions store_options = StoreOptions::for_daemon();
  store_options.space.budget_bytes = configuration->storage.quota_bytes;
  store_options.on_write = [&store_writes](std::chrono::duration<double> time) { store_writes.observe(time.count()); };
  auto store = Store::open(options.storage, store_options);
  if (!store) return fail_with(store.error());
  const SystemClock clock;
  auto crash_mark = CrashMark::open(options.storage, clock.wall());
  if (!crash_mark) log_warn("crash_mark", {{"file", crash_mark.error().where}, {"why", crash_mark.error().message}});
  asio::io_context context(1);
  auto fetcher = make_fetcher(context, options, *configuration, clock);
  if (!fetcher) return fail_with(fetcher.error());
  int code = kExitClean;
  {
    Service service(options, configuration, context, *store.value(), store_writes, *fetcher.value(), manager,
                    std::move(token));
    if (crash_mark) service.note_crashes(*crash_mark.value());
    if (Status opened = service.open(); !opened) return fail_with(opened.error());
    code = service.run();
  }
  fetcher.value()->stop();
  return code;
}

}  // namespace xuncha
