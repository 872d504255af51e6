#include "crawler/curl_shard.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <list>
#include <mutex>
#include <utility>
#include <vector>

#include "crawler/ca_bundle.h"
#include "crawler/curl_multi.h"
#include "crawler/curl_transfer.h"

namespace xuncha {
namespace {

const Clock& system_clock_seam() {
  static const SystemClock clock;
  return clock;
}

bool begin_library() {
  static const bool begun = [] {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that the other side has closed
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }();
  return begun;
}

bool may_try_another(TransportError error) {
  return error == TransportError::kConnectRefused || error == TransportError::kConnectTimeout ||
         error == TransportError::kConnectFailure;
}

std::string error_text(TransportError error, std::string_view words) {
  std::string text(transport_error_name(error));
  if (!words.empty()) text.append(": ").append(words.substr(0, limits::kErrorWordsBytesMax));
  return text;
}

}  // namespace

struct CurlShard::Impl : std::enable_shared_from_this<CurlShard::Impl> {
  // One request from fetch() to its answer.
  struct Job {
    FetchRequest request;
    Handler handler;
    WallTime at{};
    SteadyTime started{};
    SteadyTime found{};  // when the address was known
    PhaseTimes phases;   // of the transfers so far
    HostAddresses where;
    std::size_t tried = 0;  // index into where.endpoints
    bool decode = true;
    std::optional<Certificate> certificate;
    std::string earlier;  // what the first address said
    std::unique_ptr<CurlTransfer> transfer;
    std::list<std::shared_ptr<Job>>::iterator place;
  };
  struct Answer {
    Handler handler;
    FetchOutcome outcome;
    PhaseTimes phases;
    std::optional<Certificate> certificate;
  };

  Impl(boost::asio::io_context& io, ShardOptions with, CaBundle authorities)
      : context(io), options(std::move(with)), bundle(std::move(authorities)), sweep_timer(io) {
    clock = options.clock != nullptr ? options.clock : &system_clock_seam();
    defaults.user_agent = options.user_agent;
    defaults.ca_file = bundle.path();
    defaults.limits = options.limits;
  }

  Status start();
  Result<std::unique_ptr<CurlMulti>> make_multi(bool verifies);
  CurlMulti* multi_for(const Job& job);
  void fetch(FetchRequest request, Handler handler);
  void resolve(std::string_view host, std::uint16_t port, Family family, ResolveHandler handler);
  void begin(Job& job, HostAddresses where);
  void start_try(Job& job);
  void on_done(CURL* easy, CURLcode code);
  bool try_again(Job& job, TransportError error);
  void on_failed(bool verifies);
  void end_without_transfer(Job& job, TransportError error, Phase phase, std::string_view words);
  void end_transfer(Job& job, TransportError error);
  void finish(Job& job, FetchOutcome outcome, TransportError error, Phase phase, std::string_view words);
  void end_all(std::string_view why, bool verifying, bool blind);
  void release(std::unique_ptr<CurlTransfer> transfer);
  void sweep();
  void arm_sweep();
  void post_answers();
  void answer();
  void shut();

