#include "storage/probes.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/keys.h"
#include "storage/maintenance.h"
#include "storage/store.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kHourBegin = WallTime(hours(475'000));  // 2024-03-09 16:00 UTC

std::unique_ptr<Store> open(const Scratch& scratch) {
  Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), small_store_options());
  EXPECT_TRUE(store.ok()) << store.error().message;
  return store ? std::move(store).value() : nullptr;
}

ProbeHour hour_of(WallTime begin, std::size_t visits = 12) {
  ProbeHour hour{.family = Family::kIpv4, .hour = begin, .samples = {}};
  for (std::size_t index = 0; index < visits; ++index) {
    ProbeSample sample;
    sample.at = begin + minutes(5) * static_cast<int>(index) + Milliseconds(7);
    sample.times = {.dns = Milliseconds(3),
                    .connect = Milliseconds(21),
                    .tls = Milliseconds(40),
                    .first_byte = Milliseconds(180),
                    .body = Milliseconds(25)};
    hour.samples.push_back(sample);
  }
  return hour;
}

TEST(ProbeLog, visits_come_back_after_reopening_in_order_and_within_the_time_asked_for) {
  const Scratch scratch;
  ProbeHour failing = hour_of(kHourBegin);
  failing.samples[3].result = ProbeResult::kNotOpen;
  failing.samples[3].phase = Phase::kConnect;
  failing.samples[3].reason = {ReasonCode::kConnectTimeout, 0};
  failing.samples[4].result = ProbeResult::kNotOpen;
  failing.samples[4].is_repeat = true;
  failing.samples[4].phase = Phase::kBody;
  failing.samples[4].reason = {ReasonCode::kHttpStatus, 502};
  failing.samples[5].result = ProbeResult::kUncounted;
  failing.samples[5].why = ProbeVoid::kMaintenance;
  ProbeHour sixth = hour_of(kHourBegin, 1);
  sixth.family = Family::kIpv6;
  {
    const auto store = open(scratch);
    const SiteHandle site = store->site("a.gov.cn").value();
    const SiteHandle other = store->site("b.gov.cn").value();
    ProbeLog log(*store);
    ASSERT_TRUE(log.keep(site, {failing, sixth, hour_of(kHourBegin + hours(1))}, {}).ok());
    ASSERT_TRUE(log.keep(other, {hour_of(kHourBegin)}, {}).ok());
  }
  const auto store = open(scratch);
  const SiteHandle site = store->site("a.gov.cn").value();
  const ProbeLog log(*store);
  const auto read = log.hours(site, Family::kIpv4, kHourBegin, kHourBegin + hours(2));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read.value().size(), 2u);
  EXPECT_EQ(read.value()[0], failing);
  EXPECT_EQ(read.value()[1], hour_of(kHourBegin + hours(1)));
  EXPECT_EQ(log.hours(site, Family::kIpv6, kHourBegin, kHourBegin + hours(2)).value().size(), 1u);
  EXPECT_EQ(log.hours(site, Family::kIpv4, kHourBegin, kHourBegin + hours(1)).value().size(), 1u);
  EXPECT_EQ(log.hours(site, Family::kIpv4, kHourBegin + minutes(1), kHourBegin + hours(2)).value().size(), 1u);
}

TEST(ProbeLog, an_hour_of_visits_takes_ten_bytes_each) {
  EXPECT_LE(encode_probe_hour(hour_of(kHourBegin)).size(), 12 * 11u + 12);
}

TEST(ProbeLog, hours_counted_come_back) {
  const Scratch scratch;
  const auto store = open(scratch);
  const SiteHandle site = store->site("a.gov.cn").value();
  ProbeLog log(*store);
  const WallTime day = std::chrono::floor<std::chrono::days>(kHourBegin);
  const ProbeDay kept{.family = Family::kIpv4,
                      .day = day,
                      .hours = {{.hour = day, .visits = 12, .failures = 1, .uncounted = 0},
                                {.hour = day + hours(23), .visits = 11, .failures = 0, .uncounted = 1}}};
  ASSERT_TRUE(log.keep(site, {}, {kept}).ok());
  const auto read = log.days(site, Family::kIpv4, kHourBegin, kHourBegin + hours(1));
  ASSERT_EQ(read.value().size(), 1u);
  EXPECT_EQ(read.value()[0], kept);
}

// docs/STORAGE.md, table `probe`: one by one for 35 days, counted for three years.
TEST(ProbeLog, what_outlived_its_time_goes_a_bounded_step_at_a_time) {
  const Scratch scratch;
  const auto store = open(scratch);
  const SiteHandle site = store->site("a.gov.cn").value();
  const SiteHandle other = store->site("b.gov.cn").value();
  ProbeLog log(*store);
  const WallTime now = kHourBegin;
  for (const int days : {1, 34, 36, 40}) {
    ASSERT_TRUE(log.keep(site, {hour_of(now - hours(24 * days))}, {}).ok());
    ASSERT_TRUE(log.keep(other, {hour_of(now - hours(24 * days))}, {}).ok());
  }
  const WallTime today = std::chrono::floor<std::chrono::days>(now);
  for (const int days : {1, 36, 1'094, 1'100}) {
    ASSERT_TRUE(log.keep(site, {}, {{.family = Family::kIpv4, .day = today - hours(24 * days), .hours = {}}}).ok());
  }
  EXPECT_EQ(log.sweep(site, now, {}, 2).value(), 2u);
  EXPECT_EQ(log.sweep(site, now).value(), 1u);
  EXPECT_EQ(log.sweep(site, now).value(), 0u);
  EXPECT_EQ(log.hours(site, Family::kIpv4, now - hours(24 * 100), now).value().size(), 2u);
  EXPECT_EQ(log.days(site, Family::kIpv4, now - hours(24 * 2'000), now).value().size(), 3u);
  EXPECT_EQ(log.hours(other, Family::kIpv4, now - hours(24 * 100), now).value().size(), 4u);
}

TEST(ProbeLog, any_bytes_are_a_record_or_corruption) {
  std::mt19937 random(7);
  const std::string good = encode_probe_hour(hour_of(kHourBegin));
  for (int turn = 0; turn < 20'000; ++turn) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    static_cast<void>(decode_probe_hour(Family::kIpv4, kHourBegin, bytes));
    static_cast<void>(decode_probe_day(Family::kIpv4, kHourBegin, bytes));
  }
}

TEST(ProbeLog, check_names_a_damaged_record_and_salvage_leaves_it_out) {
  const Scratch scratch;
  const Scratch saved;
  {
    const auto store = open(scratch);
    const SiteHandle site = store->site("a.gov.cn").value();
    ProbeLog log(*store);
    ASSERT_TRUE(log.keep(site, {hour_of(kHourBegin)}, {}).ok());
    WriteSet set;
    store->database().put(set, Table::kProbe, probe_key(1, ProbeKey::kHour, Family::kIpv6, 9), "garbage");
    store->database().put(set, Table::kProbe, text_key(1, 'z', "what"), "garbage");
    ASSERT_TRUE(store->write_decision(set).ok());
  }
  EXPECT_EQ(check_store(scratch.path()).value().faults_total, 2u);
  const auto report = salvage_store(scratch.path(), saved.path());
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report.value().lost_total, 2u);
  EXPECT_TRUE(check_store(saved.path()).value().sound());
  const auto store = open(saved);
  const SiteHandle site = store->site("a.gov.cn").value();
  EXPECT_EQ(ProbeLog(*store).hours(site, Family::kIpv4, kHourBegin, kHourBegin + hours(1)).value().size(), 1u);
}

}  // namespace
}  // namespace xuncha
