#include "storage/store.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/maintenance.h"
#include "storage/schema.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

StoreOptions small_options() {
  StoreOptions options = small_store_options();
  options.write_buffer_bytes = 1u << 20;
  return options;
}

std::unique_ptr<Store> open_store(const fs::path& directory, const StoreOptions& options = small_options()) {
  Result<std::unique_ptr<Store>> opened = Store::open(directory, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
  return opened.ok() ? std::move(opened).value() : nullptr;
}

#define ASSERT_OK(expression)                                 \
  do {                                                        \
    const auto& ok_result = (expression);                     \
    ASSERT_TRUE(ok_result.ok()) << ok_result.error().message; \
  } while (false)

TEST(Store, a_visit_comes_back_after_reopening) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("www.example.gov.cn").value();
    Visit visit = sample_decision(site, 4);
    HostRecord host;
    host.host = "www.example.gov.cn";
    host.robots_text = "User-agent: *\n";
    host.robots_status = 200;
    visit.hosts = {host};
    visit.ladders = {sample_ladder(7, 2)};
    ASSERT_OK(store->commit(visit));
  }
  const Result<std::unique_ptr<Store>> opened = Store::open_read_only(scratch.path());
  ASSERT_OK(opened);
  const Store& store = *opened.value();
  EXPECT_EQ(store.sites(), std::vector<std::string>{"www.example.gov.cn"});
  const SiteHandle site = *store.find_site("www.example.gov.cn");
  EXPECT_EQ(store.url(site, sample_url(13).key).value()->status, 200);
  EXPECT_EQ(store.url(site, fingerprint("nothing")).value(), std::nullopt);
  EXPECT_EQ(store.links(site, 13).value().size(), 3u);
  EXPECT_EQ(store.links(site, 13).value()[1].text, "第4页");
  const Finding finding = store.finding(site, sample_finding_id(4)).value().value();
  EXPECT_EQ(finding.site, "www.example.gov.cn");
  EXPECT_EQ(finding.id, sample_finding_id(4));
  EXPECT_EQ(store.history(site, finding.id).value().size(), 1u);
  EXPECT_EQ(store.refs(site, 14).value().at(0).page, 13u);
  EXPECT_EQ(store.host("www.example.gov.cn").value()->robots_status, 200);
  EXPECT_EQ(store.hosts().value().size(), 1u);
  EXPECT_EQ(store.ladders(site).value().at(0).failures, 2u);
  EXPECT_EQ(store.next_url_number(site).value(), 16u);
}

TEST(Store, findings_are_asked_for_by_state_rule_and_time) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  Visit visit;
  visit.site = site;
  for (std::uint64_t number = 0; number < 6; ++number) {
    visit.findings.push_back(sample_finding(number, static_cast<FindingState>(number)));
    visit.findings.back().last_transition = kSampleTime + Milliseconds(number);
  }
  ASSERT_OK(store->commit(visit));
  EXPECT_EQ(store->findings(site).value().size(), 6u);
  EXPECT_EQ(store->findings(site, {.state = FindingState::kClosed, .rule = {}, .since = {}}).value().size(), 1u);
  EXPECT_EQ(store->findings(site, {.state = {}, .rule = "site.tls", .since = {}}).value().size(), 0u);
  EXPECT_EQ(store->findings(site, {.state = {}, .rule = {}, .since = kSampleTime + Milliseconds(4)}).value().size(),
            2u);
}

TEST(Store, the_newest_transition_is_told_first_also_within_a_millisecond_and_after_reopening) {
  const Scratch scratch;
  for (int round = 0; round < 3; ++round) {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("a").value();
    Visit visit = sample_decision(site, 1);
    visit.transitions.push_back(visit.transitions[0]);
    visit.transitions[0].by = std::to_string(2 * round);
    visit.transitions[1].by = std::to_string(2 * round + 1);
    ASSERT_OK(store->commit(visit));
  }
  const auto store = open_store(scratch.path());
  std::string order;
  const std::vector<TransitionRecord> steps = store->history(*store->find_site("a"), sample_finding_id(1)).value();
  for (const TransitionRecord& step : steps) order += step.by;
  EXPECT_EQ(order, "543210");
}