  boost::asio::io_context& context;
  ShardOptions options;
  CaBundle bundle;
  TransferDefaults defaults;
  const Clock* clock;
  std::vector<std::unique_ptr<CurlTransfer>> idle;
  std::list<std::shared_ptr<Job>> jobs;
  std::unique_ptr<CurlMulti> verifying;
  std::unique_ptr<CurlMulti> blind;  // verify_tls off; made when first asked for. Shares no connection with the other
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<HostLookup> lookup;
  std::unique_ptr<ZoneLook> zones;
  boost::asio::steady_timer sweep_timer;
  bool sweeping = false;
  std::vector<Answer> answers;
  PhaseTimes phases_of_answer;
  std::optional<Certificate> certificate_of_answer;
  bool answer_posted = false;
  bool stopped = false;
  ShardCounters counters;
};

Status CurlShard::Impl::start() {
  auto multi = make_multi(true);
  if (!multi) return multi.error();
  verifying = std::move(multi).value();
  if (options.resolver.clock == nullptr) options.resolver.clock = clock;
  auto made = Resolver::create(context, options.resolver);
  if (!made) return made.error();
  resolver = std::move(made).value();
  lookup = std::make_unique<HostLookup>(*resolver, options.connect, options.policy, options.own);
  zones = std::make_unique<ZoneLook>(context, *resolver);
  return Done{};
}

Result<std::unique_ptr<CurlMulti>> CurlShard::Impl::make_multi(bool verifies) {
  CurlMulti::Handlers handlers;
  handlers.done = [this](CURL* easy, CURLcode code) { on_done(easy, code); };
  handlers.failed = [this, verifies] { on_failed(verifies); };
  handlers.settled = [this] { answer(); };
  return CurlMulti::create(context, options.connections_kept, std::move(handlers));
}

CurlMulti* CurlShard::Impl::multi_for(const Job& job) {
  if (job.request.verify_tls) return verifying.get();
  if (!blind) {
    auto made = make_multi(false);
    if (!made) return nullptr;
    blind = std::move(made).value();
  }
  return blind.get();
}

void CurlShard::Impl::fetch(FetchRequest request, Handler handler) {
  ++counters.fetches;
  jobs.push_back(std::make_shared<Job>());
  const std::shared_ptr<Job> job = jobs.back();
  job->place = std::prev(jobs.end());
  job->request = std::move(request);
  if (job->request.old_tls) {
    job->request.fetch_class = FetchClass::kProbe;
    job->request.verify_tls = false;
  }
  job->handler = std::move(handler);
  job->at = clock->wall();
  job->started = clock->steady();
  const Url& url = job->request.url;
  if (stopped) {
    end_without_transfer(*job, TransportError::kEngineError, Phase::kNone, "stopped");
    return;
  }
  if (is_bad_port(url.port())) {
    ++counters.refused_addresses;
    job->where.refused_range = "port " + std::to_string(url.port());
    end_without_transfer(*job, TransportError::kAddressRefused, Phase::kNone, "a port that no browser opens");
    return;
  }
  if (job->request.fetch_class == FetchClass::kProbe) lookup->forget(url.host(), job->request.family);
  if (auto known = lookup->find_now(url.host(), url.port(), job->request.family)) {
    begin(*job, std::move(*known));
  } else {
    lookup->find(url.host(), url.port(), job->request.family,
                 [this, waiting = std::weak_ptr<Job>(job)](HostAddresses where) {
                   const auto still = waiting.lock();
                   if (!still) return;
                   begin(*still, std::move(where));
                 });
  }
}

void CurlShard::Impl::resolve(std::string_view host, std::uint16_t port, Family family, ResolveHandler handler) {
  std::optional<HostAddresses> known;
  if (stopped) {
    known.emplace();
    known->error = TransportError::kEngineError;
    known->words = "stopped";
  } else {
    known = lookup->find_now(host, port, family);
  }
  if (!known) {
    lookup->find(host, port, family, std::move(handler));
    return;
  }
  boost::asio::post(context, [weak = weak_from_this(), where = std::move(*known), handler = std::move(handler)] {
    if (weak.lock()) handler(where);
  });
}

void CurlShard::Impl::begin(Job& job, HostAddresses where) {
  job.where = std::move(where);
  job.found = clock->steady();
  job.phases.dns = job.found - job.started;
  if (job.request.policy && !job.where.refuse_by(*job.request.policy)) ++counters.refused_addresses;
  if (job.where.error == TransportError::kNone) {
    start_try(job);
    return;
  }
  const bool literal_refused = job.where.error == TransportError::kAddressRefused && !job.where.asked_dns;
  end_without_transfer(job, job.where.error, literal_refused ? Phase::kNone : Phase::kDns, job.where.words);
}

void CurlShard::Impl::start_try(Job& job) {
  const Milliseconds left = options.limits.total(job.request.fetch_class) - (clock->steady() - job.started);
  if (left.count() <= 0) {
    end_without_transfer(job, TransportError::kTimeout, job.earlier.empty() ? Phase::kDns : Phase::kConnect,
                         "no time was left to connect");
    return;
  }
  if (idle.empty()) {
    job.transfer = CurlTransfer::create(defaults);
  } else {
    job.transfer = std::move(idle.back());
    idle.pop_back();
  }
  if (!job.transfer) {
    end_without_transfer(job, TransportError::kEngineError, Phase::kNone, "libcurl gave no handle");
    return;
  }
  if (!job.transfer->prepare(job.request, TransferPlan{job.where.endpoints[job.tried], left, job.decode})) {
    release(std::move(job.transfer));
    end_without_transfer(job, TransportError::kEngineError, Phase::kNone, "libcurl reads this URL otherwise");
    return;
  }
  curl_easy_setopt(job.transfer->handle(), CURLOPT_PRIVATE, &job);
  CurlMulti* multi = multi_for(job);
  if (multi == nullptr || !multi->add(job.transfer->handle())) {
    release(std::move(job.transfer));
    end_without_transfer(job, TransportError::kEngineError, Phase::kNone, "libcurl took no handle");
    return;
  }
  arm_sweep();
}

void CurlShard::Impl::on_done(CURL* easy, CURLcode code) {
  Job* job = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &job);
  const TransportError error = job->transfer->conclude(code);
  multi_for(*job)->remove(easy);
  if (!try_again(*job, error)) end_transfer(*job, error);
}

