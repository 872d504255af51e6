#include "tests/simulation/simulation.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>

#include "core/check.h"
#include "core/digest.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/probe_desk.h"
#include "daemon/service/round_options.h"
#include "daemon/service/site_desk.h"
#include "storage/store.h"
#include "tests/simulation/faults_found.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/sim_fetcher.h"
#include "tests/simulation/sim_mail.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kAuditEvery{12};
constexpr std::uint64_t kStepsAnHourMax = 2'000'000;

// A mail server that is gone for a while.
std::vector<Span> draw_outages(Dice& dice, Milliseconds length) {
  std::vector<Span> outages;
  for (std::size_t count = dice.below(3); count > 0; --count) {
    Span& span = outages.emplace_back();
    span.from = dice.between(Moment(0), length - hours(24 * 6));
    span.to = span.from + dice.between(hours(1), hours(24 * 3));
  }
  return outages;
}

// The process and all that happens to it.
class Simulation {
 public:
  explicit Simulation(const WorldOptions& options)
      : world_(options),
        dice_(options.seed ^ 0xD1CE),
        faults_(options.seed, clock_),
        web_(world_, clock_, faults_),
        judge_(world_, clock_, faults_),
        mail_(world_, clock_, faults_, dice_.fork(),
              options.disturbances ? draw_outages(dice_, options.length) : std::vector<Span>()),
        configuration_(std::make_shared<const Configuration>(world_.configuration())) {
    for (const Disturbance& each : world_.disturbances()) {
      using Kind = Disturbance::Kind;
      if (each.kind == Kind::kRestart || each.kind == Kind::kClockJump) coming_.push_back(each);
    }
  }

  SimulationResult run();

 private:
  void print_disturbances() const;
  void open_store();
  void start_process();
  void end_process(bool by_kill);
  void meet_coming();
  void restart(const Disturbance& restart);
  void drive();
  void look();
  Moment next_at() const;

  World world_;
  SimClock clock_;
  Dice dice_;
  FaultsFound faults_;
  SimFetcher web_;
  Judge judge_;
  SimMail mail_;
  std::shared_ptr<const Configuration> configuration_;
  Scratch scratch_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<RequestPump> pump_;
  std::unique_ptr<SiteDesk> desk_;
  std::unique_ptr<ProbeDesk> probes_;  // null: the world is one without
  std::unique_ptr<MailDesk> mail_desk_;
  std::vector<Disturbance> coming_;
  std::size_t next_coming_ = 0;
  bool looks_again_ = false;  // the daemon's loop turns once a second at least: a clock that was set is noticed
  std::optional<std::uint64_t> dies_at_requests_;
  Moment next_audit_ = kAuditEvery;
  std::uint64_t rounds_seen_ = 0;
  bool has_news_ = false;  // probes told of a home page
  std::map<std::string, SiteSnapshotPointer> shown_;
  SimulationResult result_;
};

void Simulation::open_store() {
  auto opened = Store::open(scratch_.path() / "store", small_store_options());
  CHECK(opened.ok());
  store_ = std::move(opened).value();
}

void Simulation::start_process() {
  pump_ = std::make_unique<RequestPump>(frontier_options(configuration_->defaults), web_, clock_);
  desk_ = std::make_unique<SiteDesk>(
      *pump_, *store_, clock_,
      SiteDeskOptions{
          .schedule = {},
          .seed = dice_.next(),
          .on_critical = [this](const Finding& finding) { mail_desk_->note(finding); },
          .home_is_held = [this](const std::string& site) { return probes_ != nullptr && probes_->holds(site); }});
  mail_desk_ = std::make_unique<MailDesk>(*store_, mail_, clock_);
  CHECK(desk_->configure(configuration_).ok());
  if (world_.options().probes) {
    probes_ = std::make_unique<ProbeDesk>(
        *pump_, *store_, clock_,
        ProbeDeskOptions{
            .seed = world_.options().seed, .memory = &desk_->memory(), .on_news = [this](const HomeNews& news) {
              desk_->take_home_news(news);
              has_news_ = true;
            }});
    CHECK(probes_->configure(configuration_).ok());
  }
  CHECK(mail_desk_->configure(configuration_).ok());
  rounds_seen_ = ~std::uint64_t{0};
}

void Simulation::end_process(bool by_kill) {
  if (!by_kill && probes_) probes_->stop();
  if (!by_kill) desk_->stop();
  result_.rounds += desk_->rounds_ended();
  result_.rounds_cut += desk_->rounds_cut();
  mail_desk_.reset();
  probes_.reset();
  desk_.reset();
  pump_.reset();
  web_.forget_process();
  mail_.forget_process();
}

void Simulation::restart(const Disturbance& restart) {
  ++result_.restarts;
  if (desk_->schedule().running() > 0) ++result_.restarts_in_round;
  end_process(restart.by_kill);
  if (restart.reopens_store) {
    store_.reset();
    open_store();
  }
  const Moment down = clock_.now();
  clock_.move_to(down + (restart.span.to - restart.span.from));
  judge_.add_disturbance({down, clock_.now()});
  start_process();
}