TEST(Store, sites_do_not_see_each_other) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle first = store->site("first").value();
  const SiteHandle second = store->site("second").value();
  ASSERT_OK(store->commit(sample_decision(first, 1)));
  EXPECT_EQ(store->findings(second).value().size(), 0u);
  EXPECT_EQ(store->refs(second, 5).value().size(), 0u);
  int count = 0;
  ASSERT_OK(store->for_each_url(second, [&](const UrlEntry&) { ++count; }));
  ASSERT_OK(store->for_each_link(SiteHandle(), [&](UrlNumber, const StoredLinkView&) { ++count; }));
  EXPECT_EQ(count, 0);
  EXPECT_EQ(store->site("first").value(), first);
  EXPECT_EQ(store->site("").error().code, ErrorCode::kUsage);
}

TEST(Store, a_patrol_that_did_not_end_is_gone_on_with) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("a").value();
    PatrolRecord patrol = store->begin_patrol(site, kSampleTime).value();
    EXPECT_EQ(patrol.number, 1u);
    patrol.pages = 7;
    ASSERT_OK(store->save_patrol(site, patrol));
  }
  const auto store = open_store(scratch.path());
  const SiteHandle site = *store->find_site("a");
  PatrolRecord patrol = store->begin_patrol(site, kSampleTime + Milliseconds(5)).value();
  EXPECT_EQ(patrol.number, 1u);
  EXPECT_EQ(patrol.resumed, 1u);
  EXPECT_EQ(patrol.pages, 7u);
  EXPECT_EQ(patrol.started, kSampleTime);
  patrol.ended = kSampleTime;
  ASSERT_OK(store->save_patrol(site, patrol));
  EXPECT_EQ(store->begin_patrol(site, kSampleTime).value().number, 2u);
  EXPECT_EQ(store->patrols(site).value().size(), 2u);
}

// Random operations against a plain map, with the store closed and opened again in between.
TEST(Store, does_what_a_map_does) {
  const Scratch scratch;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::map<UrlNumber, std::uint32_t> urls;
  std::map<UrlNumber, std::size_t> links;
  std::map<std::uint64_t, FindingState> findings;
  std::map<std::uint64_t, std::uint32_t> ladders;
  std::map<std::pair<UrlNumber, UrlNumber>, std::size_t> refs;
  auto store = open_store(scratch.path());
  for (int round = 0; round < 1'500; ++round) {
    const SiteHandle site = store->site("a").value();
    Visit visit;
    visit.site = site;
    const UrlNumber number = 1 + random() % 50;
    if (random() % 2 != 0) {
      visit.page = sample_url(number);
      visit.page->record.visits = urls[number] = 1 + random() % 1000;
      if (random() % 2 != 0) {
        std::vector<StoredLinkView> list(random() % 5, sample_link(number, "a", "", 1));
        visit.links = links_to_store(list, visit.page->record);
        links[number] = list.size();
      }
    }
    const std::uint64_t fault = random() % 20;
    if (random() % 3 == 0) {
      visit.findings = {sample_finding(fault, static_cast<FindingState>(random() % 6))};
      findings[fault] = visit.findings[0].state;
    }
    if (random() % 3 == 0) {
      visit.ladders = {sample_ladder(fault, ladders[fault] = random() % 9)};
    } else if (random() % 3 == 0) {
      visit.ladders_gone = {fingerprint(std::to_string(fault))};
      ladders.erase(fault);
    }
    const UrlNumber page = 1 + random() % 9;
    if (random() % 3 == 0) {
      visit.refs = {{number, page, std::vector<StoredLink>(1 + random() % 3)}};
      refs[{number, page}] = visit.refs[0].places.size();
    } else if (random() % 3 == 0) {
      visit.refs_gone = {{number, page}};
      refs.erase({number, page});
    }
    ASSERT_OK(store->commit(visit));
    if (random() % 100 == 0) {
      store.reset();
      store = open_store(scratch.path());
      ASSERT_TRUE(store);
    }
  }
  const SiteHandle site = *store->find_site("a");
  std::map<UrlNumber, std::uint32_t> found_urls;
  ASSERT_OK(
      store->for_each_url(site, [&](const UrlEntry& entry) { found_urls[entry.record.number] = entry.record.visits; }));
  EXPECT_EQ(found_urls, urls);
  for (const auto& [number, size] : links) EXPECT_EQ(store->links(site, number).value().size(), size);
  std::map<std::string, FindingState> wanted_findings;
  std::map<std::string, FindingState> found_findings;
  for (const auto& [fault, state] : findings) wanted_findings[sample_finding_id(fault)] = state;
  const std::vector<Finding> all_findings = store->findings(site).value();
  for (const Finding& finding : all_findings) found_findings[finding.id] = finding.state;
  EXPECT_EQ(found_findings, wanted_findings);
  std::map<Fingerprint, std::uint32_t> wanted_ladders;
  std::map<Fingerprint, std::uint32_t> found_ladders;
  for (const auto& [fault, failures] : ladders) wanted_ladders[fingerprint(std::to_string(fault))] = failures;
  const std::vector<LadderRecord> all_ladders = store->ladders(site).value();
  for (const LadderRecord& ladder : all_ladders) found_ladders[ladder.subject] = ladder.failures;
  EXPECT_EQ(found_ladders, wanted_ladders);
  std::map<std::pair<UrlNumber, UrlNumber>, std::size_t> found_refs;
  for (UrlNumber number = 0; number < 60; ++number) {
    const std::vector<RefRecord> places = store->refs(site, number).value();
    for (const RefRecord& ref : places) found_refs[{ref.target, ref.page}] = ref.places.size();
  }
  EXPECT_EQ(found_refs, refs);
}