// Another address when this one cannot be connected; the same without decoding when the coding has no such name.
bool CurlShard::Impl::try_again(Job& job, TransportError error) {
  if (may_try_another(error)) {
    const std::size_t tries = std::min<std::size_t>(job.where.endpoints.size(), limits::kAddressesTriedMax);
    if (job.tried + 1 >= tries) return false;
    job.earlier +=
        format_address(job.where.endpoints[job.tried].address) + " before: " + std::string(transport_error_name(error));
    ++job.tried;
    ++counters.second_addresses;
  } else if (error == TransportError::kProtocolError && job.decode && job.transfer->has_unknown_coding()) {
    job.decode = false;
  } else {
    return false;
  }
  job.phases += job.transfer->phases();
  release(std::move(job.transfer));
  start_try(job);
  return true;
}

void CurlShard::Impl::end_without_transfer(Job& job, TransportError error, Phase phase, std::string_view words) {
  finish(job, FetchOutcome{}, error, phase, words);
  post_answers();
}

void CurlShard::Impl::end_transfer(Job& job, TransportError error) {
  FetchOutcome outcome;
  job.transfer->deliver(outcome);
  const Phase phase = job.transfer->phase();
  const std::string words(job.transfer->words());
  job.certificate = job.transfer->release_certificate();
  job.phases += job.transfer->phases();
  release(std::move(job.transfer));
  finish(job, std::move(outcome), error, phase, words);
}

void CurlShard::Impl::finish(Job& job, FetchOutcome outcome, TransportError error, Phase phase,
                             std::string_view words) {
  outcome.error = error;
  outcome.tls_verified = job.request.verify_tls;
  outcome.refused_range = job.where.refused_range;
  Attempt& attempt = outcome.attempt;
  attempt.at = job.at;
  attempt.phase = phase;
  attempt.family = job.where.family != Family::kAny ? job.where.family : job.request.family;
  if (job.tried < job.where.endpoints.size()) attempt.address = job.where.endpoints[job.tried].address;
  if (error == TransportError::kAddressRefused) {
    attempt.address = job.where.refused;
    if (attempt.address) attempt.family = attempt.address->family;
  }
  attempt.status = outcome.status;
  attempt.seconds = std::chrono::duration<double>(clock->steady() - job.started).count();
  if (error != TransportError::kNone) {
    attempt.error = error_text(error, words);
    if (!job.earlier.empty()) attempt.error += " (" + job.earlier + ")";
  }
  if (job.found == SteadyTime{}) job.phases.dns = clock->steady() - job.started;
  answers.push_back({std::move(job.handler), std::move(outcome), job.phases, std::move(job.certificate)});
  jobs.erase(job.place);  // `job` ends here
}

void CurlShard::Impl::release(std::unique_ptr<CurlTransfer> transfer) {
  idle.push_back(std::move(transfer));
}

void CurlShard::Impl::on_failed(bool verifies) {
  ++counters.rebuilds;
  end_all("libcurl was in doubt about its connections", verifies, !verifies);
}

// Ends every transfer of the named handles and gives them fresh connections.
void CurlShard::Impl::end_all(std::string_view why, bool of_verifying, bool of_blind) {
  for (auto at = jobs.begin(); at != jobs.end();) {
    const std::shared_ptr<Job> job = *at++;
    const bool concerned = job->request.verify_tls ? of_verifying : of_blind;
    if (!job->transfer || !concerned) continue;
    multi_for(*job)->remove(job->transfer->handle());
    FetchOutcome outcome;
    const Phase phase = job->transfer->phase();
    release(std::move(job->transfer));
    finish(*job, std::move(outcome), TransportError::kEngineError, phase, why);
  }
  if (of_verifying && !verifying->rebuild()) stopped = true;
  if (of_blind && blind && !blind->rebuild()) stopped = true;
  post_answers();
}

void CurlShard::Impl::sweep() {
  const SteadyTime now = std::chrono::time_point_cast<Milliseconds>(std::chrono::steady_clock::now());
  for (auto at = jobs.begin(); at != jobs.end();) {
    const std::shared_ptr<Job> job = *at++;
    if (!job->transfer) continue;
    const Ended why = job->transfer->overdue(now);
    if (why == Ended::kByLibrary) continue;
    job->transfer->give_up(why);
    const TransportError error = job->transfer->conclude(CURLE_OPERATION_TIMEDOUT);
    multi_for(*job)->remove(job->transfer->handle());
    end_transfer(*job, error);
  }
  answer();
}

