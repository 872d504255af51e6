// What the store keeps of columns.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/limits.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/maintenance.h"
#include "storage/store.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

ColumnRecord sample_column(const std::string& id) {
  ColumnRecord column;
  column.id = id;
  column.name = "通知公告";
  column.path = {"首页", "信息公开"};
  column.url = "http://www.example.gov.cn/tzgg/";
  column.column_class = ColumnClass::kNotice;
  column.class_reason = "公告";
  column.max_age_days = 180;
  column.sight.method = ListMethod::kCms;
  column.sight.confidence = 0.875;
  column.sight.items = 20;
  column.sight.items_dated = 19;
  column.sight.newest = CivilDay(2021y / 4 / 6);
  column.sight.newest_url = "http://www.example.gov.cn/tzgg/t20210406_1.html";
  column.sight.newest_title = "关于清明节的通知";
  column.sight.says_empty = true;
  column.sight.confirmed = CivilDay(1969y / 12 / 31);
  column.sight.next_page = "http://www.example.gov.cn/tzgg/index_1.html";
  column.sight.item_keys = {1, 0, 0xffffffffffffffff};
  column.sight.whole_back_to = CivilDay(2020y / 12 / 30);
  column.sight.item_addresses = {2, 3};
  column.verdict = ColumnVerdict::kStale;
  column.reason = "over_limit";
  column.standing = true;
  column.archived = true;
  column.container = true;
  column.first_seen = kSampleTime;
  column.last_read = kSampleTime + 1h;
  column.last_seen = kSampleTime + 2h;
  column.sights = 7;
  column.page_hash = 42;
  column.reader = 3;
  column.other_addresses = {"http://www.example.gov.cn/old/", "http://example.gov.cn/tzgg/"};
  column.verdict_since = kSampleTime + 3h;
  column.suspected = ColumnVerdict::kBlank;
  column.suspected_since = kSampleTime + 4h;
  column.judged = kSampleTime + 5h;
  column.source_asked = kSampleTime + 6h;
  column.missing_since = kSampleTime + 7h;
  column.missing_looked = kSampleTime + 8h;
  column.late = {{.url = "http://www.example.gov.cn/tzgg/t20200406_2.html",
                  .title = "关于民政工作的通知",
                  .day = CivilDay(2020y / 4 / 6),
                  .seen = kSampleTime + 9h,
                  .before = kSampleTime + 1h,
                  .lateness = Lateness::kKnown}};
  return column;
}

std::string bytes_of(const ColumnRecord& record) {
  std::string bytes;
  encode_record(record, bytes);
  return bytes;
}

std::unique_ptr<Store> open_store(const fs::path& directory) {
  StoreOptions options = small_store_options();
  Result<std::unique_ptr<Store>> opened = Store::open(directory, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
  return opened.ok() ? std::move(opened).value() : nullptr;
}

TEST(ColumnCodec, a_column_comes_back_whole) {
  const ColumnRecord column = sample_column("c12345678");
  const Result<ColumnRecord> back = decode_record<ColumnRecord>(bytes_of(column));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(bytes_of(back.value()), bytes_of(column));
  EXPECT_EQ(back.value().path, column.path);
  EXPECT_EQ(back.value().sight.newest, column.sight.newest);
  EXPECT_EQ(back.value().sight.confirmed, column.sight.confirmed);
  EXPECT_EQ(back.value().sight.item_keys, column.sight.item_keys);
  EXPECT_EQ(back.value().other_addresses, column.other_addresses);
  EXPECT_TRUE(back.value().container);
  EXPECT_EQ(back.value().missing_looked, column.missing_looked);
  EXPECT_EQ(back.value().sight.whole_back_to, column.sight.whole_back_to);
  EXPECT_EQ(back.value().sight.item_addresses, column.sight.item_addresses);
  ASSERT_EQ(back.value().late.size(), 1u);
  EXPECT_EQ(back.value().late[0].day, column.late[0].day);
  EXPECT_EQ(back.value().late[0].before, column.late[0].before);
  EXPECT_EQ(back.value().late[0].lateness, Lateness::kKnown);
}

// What was written before late items were looked for knows of none, and compares with nothing.
TEST(ColumnCodec, an_older_column_is_read) {
  ColumnRecord older = sample_column("c12345678");
  older.sight.whole_back_to.reset();
  older.sight.item_addresses.clear();
  older.late.clear();
  const Result<ColumnRecord> back = decode_record<ColumnRecord>(bytes_of(older));
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back.value().sight.whole_back_to);
  EXPECT_TRUE(back.value().late.empty());
  EXPECT_EQ(back.value().sight.item_keys, older.sight.item_keys);
}