// Restarts and clock jumps whose time has come. A restart may wait for a round and so many of its requests.
void Simulation::meet_coming() {
  while (next_coming_ < coming_.size() && coming_[next_coming_].span.from <= clock_.now()) {
    const Disturbance& each = coming_[next_coming_];
    if (each.kind == Disturbance::Kind::kClockJump) {
      clock_.set_wall_by(each.jump);
      judge_.note_clock_jump(each.jump);
      looks_again_ = true;
    } else {
      if (each.after_requests > 0 && !dies_at_requests_) dies_at_requests_ = web_.requests() + each.after_requests;
      if (dies_at_requests_ && web_.requests() < *dies_at_requests_) return;
      dies_at_requests_.reset();
      restart(each);
    }
    ++next_coming_;
  }
}

void Simulation::drive() {
  while (web_.deliver() || mail_.deliver()) {
  }
  desk_->pump();
  if (probes_) probes_->pump();
  CHECK(!probes_ || !probes_->store_error());
  if (mail_desk_->wake_at() <= clock_.wall()) CHECK(mail_desk_->tick(clock_.wall()).ok());
  CHECK(!desk_->store_error());
}

// Looks at what the sites show, when a round has ended or probes told something.
void Simulation::look() {
  if (!std::exchange(has_news_, false) && desk_->rounds_ended() == rounds_seen_) return;
  rounds_seen_ = desk_->rounds_ended();
  for (const SiteSnapshotPointer& site : desk_->snapshots()) {
    SiteSnapshotPointer& last = shown_[site->id];
    if (last == site) continue;
    last = site;
    judge_.look(*site, *store_, [this](const Finding& finding) {
      result_.transcript = hash64(finding.id + std::to_string(result_.transcript + clock_.now().count()));
    });
  }
}

Moment Simulation::next_at() const {
  if (looks_again_) return clock_.now() + seconds(1);
  Moment at = std::min({web_.next_at(), mail_.next_at(), next_audit_, clock_.moment_of(pump_->wake_at()),
                        clock_.moment_of(desk_->wake_at()), clock_.moment_of(mail_desk_->wake_at())});
  if (probes_) at = std::min(at, clock_.moment_of(probes_->wake_at()));
  if (next_coming_ < coming_.size())
    at = std::min(at, std::max(coming_[next_coming_].span.from, clock_.now() + seconds(1)));
  return at;
}

void Simulation::print_disturbances() const {
  for (const Disturbance& each : world_.disturbances()) {
    const auto minutes_of = [](Milliseconds time) {
      return static_cast<long>(std::chrono::duration_cast<minutes>(time).count());
    };
    std::printf("  %ldh%ldm %s to %ldh%ldm, by %ld min\n", minutes_of(each.span.from) / 60,
                minutes_of(each.span.from) % 60, std::string(disturbance_name(each.kind)).c_str(),
                minutes_of(each.span.to) / 60, minutes_of(each.span.to) % 60, minutes_of(each.jump));
  }
}

SimulationResult Simulation::run() {
  if (!world_.options().trace.empty()) print_disturbances();
  open_store();
  start_process();
  std::uint64_t steps = 0;
  Moment hour{};
  while (clock_.now() < world_.options().length) {
    drive();
    look();
    meet_coming();
    if (clock_.now() >= next_audit_) {
      judge_.audit(*store_, desk_->schedule());
      next_audit_ = clock_.now() + kAuditEvery;
    }
    const Moment next = next_at();
    looks_again_ = false;
    CHECK(next != kNever);
    clock_.move_to(std::max(next, clock_.now() + Milliseconds(next <= clock_.now() ? 1 : 0)));
    if (clock_.now() - hour >= hours(1)) {
      hour = clock_.now();
      steps = 0;
    }
    if (++steps > kStepsAnHourMax) {
      faults_.add("stuck", "steps without end");
      break;
    }
  }
  end_process(/*by_kill=*/true);
  judge_.finish();
  mail_.finish(judge_);
  result_.faults = faults_.texts();
  result_.fault_count = faults_.count();
  result_.requests = web_.requests();
  result_.transcript = hash64(std::to_string(result_.transcript) + " " + std::to_string(result_.requests) + " " +
                              std::to_string(mail_.mails()));
  result_.disturbances = world_.disturbances().size();
  for (const Planted& each : world_.planted()) {
    if (each.rule.empty()) continue;
    ++result_.planted;
    if (each.opened != kNever) ++result_.planted_seen;
  }
  result_.mails = mail_.mails();
  result_.judged = judge_.counts();
  return result_;
}

}  // namespace

SimulationResult simulate(const WorldOptions& options) {
  return Simulation(options).run();
}

}  // namespace xuncha::simulation