void CurlShard::Impl::arm_sweep() {
  if (sweeping) return;
  sweeping = true;
  sweep_timer.expires_after(options.limits.sweep);
  sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->sweeping = false;
    self->sweep();
    if (!self->jobs.empty()) self->arm_sweep();
  });
}

void CurlShard::Impl::post_answers() {
  if (answer_posted || answers.empty()) return;
  answer_posted = true;
  boost::asio::post(context, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->answer_posted = false;
    self->answer();
  });
}

void CurlShard::Impl::answer() {
  const auto self = shared_from_this();
  for (Answer& one : std::exchange(answers, {})) {
    phases_of_answer = one.phases;
    certificate_of_answer = std::move(one.certificate);
    one.handler(std::move(one.outcome));
  }
  post_answers();
}

void CurlShard::Impl::shut() {
  for (const auto& job : jobs) {
    if (job->transfer) multi_for(*job)->remove(job->transfer->handle());
  }
  jobs.clear();
  answers.clear();
  zones.reset();
  lookup.reset();
  resolver.reset();
  verifying.reset();
  blind.reset();
  idle.clear();
  sweep_timer.cancel();
}

CurlShard::CurlShard(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
CurlShard::~CurlShard() {
  impl_->shut();
}

Result<std::unique_ptr<CurlShard>> CurlShard::create(boost::asio::io_context& context, ShardOptions options) {
  if (!begin_library()) return Error{ErrorCode::kUnavailable, "libcurl", "cannot be initialised"};
  auto bundle = CaBundle::open(options.ca_file, options.extra_ca_file);
  if (!bundle) return bundle.error();
  auto impl = std::make_shared<Impl>(context, std::move(options), std::move(bundle).value());
  const Status started = impl->start();
  std::unique_ptr<CurlShard> shard(new CurlShard(std::move(impl)));
  if (!started) return started.error();
  return shard;
}

void CurlShard::fetch(FetchRequest request, Handler handler) {
  impl_->fetch(std::move(request), std::move(handler));
}

void CurlShard::resolve(std::string_view host, std::uint16_t port, Family family, ResolveHandler handler) {
  impl_->resolve(host, port, family, std::move(handler));
}

void CurlShard::locate(const Url& url, LocateHandler handler) {
  resolve(url.host(), url.port(), Family::kAny, [handler = std::move(handler)](const HostAddresses& where) {
    handler(where.endpoints.empty() ? std::string() : format_address(where.endpoints.front().address));
  });
}

void CurlShard::forget(std::string_view host) {
  impl_->lookup->forget(host, Family::kAny);
}

void CurlShard::look_at_zone(std::string_view host, ZoneLook::Permitted permitted, ZoneLook::Handler handler) {
  impl_->zones->look(host, std::move(permitted), std::move(handler));
}

const PhaseTimes& CurlShard::phases_of_answer() const {
  return impl_->phases_of_answer;
}

const std::optional<Certificate>& CurlShard::certificate_of_answer() const {
  return impl_->certificate_of_answer;
}

void CurlShard::stop() {
  impl_->stopped = true;
  impl_->end_all("stopped", true, true);
  for (auto at = impl_->jobs.begin(); at != impl_->jobs.end();) {
    const auto job = *at++;
    impl_->end_without_transfer(*job, TransportError::kEngineError, Phase::kDns, "stopped");
  }
  impl_->resolver->cancel();
}

void CurlShard::start_over(std::string_view why) {
  ++impl_->counters.rebuilds;
  impl_->end_all(why, true, true);
  impl_->resolver->forget();
}

void CurlShard::set_own_families(OwnFamilies own) {
  impl_->lookup->set_own_families(own);
}

void CurlShard::set_policy(AddressPolicy policy) {
  impl_->lookup->set_policy(std::move(policy));
}

ShardCounters CurlShard::counters() const {
  ShardCounters counters = impl_->counters;
  counters.connects = impl_->defaults.connects;
  counters.refused_connects = impl_->defaults.refused_connects;
  counters.limit_reached = impl_->defaults.limit_reached;
  counters.refused_addresses += impl_->lookup->refused();
  counters.dns_cache_evictions = impl_->resolver->cache_evictions();
  counters.dns = impl_->resolver->counters();
  return counters;
}

}  // namespace xuncha