// --- who may open it ----------------------------------------------------------------------------------------------

TEST(Store, a_second_process_is_told_who_holds_the_directory) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const pid_t child = fork();
  if (child == 0) {
    const Result<std::unique_ptr<Store>> second = Store::open(scratch.path(), small_options());
    const bool told = !second.ok() && second.error().code == ErrorCode::kUnavailable &&
                      second.error().message.find(std::to_string(getppid())) != std::string::npos &&
                      second.error().message.find(scratch.path().string()) != std::string::npos;
    const Result<std::unique_ptr<Store>> reader = Store::open_read_only(scratch.path());
    _exit(told && !reader.ok() && reader.error().code == ErrorCode::kUnavailable ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Store, a_reader_does_not_write) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    ASSERT_OK(store->commit(sample_visit(store->site("a").value(), 1)));
  }
  const auto reader = Store::open_read_only(scratch.path());
  ASSERT_OK(reader);
  EXPECT_EQ(reader.value()->commit(sample_visit(*reader.value()->find_site("a"), 2)).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(reader.value()->site("b").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Store::open_read_only(scratch.path() / "absent").error().code, ErrorCode::kUnavailable);
}

// A small file system of one's own; mounts nothing where that is not allowed.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    mounted_ = ::mount("tmpfs", scratch_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(scratch_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  bool make_read_only() { return ::mount("tmpfs", scratch_.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0; }
  const fs::path& path() const { return scratch_.path(); }

 private:
  Scratch scratch_;
  bool mounted_ = false;
};

TEST(Store, a_read_only_disk_refuses_a_writer_and_serves_a_reader) {
  SmallDisk disk("64m");
  if (!disk.mounted()) GTEST_SKIP() << "mounting is not permitted here";
  const fs::path directory = disk.path() / "data";
  {
    const auto store = open_store(directory);
    ASSERT_OK(store->commit(sample_decision(store->site("a").value(), 1)));
  }
  ASSERT_TRUE(disk.make_read_only());
  const auto writer = Store::open(directory, small_options());
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(writer.error().message.find("Read-only"), std::string::npos);
  EXPECT_EQ(Store::open(disk.path() / "new", small_options()).error().code, ErrorCode::kUnavailable);
  const auto reader = Store::open_read_only(directory);
  ASSERT_OK(reader);
  EXPECT_EQ(reader.value()->findings(*reader.value()->find_site("a")).value().size(), 1u);
}

