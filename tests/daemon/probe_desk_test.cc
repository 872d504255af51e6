// Availability as the national rule measures it (国办秘函〔2019〕19号, 站点无法访问), in virtual time:
// real desk, store, frontier; a scripted web.
#include "daemon/service/probe_desk.h"

#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/digest.h"
#include "tests/storage/small_store.h"
#include "tests/support/round_harness.h"
#include "tests/support/stopwatch.h"

namespace xuncha::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2024-03-11 00:00 UTC, a Monday.
constexpr WallTime kStart = WallTime(seconds(1'710'115'200));

struct Answer {
  TransportError error = TransportError::kNone;
  std::uint16_t status = 200;
  Milliseconds took = Milliseconds(300);
  std::string location{};
  std::string cookie{};
};

// Every host at an address of its own network; what it answers is a function of the request and its time.
class ProbeWeb final : public Fetcher, public NameLookup {
 public:
  using Script = std::function<Answer(const FetchRequest&, WallTime)>;
  explicit ProbeWeb(SetClock& clock) : clock_(clock) {}

  void fetch(FetchRequest request, Fetcher::Handler handler) override {
    asked.push_back({clock_.wall(), request});
    const Answer answer = script ? script(request, clock_.wall()) : Answer{};
    FetchOutcome outcome;
    outcome.error = answer.error;
    outcome.status = answer.error == TransportError::kNone ? answer.status : 0;
    outcome.attempt.at = clock_.wall();
    outcome.attempt.family = request.family;
    outcome.attempt.phase = answer.error == TransportError::kNone ? Phase::kBody : Phase::kConnect;
    if (answer.error != TransportError::kDnsNoAddress) outcome.attempt.address = address_of(request.url.host());
    outcome.attempt.status = outcome.status;
    outcome.attempt.seconds = std::chrono::duration<double>(answer.took).count();
    if (answer.error != TransportError::kNone) outcome.attempt.error = std::string(transport_error_name(answer.error));
    if (!answer.location.empty()) outcome.headers.emplace_back("location", answer.location);
    if (!answer.cookie.empty()) outcome.headers.emplace_back("set-cookie", answer.cookie);
    due_.emplace(clock_.wall() + answer.took, [handler = std::move(handler), outcome] { handler(outcome); });
  }
  void locate(const Url& url, LocateHandler handler) override { handler(std::string(url.host())); }
  void resolve(std::string_view host, std::uint16_t port, Family family, NameLookup::Handler handler) override {
    HostAddresses where;
    where.family = family;
    if (has_ipv6) {
      IpAddress address = *parse_address("2400::1");
      const std::uint64_t bits = hash64(host);
      for (std::size_t octet = 0; octet < 8; ++octet)
        address.bytes[octet + 2] = static_cast<std::uint8_t>(bits >> (8 * octet));
      where.endpoints.push_back({address, port});
    } else {
      where.error = TransportError::kDnsNoAddress;
    }
    handler(where);
  }

  void deliver() {
    while (!due_.empty() && due_.begin()->first <= clock_.wall()) {
      const auto call = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      call();
    }
  }
  WallTime next_at() const { return due_.empty() ? WallTime::max() : due_.begin()->first; }
  void drop() { due_.clear(); }

  std::size_t count(Family family) const {
    return static_cast<std::size_t>(
        std::count_if(asked.begin(), asked.end(), [&](const auto& each) { return each.second.family == family; }));
  }

  Script script;
  bool has_ipv6 = false;
  std::vector<std::pair<WallTime, FetchRequest>> asked;

 private:
  static IpAddress address_of(std::string_view host) {
    const std::uint64_t bits = hash64(host);
    return IpAddress::v4(100, static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
                         static_cast<std::uint8_t>(bits >> 16));
  }
  SetClock& clock_;
  std::multimap<WallTime, std::function<void()>> due_;
};

class FakeNetwork final : public OwnNetwork {
 public:
  void ask(Family, Handler handler) override { handler(state); }
  NetworkState state = NetworkState::kWell;
};

class ProbeDeskTest : public testing::Test {
 protected:
  ProbeDeskTest() {
    configuration_ = std::make_shared<Configuration>();
    add("a.gov.cn");
    open();
  }
  ~ProbeDeskTest() override {
    desk.reset();
    pump_.reset();
  }

  void add(const std::string& host) {
    SiteConfig site;
    site.id = host;
    site.home = url_from_trusted("http://" + host + "/");
    configuration_->sites.push_back(std::move(site));
  }
  SiteConfig& site() { return configuration_->sites.front(); }

  void open() {
    StoreOptions options = small_store_options();
    auto store = Store::open(scratch_.path(), options);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(store).value();
    FrontierOptions frontier;
    frontier.in_flight_max = 256;
    pump_ = std::make_unique<RequestPump>(frontier, web, clock);
    desk = std::make_unique<ProbeDesk>(
        *pump_, *store_, clock,
        ProbeDeskOptions{.seed = 7,
                         .network = &network,
                         .own_up = [this](Family family) { return own_up(family); },
                         .names = &web,
                         .phases = [] { return PhaseTimes{.connect = Milliseconds(40), .body = Milliseconds(260)}; },
                         .on_news =
                             [this](const HomeNews& each) {
                               news.push_back({clock.wall(), each});
                             }});
    configure();
  }
  void configure() { ASSERT_TRUE(desk->configure(std::make_shared<const Configuration>(*configuration_)).ok()); }
  void restart() {
    desk->stop();
    desk.reset();
    web.drop();
    pump_.reset();
    store_.reset();
    open();
  }
  std::optional<bool> own_up(Family family) const {
    return network.state == NetworkState::kUntold
               ? std::nullopt
               : std::optional(network.state == NetworkState::kWell && (family != Family::kIpv6 || ipv6_up));
  }

  void run_until(WallTime end) {
    for (;;) {
      web.deliver();
      desk->pump();
      pump_->pump();
      ASSERT_FALSE(desk->store_error()) << desk->store_error()->message;
      const SteadyTime wake = std::min(desk->wake_at(), pump_->wake_at());
      WallTime at = std::min(end, web.next_at());
      if (wake != SteadyTime::max()) at = std::min(at, clock.wall() + std::max(wake - clock.steady(), Milliseconds(0)));
      at = std::max(at, clock.wall() + Milliseconds(1));
      if (clock.wall() >= end) return;
      clock.move_to(std::min(at, end));
    }
  }
  void run_for(Milliseconds time) { run_until(clock.wall() + time); }

  ProbeStatusPointer status(std::size_t index = 0) { return desk->statuses().at(index); }
  Availability judged() { return status()->availability->main.judged; }
  std::vector<HomeNews::Kind> kinds() const {
    std::vector<HomeNews::Kind> all;
    for (const auto& [at, each] : news) all.push_back(each.kind);
    return all;
  }
  std::vector<ProbeSample> stored(Family family = Family::kIpv4) {
    std::vector<ProbeSample> samples;
    const auto hours_read =
        ProbeLog(*store_).hours(store_->site("a.gov.cn").value(), family, kStart - hours(24), clock.wall() + hours(1));
    for (const ProbeHour& hour : hours_read.value())
      samples.insert(samples.end(), hour.samples.begin(), hour.samples.end());
    return samples;
  }

  Scratch scratch_;
  SetClock clock{kStart};
  ProbeWeb web{clock};
  FakeNetwork network;
  bool ipv6_up = true;
  std::shared_ptr<Configuration> configuration_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<RequestPump> pump_;
  std::unique_ptr<ProbeDesk> desk;
  std::vector<std::pair<WallTime, HomeNews>> news;
};

TEST_F(ProbeDeskTest, AHomePageIsVisitedEveryFiveMinutesByANewConnection) {
  run_for(hours(10));
  EXPECT_NEAR(static_cast<double>(web.asked.size()), 120, 6);
  for (std::size_t index = 1; index < web.asked.size(); ++index) {
    const auto gap = web.asked[index].first - web.asked[index - 1].first;
    EXPECT_GE(gap, minutes(4));
    EXPECT_LE(gap, minutes(6) + seconds(2));
    EXPECT_EQ(web.asked[index].second.fetch_class, FetchClass::kProbe);
    EXPECT_EQ(web.asked[index].second.family, Family::kIpv4);
  }
  EXPECT_EQ(judged().visits, web.asked.size());
  EXPECT_EQ(judged().failures, 0u);
  EXPECT_EQ(judged().state, AvailabilityState::kUnknown);  // no week yet
  EXPECT_EQ(stored().size(), web.asked.size());
  EXPECT_EQ(stored().front().times.total(), Milliseconds(300));
}

TEST_F(ProbeDeskTest, IPv6IsProbedWhereTheHostHasAnAddressAndOurOwnIPv6IsProven) {
  run_for(hours(3));
  EXPECT_EQ(web.count(Family::kIpv6), 0u);  // no AAAA
  web.has_ipv6 = true;
  ipv6_up = false;
  run_for(hours(3));
  EXPECT_EQ(web.count(Family::kIpv6), 0u);
  ipv6_up = true;
  run_for(hours(10));
  EXPECT_NEAR(static_cast<double>(web.count(Family::kIpv6)), 20, 3);  // every 30 min
  ASSERT_TRUE(status()->availability->ipv6);
  EXPECT_EQ(status()->availability->ipv6->judged.visits, web.count(Family::kIpv6));
  EXPECT_EQ(status()->availability->main.family, Family::kIpv4);
}

// Whoever keeps no cookie goes in a circle; visitors' browsers keep it.
TEST_F(ProbeDeskTest, ACircleThatTestsForCookiesCountsForNobody) {
  std::string cookie = "SESSION=1";
  web.script = [&cookie](const FetchRequest&, WallTime) {
    return Answer{.status = 302, .location = "/", .cookie = cookie};
  };
  run_for(hours(1));
  EXPECT_EQ(judged().failures, 0u);
  EXPECT_EQ(stored().front().why, ProbeVoid::kTurnedAway);
  EXPECT_EQ(stored().front().reason.code, ReasonCode::kChallenge);
  EXPECT_TRUE(news.empty());
  cookie.clear();
  run_for(hours(1));
  EXPECT_GT(judged().failures, 5u);
  EXPECT_EQ(stored().back().reason.code, ReasonCode::kRedirectLoop);
}

// "访问超过 15 秒仍打不开".
TEST_F(ProbeDeskTest, FifteenSecondsAreTheLine) {
  web.script = [](const FetchRequest&, WallTime) { return Answer{.took = Milliseconds(14'900)}; };
  run_for(hours(1));
  EXPECT_EQ(judged().failures, 0u);
  const std::uint32_t before = judged().visits;
  web.script = [](const FetchRequest&, WallTime) { return Answer{.took = Milliseconds(15'100)}; };
  run_for(hours(1));
  EXPECT_GT(judged().failures, 8u);
  EXPECT_EQ(judged().failures, judged().visits - before);
  EXPECT_EQ(judged().slow, judged().failures);
}

TEST_F(ProbeDeskTest, TheTimeOfRedirectsCounts) {
  web.script = [](const FetchRequest& request, WallTime) {
    const bool is_root = request.url.path() == "/";
    return Answer{.status = static_cast<std::uint16_t>(is_root ? 302 : 200),
                  .took = seconds(8),
                  .location = is_root ? "/index.html" : ""};
  };
  run_for(minutes(30));
  EXPECT_GT(judged().visits, 3u);
  EXPECT_EQ(judged().failures, judged().visits);
}

TEST_F(ProbeDeskTest, AFailedVisitIsRepeatedOnceAfterTwentyToFortySecondsAndTheFirstCounts) {
  int asked = 0;
  web.script = [&asked](const FetchRequest&, WallTime) {
    return ++asked == 3 ? Answer{.error = TransportError::kConnectRefused} : Answer{};
  };
  run_for(hours(1));
  EXPECT_EQ(judged().failures, 1u);
  EXPECT_EQ(judged().outages.count, 0u);  // one visit failed: no outage
  EXPECT_EQ(judged().visits + 1, web.asked.size());
  const std::vector<ProbeSample> samples = stored();
  EXPECT_FALSE(samples[2].is_repeat);
  EXPECT_EQ(samples[2].result, ProbeResult::kNotOpen);
  EXPECT_EQ(samples[2].phase, Phase::kConnect);
  EXPECT_TRUE(samples[3].is_repeat);
  EXPECT_GE(samples[3].at - samples[2].at, seconds(20));
  EXPECT_LE(samples[3].at - samples[2].at, seconds(42));
  EXPECT_EQ(kinds(), std::vector{HomeNews::Kind::kUp});  // a process says once that it is well
}

TEST_F(ProbeDeskTest, AnOutageIsToldWithinMinutesOfTwoFailedPairsAndEndsAfterASettledTime) {
  run_for(hours(1));
  news.clear();
  const WallTime down = clock.wall();
  web.script = [](const FetchRequest&, WallTime) {
    return Answer{.error = TransportError::kConnectTimeout, .took = seconds(10)};
  };
  run_for(minutes(14));
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news.front().second.kind, HomeNews::Kind::kDown);
  EXPECT_EQ(news.front().second.reason.code, ReasonCode::kConnectTimeout);
  EXPECT_EQ(news.front().second.evidence.attempts.size(), 4u);
  EXPECT_LE(news.front().first - down, minutes(14));
  EXPECT_TRUE(desk->holds("a.gov.cn"));
  run_for(hours(2));
  web.script = nullptr;
  news.clear();
  run_for(minutes(9));
  EXPECT_TRUE(news.empty());
  EXPECT_TRUE(desk->holds("a.gov.cn"));
  run_for(minutes(15));
  EXPECT_EQ(kinds(), std::vector{HomeNews::Kind::kUp});
  EXPECT_EQ(judged().outages.count, 1u);
  EXPECT_NEAR(static_cast<double>(judged().outages.longest.count()), Milliseconds(minutes(134)).count(),
              Milliseconds(minutes(12)).count());
}

TEST_F(ProbeDeskTest, ASiteThatFlapsIsNotToldOfAtEachTurn) {
  web.script = [](const FetchRequest&, WallTime at) {
    const bool is_down = (at - kStart) / Milliseconds(minutes(20)) % 2 == 1;
    return is_down ? Answer{.error = TransportError::kConnectRefused} : Answer{};
  };
  run_for(hours(24));
  std::size_t episodes = 0;
  bool is_down = false;
  for (const HomeNews::Kind kind : kinds()) {
    if (kind == HomeNews::Kind::kDown && !is_down) ++episodes;
    is_down = kind == HomeNews::Kind::kDown;
  }
  EXPECT_LE(episodes, 3u);
}

TEST_F(ProbeDeskTest, WhatOurOwnNetworkSpoiltCountsForNobodyAndIsMarked) {
  run_for(hours(2));
  news.clear();
  const std::uint32_t before = judged().visits;
  network.state = NetworkState::kDown;
  web.script = [](const FetchRequest&, WallTime) { return Answer{.error = TransportError::kConnectTimeout}; };
  run_for(hours(2));
  network.state = NetworkState::kWell;
  web.script = nullptr;
  run_for(hours(1));
  EXPECT_EQ(judged().failures, 0u);
  EXPECT_GT(judged().visits, before);
  EXPECT_GT(judged().uncounted, 15u);
  EXPECT_GT(status()->availability->main.void_time, minutes(110));
  EXPECT_EQ(stored()[before].why, ProbeVoid::kOwnNetwork);
  EXPECT_TRUE(news.empty());
}

// Who else answers for our own network where there are no anchors.
TEST_F(ProbeDeskTest, WithoutAnchorsAnotherSiteOnAnotherNetworkMustOpenMeanwhile) {
  network.state = NetworkState::kUntold;
  web.script = [](const FetchRequest& request, WallTime) {
    return request.url.host() == "a.gov.cn" ? Answer{.error = TransportError::kConnectTimeout, .took = seconds(10)}
                                            : Answer{};
  };
  run_for(hours(2));
  EXPECT_EQ(judged().visits, 0u);  // alone nobody knows
  EXPECT_GT(judged().uncounted, 20u);
  for (const char* const host : {"b.gov.cn", "c.gov.cn", "d.gov.cn", "e.gov.cn", "f.gov.cn", "g.gov.cn", "h.gov.cn",
                                 "i.gov.cn", "j.gov.cn", "k.gov.cn", "l.gov.cn", "m.gov.cn", "n.gov.cn", "o.gov.cn",
                                 "p.gov.cn", "q.gov.cn", "r.gov.cn", "s.gov.cn", "t.gov.cn", "u.gov.cn"}) {
    add(host);
  }
  configure();
  run_for(hours(6));
  EXPECT_GT(judged().failures, 20u);
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news.back().second.site, "a.gov.cn");
}

// Found by the simulation: without anchors the last failure of an outage of ours, and a control that answered just
// after it, were the first sight of a fault.
TEST_F(ProbeDeskTest, TheEndOfAnOutageOfOursIsNoFirstSight) {
  network.state = NetworkState::kUntold;
  for (char name = 'b'; name < 'v'; ++name) add(std::string(1, name) + ".gov.cn");
  configure();
  run_for(hours(2));
  news.clear();
  const WallTime end = clock.wall() + hours(1);
  web.script = [end](const FetchRequest& request, WallTime at) {
    const bool is_lost = at < end || (request.url.host() == "a.gov.cn" && at < end + minutes(9));
    return is_lost ? Answer{.error = TransportError::kConnectTimeout, .took = seconds(10)} : Answer{};
  };
  run_for(hours(2));
  EXPECT_TRUE(news.empty());
}

TEST_F(ProbeDeskTest, ManyThatFailTogetherAreOurOwnNetworksFault) {
  for (int index = 0; index < 250; ++index) add("site" + std::to_string(index) + ".gov.cn");
  configure();
  run_for(hours(1));
  // Some seconds in which nothing answers, over before the anchors notice.
  const WallTime down = clock.wall();
  std::size_t spoilt = 0;
  web.script = [&spoilt, down](const FetchRequest&, WallTime at) {
    if (at >= down + seconds(25)) return Answer{};
    ++spoilt;
    return Answer{.error = TransportError::kConnectFailure};
  };
  run_for(hours(1));
  std::uint32_t failures = 0;
  for (std::size_t index = 0; index < configuration_->sites.size(); ++index)
    failures += status(index)->availability->main.judged.failures;
  EXPECT_GT(spoilt, 15u);
  EXPECT_LE(failures, spoilt / 5);  // the first to fail have no company yet
}

TEST_F(ProbeDeskTest, AFaultThatOutlivesAnnouncedWorksIsToldWhenTheyEnd) {
  run_for(hours(1));
  news.clear();
  const WallTime end = clock.wall() + hours(3);
  site().maintenance.push_back({.begin = clock.wall(), .end = end, .reason = "机房搬迁"});
  configure();
  web.script = [](const FetchRequest&, WallTime) { return Answer{.status = 502}; };
  run_until(end);
  EXPECT_TRUE(news.empty());
  EXPECT_EQ(judged().failures, 0u);
  EXPECT_GT(judged().uncounted, 20u);
  run_for(minutes(8));
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news.front().second.kind, HomeNews::Kind::kDown);
  EXPECT_EQ(news.front().second.reason, (Reason{ReasonCode::kHttpStatus, 502}));
}

TEST_F(ProbeDeskTest, WhoTurnsMonitorsAwayIsNotDownAndAskedEverMoreSeldom) {
  web.script = [](const FetchRequest&, WallTime) { return Answer{.status = 412}; };
  run_for(hours(12));
  EXPECT_EQ(judged().visits, 0u);
  EXPECT_GE(judged().uncounted, 10u);
  EXPECT_LE(judged().uncounted, 20u);  // about once an hour
  EXPECT_EQ(stored().front().why, ProbeVoid::kTurnedAway);
  EXPECT_TRUE(news.empty());
}

TEST_F(ProbeDeskTest, ACertificateAtFaultIsPassedOverSinceItIsToldAsSuch) {
  web.script = [](const FetchRequest& request, WallTime) {
    return request.verify_tls ? Answer{.error = TransportError::kTlsExpired} : Answer{};
  };
  run_for(hours(1));
  EXPECT_GT(judged().visits, 8u);
  EXPECT_EQ(judged().failures, 0u);
}

// A virtual week, every 15 min: 5 % of 672 is 33.6. 25 do not reach the line but may by chance, 34 do.
TEST_F(ProbeDeskTest, AWeekIsJudgedByTheRuleAcrossARestart) {
  site().intervals[RevisitClass::kProbeIpv4].start = minutes(15);
  configure();
  int firsts = 0;
  int failures = 0;
  int failures_max = 25;
  int every = 19;
  WallTime last_failed{};
  web.script = [&](const FetchRequest&, WallTime at) {
    if (at - last_failed < minutes(1)) return Answer{};  // the repeat opens
    ++firsts;
    if (firsts % every != 0 || failures >= failures_max) return Answer{};
    ++failures;
    last_failed = at;
    return Answer{.error = TransportError::kConnectRefused};
  };
  run_for(hours(24 * 3 + 7));
  restart();
  run_until(kStart + hours(24 * 7) + minutes(30));
  Availability week = judged();
  EXPECT_GE(week.visits, 660u);
  EXPECT_EQ(week.failures, 25u);
  EXPECT_EQ(week.state, AvailabilityState::kAtRisk);
  EXPECT_GT(week.interval.high, 0.05);
  EXPECT_LT(week.interval.low, 0.05);
  news.clear();
  failures_max = 60;
  every = 6;
  run_for(hours(24));
  week = judged();
  EXPECT_GE(week.failures, 34u);
  EXPECT_EQ(week.state, AvailabilityState::kFailed);
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news.back().second.kind, HomeNews::Kind::kOverShare);
  EXPECT_TRUE(desk->holds("a.gov.cn"));
  EXPECT_NE(news.back().second.evidence.compared.find("/"), std::string::npos);
  EXPECT_EQ(news.back().second.evidence.limit, "5.0%");
  // It stays well: a week later the line is far again, and that is told once.
  failures_max = 0;
  news.clear();
  run_for(hours(24 * 8));
  EXPECT_EQ(kinds(), std::vector{HomeNews::Kind::kUnderShare});
  EXPECT_EQ(judged().state, AvailabilityState::kGood);
  EXPECT_FALSE(desk->holds("a.gov.cn"));
}

TEST_F(ProbeDeskTest, AWeekThatIsWellAgainIsToldAlsoAfterADayWithTooFewVisits) {
  site().intervals[RevisitClass::kProbeIpv4].start = minutes(15);
  configure();
  Answer answer;
  web.script = [&](const FetchRequest&, WallTime) { return answer; };
  run_for(hours(24 * 7 + 1));
  answer.error = TransportError::kConnectRefused;
  run_for(hours(12));
  answer = {};
  run_for(hours(2));
  ASSERT_FALSE(news.empty());
  ASSERT_EQ(news.back().second.kind, HomeNews::Kind::kOverShare);
  run_for(hours(24 * 5));
  answer.status = 403;
  run_for(hours(40));
  answer = {};
  run_for(hours(24 * 10));
  EXPECT_EQ(news.back().second.kind, HomeNews::Kind::kUnderShare);
  EXPECT_FALSE(desk->holds("a.gov.cn"));
}

TEST_F(ProbeDeskTest, HoursAreCountedBesideTheVisits) {
  run_for(hours(5));
  const auto days =
      ProbeLog(*store_).days(store_->site("a.gov.cn").value(), Family::kIpv4, kStart, kStart + hours(24)).value();
  ASSERT_EQ(days.size(), 1u);
  std::uint32_t visits = 0;
  for (const HourlyVisits& hour : days[0].hours) visits += hour.visits;
  EXPECT_EQ(days[0].hours.size(), 5u);
  EXPECT_EQ(visits, judged().visits);
}

TEST_F(ProbeDeskTest, ASiteThatGoesIsAskedNoMore) {
  run_for(minutes(10));
  configuration_->sites.clear();
  add("b.gov.cn");
  configure();
  const std::size_t before = web.asked.size();
  run_for(hours(1));
  for (std::size_t index = before; index < web.asked.size(); ++index)
    EXPECT_EQ(web.asked[index].second.url.host(), "b.gov.cn");
  EXPECT_EQ(desk->statuses().size(), 1u);
}

// The plan with everything but the network: desk, frontier, store. docs/TESTING.md has the figure.
TEST_F(ProbeDeskTest, House_FourteenThousandSitesOverBothFamiliesCostLittle) {
  if (kSlowness > 1) GTEST_SKIP() << "times of sanitizers are theirs, not ours";
  constexpr int kSites = 14'000;
  configuration_->sites.clear();
  for (int index = 0; index < kSites; ++index) add("site" + std::to_string(index) + ".gov.cn");
  for (SiteConfig& each : configuration_->sites) each.intervals[RevisitClass::kProbeIpv6].start = minutes(5);
  web.has_ipv6 = true;
  configure();
  run_for(minutes(6));
  web.asked.clear();
  const std::clock_t begun = std::clock();
  run_for(minutes(10));
  const double cpu = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::cout << web.asked.size() << " visits in ten minutes, " << cpu / 600 * 100 << " % of a core, "
            << cpu / static_cast<double>(web.asked.size()) * 1e6 << " us each\n";
  EXPECT_NEAR(static_cast<double>(web.asked.size()), kSites * 4, kSites * 0.3);
}

}  // namespace
}  // namespace xuncha::test