TEST(ColumnCodec, what_is_absent_comes_back_as_zero) {
  ColumnRecord fresh;
  fresh.column_class = ColumnClass::kNews;
  fresh.verdict = ColumnVerdict::kFresh;
  fresh.sight.method = ListMethod::kMeta;
  const ColumnRecord back = decode_record<ColumnRecord>(bytes_of(fresh)).value();
  EXPECT_EQ(back.column_class, ColumnClass::kNews);
  EXPECT_EQ(back.verdict, ColumnVerdict::kFresh);
  EXPECT_EQ(back.sight.method, ListMethod::kMeta);
  EXPECT_FALSE(back.sight.newest);
}

TEST(ColumnCodec, no_cut_and_no_flipped_bit_goes_unseen) {
  const std::string bytes = bytes_of(sample_column("c12345678"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_record<ColumnRecord>(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_FALSE(decode_record<ColumnRecord>(flipped).ok()) << at;
  }
}

TEST(ColumnStore, columns_are_kept_by_site_and_id_and_replaced_whole) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("www.example.gov.cn").value();
    const SiteHandle other = store->site("www.other.gov.cn").value();
    Visit visit = sample_visit(site, 1);
    visit.columns = {sample_column("news"), sample_column("c12345678")};
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = other;
    visit.columns = {sample_column("news")};
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = site;
    visit.columns_gone = {"c12345678", "never-there"};
    visit.columns = {sample_column("news")};
    visit.columns[0].name = "要闻";
    ASSERT_TRUE(store->commit(visit).ok());
  }
  const auto store = open_store(scratch.path());
  const auto columns = store->columns(*store->find_site("www.example.gov.cn"));
  ASSERT_TRUE(columns.ok());
  ASSERT_EQ(columns.value().size(), 1u);
  EXPECT_EQ(columns.value()[0].id, "news");
  EXPECT_EQ(columns.value()[0].name, "要闻");
  EXPECT_EQ(store->columns(*store->find_site("www.other.gov.cn")).value().size(), 1u);
  EXPECT_TRUE(store->columns(store->site("www.new.gov.cn").value()).value().empty());
}

TEST(ColumnStore, a_store_of_before_is_read_without_columns_and_takes_them_in) {
  const Scratch scratch;
  open_store(scratch.path());
  const auto reader = Store::open_read_only(scratch.path());
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_TRUE(reader.value()->columns(SiteHandle()).value().empty());
}

TEST(ColumnStore, a_column_that_was_not_seen_for_so_long_goes_with_the_urls) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  Visit visit;
  visit.site = site;
  visit.columns = {sample_column("old"), sample_column("late")};
  visit.columns[1].last_seen = kSampleTime + 24h;
  ASSERT_TRUE(store->commit(visit).ok());
  const WallTime now = kSampleTime + limits::kUrlRetention + 3h;
  while (!store->sweep(site, now).value().finished) {
  }
  const auto columns = store->columns(site).value();
  ASSERT_EQ(columns.size(), 1u);
  EXPECT_EQ(columns[0].id, "late");
}

TEST(ColumnStore, check_reads_columns_and_salvage_brings_them_back) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  {
    const auto store = open_store(directory);
    Visit visit;
    visit.site = store->site("a").value();
    visit.columns = {sample_column("good"), sample_column("bad")};
    ASSERT_TRUE(store->commit(visit).ok());
  }
  EXPECT_TRUE(check_store(directory).value().sound());
  {
    const auto database = Database::open(directory, StoreOptions(), Database::Access::kWrite);
    ASSERT_TRUE(database.ok());
    WriteSet set;
    database.value()->put(set, Table::kColumn, column_key(1, "bad"), "garbage");
    ASSERT_TRUE(database.value()->write(set, Database::Durability::kSynced).ok());
  }
  const auto report = check_store(directory);
  ASSERT_EQ(report.value().faults.size(), 1u);
  EXPECT_NE(report.value().faults[0].where.find("table col"), std::string::npos);
  const fs::path saved = scratch.path() / "saved";
  ASSERT_TRUE(salvage_store(directory, saved).ok());
  EXPECT_TRUE(check_store(saved).value().sound());
  const auto store = open_store(saved);
  const auto columns = store->columns(*store->find_site("a")).value();
  ASSERT_EQ(columns.size(), 1u);
  EXPECT_EQ(bytes_of(columns[0]), bytes_of(sample_column("good")));
}

}  // namespace
}  // namespace xuncha