TEST(Store, a_full_disk_stops_visits_first_then_decisions_and_never_breaks_the_store) {
  SmallDisk disk("48m");
  if (!disk.mounted()) GTEST_SKIP() << "mounting is not permitted here";
  StoreOptions options = small_options();
  options.space.free_bytes_min = 12u << 20;
  options.space.ballast_bytes = 4u << 20;
  options.write_buffer_bytes = 2u << 20;  // a flush has to fit into the space kept free, as the default's does by far
  std::set<SpaceLevel> levels;
  std::uint64_t decisions = 0;
  {
    const auto store = open_store(disk.path() / "data", options);
    ASSERT_TRUE(store);
    EXPECT_TRUE(fs::exists(disk.path() / "data" / "ballast"));
    const SiteHandle site = store->site("a").value();
    std::mt19937 random(1);
    bool stopped = false;
    std::string reason;
    for (UrlNumber n = 0; n < 100'000 && !stopped; ++n) {
      Visit visit = sample_visit(site, n);
      for (int byte = 0; byte < 8'000; ++byte) visit.urls[0].record.title.push_back(static_cast<char>(random()));
      levels.insert(store->space_level());
      const Status written = store->commit(visit);
      stopped = !written.ok();
      if (stopped) reason = written.error().message;
    }
    ASSERT_TRUE(stopped);
    EXPECT_FALSE(fs::exists(disk.path() / "data" / "ballast")) << reason;
    while (decisions < 1'000 &&
           store->commit(sample_decision(site, 200'000 + static_cast<UrlNumber>(decisions))).ok()) {
      ++decisions;
    }
    levels.insert(store->space_level());
  }
  EXPECT_EQ(decisions, 1'000u);
  EXPECT_TRUE(levels.contains(SpaceLevel::kNormal));
  EXPECT_TRUE(levels.contains(SpaceLevel::kDecisionsOnly));
  const Result<StoreReport> report = check_store(disk.path() / "data");
  ASSERT_OK(report);
  EXPECT_TRUE(report.value().sound());
  const auto again = open_store(disk.path() / "data", options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->findings(*again->find_site("a")).value().size(), decisions);
}

TEST(Store, a_disk_with_no_room_is_refused_at_the_door) {
  const Scratch scratch;
  StoreOptions options = small_options();
  options.space_probe = [](const fs::path&) { return SpaceUse{100, 1'000'000}; };
  const auto opened = Store::open(scratch.path(), options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
}

TEST(Store, House_a_site_that_used_up_its_share_still_gets_its_decisions) {
  const Scratch scratch;
  StoreOptions options = small_options();
  options.site_bytes_max = 20'000;
  const auto store = open_store(scratch.path(), options);
  const SiteHandle site = store->site("a").value();
  UrlNumber n = 0;
  while (n < 20'000 && store->commit(sample_visit(site, n)).ok()) ++n;
  EXPECT_GT(n, 100u);
  EXPECT_LT(n, 10'000u);
  EXPECT_EQ(store->space_level(site), SpaceLevel::kDecisionsOnly);
  EXPECT_EQ(store->space_level(), SpaceLevel::kNormal);
  ASSERT_OK(store->commit(sample_decision(site, n)));
  ASSERT_OK(store->commit(sample_visit(store->site("b").value(), 1)));
}

TEST(SpaceLevels, House_steps_by_free_space_and_by_budget) {
  SpaceLimits limits;
  limits.free_bytes_min = 100;
  const auto level = [&](std::uint64_t free, std::uint64_t total) {
    return level_by_free_space({free, total}, limits);
  };
  EXPECT_EQ(level(200, 1'000), SpaceLevel::kNormal);
  EXPECT_EQ(level(199, 1'000), SpaceLevel::kNoDiscovery);
  EXPECT_EQ(level(149, 1'000), SpaceLevel::kNoRechecks);
  EXPECT_EQ(level(99, 1'000), SpaceLevel::kDecisionsOnly);
  EXPECT_EQ(level(24, 1'000), SpaceLevel::kStop);
  EXPECT_EQ(level(199, 10'000), SpaceLevel::kDecisionsOnly);  // 5 % of the disk is 500
  EXPECT_EQ(level_by_budget(79, 100), SpaceLevel::kNormal);
  EXPECT_EQ(level_by_budget(80, 100), SpaceLevel::kNoDiscovery);
  EXPECT_EQ(level_by_budget(90, 100), SpaceLevel::kNoRechecks);
  EXPECT_EQ(level_by_budget(1'000, 100), SpaceLevel::kDecisionsOnly);
  EXPECT_EQ(level_by_budget(1'000, 0), SpaceLevel::kNormal);
}

// --- versions -----------------------------------------------------------------------------------------------------

void write_schema(const fs::path& directory, std::uint32_t version) {
  const auto database = Database::open(directory, StoreOptions(), Database::Access::kWrite);
  ASSERT_OK(database);
  std::string value;
  encode_record(CounterRecord{version}, value);
  WriteSet set;
  database.value()->put(set, Table::kMeta, text_key(0, 'v', "schema"), value);
  ASSERT_OK(database.value()->write(set, Database::Durability::kSynced));
}

TEST(Schema, a_newer_or_too_old_store_is_refused_with_both_versions) {
  const Scratch scratch;
  open_store(scratch.path());
  for (const std::uint32_t version : {kSchemaVersion + 1, kSchemaVersion - 1}) {
    write_schema(scratch.path(), version);
    for (const auto& opened :
         {Store::open(scratch.path(), small_options()).error(), Store::open_read_only(scratch.path()).error()}) {
      EXPECT_EQ(opened.code, ErrorCode::kUnavailable);
      EXPECT_NE(opened.message.find("schema " + std::to_string(version)), std::string::npos);
    }
  }
  write_schema(scratch.path(), kSchemaVersion);
  EXPECT_TRUE(open_store(scratch.path()));
}

TEST(Schema, steps_run_one_by_one_and_one_that_was_cut_short_runs_again) {
  const Scratch scratch;
  open_store(scratch.path());
  const auto database = Database::open(scratch.path(), StoreOptions(), Database::Access::kWrite);
  ASSERT_OK(database);
  std::string ran;
  bool fail = true;
  const std::vector<Migration> steps = {{1, [&](Database&) -> Status { return ran += "1", Done{}; }},
                                        {2, [&](Database&) -> Status {
                                           ran += "2";
                                           if (fail) return Error{ErrorCode::kUnavailable, "", "cut short"};
                                           return Done{};
                                         }}};
  EXPECT_FALSE(bring_up_to_date(*database.value(), steps, 3).ok());
  fail = false;
  ASSERT_OK(bring_up_to_date(*database.value(), steps, 3));
  EXPECT_EQ(ran, "122");
  EXPECT_TRUE(check_schema(*database.value(), 3).ok());
}

TEST(Schema, a_creation_that_was_cut_short_is_done_again) {
  const Scratch scratch;
  std::ofstream(scratch.path() / "creating") << "x";
  std::ofstream(scratch.path() / "MANIFEST-000001") << "half";
  EXPECT_TRUE(open_store(scratch.path()));
  EXPECT_FALSE(fs::exists(scratch.path() / "creating"));
}

// --- retention ----------------------------------------------------------------------------------------------------

std::uint64_t sweep_all(Store& store, SiteHandle site, WallTime now) {
  std::uint64_t removed = 0;
  for (int step = 0; step < 100; ++step) {
    const Result<SweepStep> swept = store.sweep(site, now);
    EXPECT_TRUE(swept.ok());
    if (!swept) return removed;
    EXPECT_LE(swept.value().looked_at, limits::kSweepRecords);
    removed += swept.value().removed;
    if (swept.value().finished) return removed;
  }
  ADD_FAILURE() << "retention does not end";
  return removed;
}

TEST(Retention, takes_urls_that_nothing_links_to_any_more_and_never_gives_their_numbers_again) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  ASSERT_OK(store->commit(sample_decision(site, 0)));  // 1 links to 1, 2, 3: all old, all linked
  Visit lonely;
  lonely.site = site;
  lonely.urls = {sample_url(9)};
  ASSERT_OK(store->commit(lonely));
  EXPECT_EQ(sweep_all(*store, site, kSampleTime + limits::kUrlRetention - Milliseconds(1)), 0u);
  EXPECT_EQ(sweep_all(*store, site, kSampleTime + limits::kUrlRetention + Milliseconds(1)), 1u);
  EXPECT_EQ(store->url(site, sample_url(9).key).value(), std::nullopt);
  EXPECT_EQ(store->next_url_number(site).value(), 10u);

  Visit emptied = sample_visit(site, 0);  // page 1 no longer links to anything
  emptied.links = links_to_store({}, emptied.page->record);
  emptied.page->record.visited = kSampleTime + limits::kUrlRetention;
  emptied.urls.clear();
  ASSERT_OK(store->commit(emptied));
  EXPECT_EQ(sweep_all(*store, site, kSampleTime + limits::kUrlRetention + Milliseconds(1)), 2u);
  EXPECT_EQ(store->refs(site, 2).value().size(), 0u);
  ASSERT_OK(store->sync());
}

TEST(Retention, keeps_the_last_patrols_one_a_day_before_them_and_the_last_complete_one) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  constexpr auto kEvery = std::chrono::minutes(30);
  constexpr std::uint32_t kCount = 48 * 20;  // of twenty days
  WallTime now = kSampleTime;
  for (std::uint32_t number = 1; number <= kCount; ++number, now += kEvery) {
    PatrolRecord patrol = store->begin_patrol(site, now).value();
    patrol.ended = now;
    patrol.complete = number == 7;
    ASSERT_OK(store->save_patrol(site, patrol));
  }
  const Retention retention{.urls = std::chrono::days(10)};
  while (!store->sweep(site, now, retention).value().finished) {
  }
  const std::vector<PatrolRecord> kept = store->patrols(site).value();
  EXPECT_EQ(kept.front().number, 7u);  // the last complete one
  EXPECT_GE(kept[1].started, now - std::chrono::days(12));
  EXPECT_LE(kept.size(), 1 + limits::kPatrolsKeptMax + 12);
  EXPECT_GE(kept.size(), 1 + limits::kPatrolsKeptMax + 9);
  EXPECT_EQ(store->begin_patrol(site, now).value().number, kCount + 1);
}

TEST(Retention, a_url_whose_last_patrol_is_forgotten_goes_in_its_time_too) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  Visit visit;
  visit.site = site;
  visit.urls = {sample_url(9)};
  visit.urls[0].record.patrol_linked = 3;
  ASSERT_OK(store->commit(visit));
  WallTime now = kSampleTime;
  for (std::uint32_t number = 1; number <= 10 + limits::kPatrolsKeptMax; ++number, now += std::chrono::minutes(1)) {
    PatrolRecord patrol = store->begin_patrol(site, now).value();
    patrol.ended = now;
    ASSERT_OK(store->save_patrol(site, patrol));
  }
  EXPECT_EQ(sweep_all(*store, site, now + limits::kUrlRetention - std::chrono::hours(24)), 0u);
  EXPECT_EQ(sweep_all(*store, site, now + limits::kUrlRetention + std::chrono::hours(24)), 1u);
}

TEST(Store, urls_are_read_in_steps_of_any_size) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  Visit visit;
  visit.site = site;
  for (UrlNumber n = 1; n <= 100; ++n) visit.urls.push_back(sample_url(n));
  ASSERT_OK(store->commit(visit));
  std::vector<UrlNumber> all;
  ASSERT_OK(store->for_each_url(site, [&](const UrlEntry& entry) { all.push_back(entry.record.number); }));
  for (const std::size_t step : {1u, 7u, 50u, 100u, 1'000u}) {
    std::vector<UrlNumber> read;
    Store::UrlWalk walk;
    while (!walk.finished) {
      const std::size_t before = read.size();
      ASSERT_OK(
          store->read_urls(site, walk, step, [&](const UrlEntry& entry) { read.push_back(entry.record.number); }));
      EXPECT_LE(read.size() - before, step);
    }
    EXPECT_EQ(read, all) << step;
  }
}

TEST(Store, tells_how_long_each_write_and_sync_takes) {
  const Scratch scratch;
  int told = 0;
  StoreOptions options = StoreOptions::for_check();
  options.on_write = [&told](std::chrono::duration<double> time) {
    ++told;
    EXPECT_GE(time.count(), 0);
    EXPECT_LT(time.count(), 60);
  };
  const auto store = std::move(Store::open(scratch.path(), options)).value();
  const SiteHandle site = store->site("a").value();
  const int before = told;
  ASSERT_OK(store->commit(sample_visit(site, 0)));
  EXPECT_EQ(told, before + 1);
  EXPECT_TRUE(store->waits_for_sync());
  const std::uint64_t syncs = store->syncs();
  ASSERT_OK(store->sync());
  EXPECT_EQ(told, before + 2);
  EXPECT_FALSE(store->waits_for_sync());
  EXPECT_EQ(store->syncs(), syncs + 1);
}

TEST(Retention, goes_on_where_it_stopped_and_leaves_a_sound_store) {
  const Scratch scratch;
  const WallTime later = kSampleTime + limits::kFindingRetention + limits::kUrlRetention;
  std::uint64_t removed = 0;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("a").value();
    for (UrlNumber n = 0; n < 1'500; ++n) {
      Visit visit = sample_visit(site, n);
      Finding finding = sample_finding(n, n % 2 != 0 ? FindingState::kClosed : FindingState::kOpen);
      finding.closed = kSampleTime;
      visit.findings = {finding};
      visit.ladders = {sample_ladder(n, 1)};
      ASSERT_OK(store->commit(visit));
    }
    for (int step = 0; step < 6; ++step) removed += store->sweep(site, later).value().removed;
  }
  const auto store = open_store(scratch.path());
  const SiteHandle site = *store->find_site("a");
  removed += sweep_all(*store, site, later);
  // Pages link to themselves and stay; so do their targets; ladders and closed findings go.
  EXPECT_EQ(removed, 1'500u + 750u);
  EXPECT_EQ(store->findings(site).value().size(), 750u);
}

}  // namespace
}  // namespace xuncha
