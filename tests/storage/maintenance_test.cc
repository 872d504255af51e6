#include "storage/maintenance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/links.h"
#include "storage/store.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

constexpr UrlNumber kVisits = 200;

StoreOptions small_options() {
  StoreOptions options = small_store_options();
  options.write_buffer_bytes = 64u << 10;
  return options;
}

enum class Ending { kFiles, kFilesAndLog };

// Two sites, every tenth visit a decision. With a log the last visits stand in the log only.
void fill(const fs::path& directory, Ending ending) {
  const Scratch live;
  {
    Result<std::unique_ptr<Store>> store = Store::open(live.path(), small_options());
    ASSERT_TRUE(store.ok()) << store.error().message;
    for (const char* name : {"a", "b"}) {
      const SiteHandle site = store.value()->site(name).value();
      for (UrlNumber n = 0; n < kVisits; ++n) {
        ASSERT_TRUE(store.value()->commit(n % 10 == 0 ? sample_decision(site, n) : sample_visit(site, n)).ok());
      }
    }
    if (ending == Ending::kFilesAndLog) {
      ASSERT_TRUE(store.value()->database().flush().ok());
      const SiteHandle site = *store.value()->find_site("b");
      for (UrlNumber n = kVisits; n < kVisits + 50; ++n)
        ASSERT_TRUE(store.value()->commit(sample_decision(site, n)).ok());
      fs::copy(live.path(), directory, fs::copy_options::recursive);  // as a killed process leaves it
      return;
    }
  }
  fs::copy(live.path(), directory, fs::copy_options::recursive);
}

std::vector<fs::path> files(const fs::path& directory, const std::string& prefix, const std::string& suffix) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix) && entry.file_size() > 0) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end(),
            [](const fs::path& left, const fs::path& right) { return fs::file_size(left) > fs::file_size(right); });
  return found;
}

void flip_middle(const fs::path& path, int bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  for (int index = 0; index < bytes; ++index) {
    file.seekg(middle + index);
    const int byte = file.get();
    file.seekp(middle + index);
    file.put(static_cast<char>(byte ^ 0x55));
  }
}

std::string listing(const fs::path& directory) {
  std::vector<std::string> rows;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("LOG") || name == "xuncha.pid" || name == "LOCK") continue;
    rows.push_back(name + " " + std::to_string(entry.file_size()));
  }
  std::sort(rows.begin(), rows.end());
  std::string text;
  for (const std::string& row : rows) text += row + "\n";
  return text;
}

std::size_t count_findings(const fs::path& directory) {
  const Result<std::unique_ptr<Store>> store = Store::open_read_only(directory);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    return 0;
  }
  std::size_t count = 0;
  for (const std::string& id : store.value()->sites()) {
    count += store.value()->findings(*store.value()->find_site(id)).value().size();
  }
  return count;
}

TEST(StoreCheck, a_whole_store_is_sound_and_counted) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, Ending::kFiles);
  const Result<StoreReport> report = check_store(directory);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TRUE(report.value().sound());
  const auto row = std::find_if(report.value().records.begin(), report.value().records.end(),
                                [](const auto& entry) { return entry.first == "url"; });
  EXPECT_EQ(row->second, 2u * 3 * kVisits);
  EXPECT_EQ(check_store(scratch.path() / "absent").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(check_store(scratch.path()).error().code, ErrorCode::kUnavailable);
}

// Breaks one promise between records at a time.
TEST(StoreCheck, names_every_kind_of_broken_promise) {
  struct Row {
    Table table;
    std::string key;
    std::string value;  // empty: erased
    std::string words;
  };
  std::string url;
  encode_record(sample_url(2).record, url);
  std::string ref;
  encode_record(RefRecord{}, ref);
  std::string transition;
  encode_record(TransitionRecord{}, transition);
  std::string patrol;
  encode_record(PatrolRecord{}, patrol);
  const std::vector<Row> rows = {
      {Table::kUrl, fingerprint_key(1, fingerprint("another")), url, "two URLs have number 2"},
      {Table::kUrl, fingerprint_key(1, sample_url(2).key), "", "lead to URLs that are not there"},
      {Table::kUrl, fingerprint_key(1, sample_url(2).key), "garbage", "fails its checksum"},
      {Table::kUrl, fingerprint_key(9, sample_url(2).key), url, "not in the table of sites"},
      {Table::kLinks, number_key(1, 1), "", "list of links is missing"},
      {Table::kLinks, number_key(1, 1), encode_links({}), "not the list that the page's record names"},
      {Table::kLinks, number_key(1, 9'999), encode_links({}), "no URL with the page's number"},
      {Table::kRef, ref_key(1, 9'999, 1), ref, "no URL with number 9999"},
      {Table::kHistory, *history_key(1, std::string(32, 'a'), 1), transition, "a finding that is not there"},
      {Table::kHistory, *history_key(1, sample_finding_id(0), 1'000'000), transition, "not yet given"},
      {Table::kMeta, text_key(1, 'z', "what"), patrol, "no known shape"},
  };
  const Scratch scratch;
  fill(scratch.path() / "data", Ending::kFiles);
  int number = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.words);
    const fs::path directory = scratch.path() / std::to_string(++number);
    fs::copy(scratch.path() / "data", directory);
    {
      const auto database = Database::open(directory, StoreOptions(), Database::Access::kWrite);
      ASSERT_TRUE(database.ok());
      WriteSet set;
      if (row.value.empty()) {
        database.value()->erase(set, row.table, row.key);
      } else {
        database.value()->put(set, row.table, row.key, row.value);
      }
      ASSERT_TRUE(database.value()->write(set, Database::Durability::kSynced).ok());
    }
    const Result<StoreReport> report = check_store(directory);
    ASSERT_TRUE(report.ok()) << report.error().message;
    const bool named = std::any_of(report.value().faults.begin(), report.value().faults.end(), [&](const auto& fault) {
      return (fault.what + fault.where).find(row.words) != std::string::npos;
    });
    EXPECT_TRUE(named);
  }
}

struct Damage {
  std::string name;
  Ending ending;
  void (*apply)(const fs::path& directory);
  bool refuses;              // at the opening; otherwise when read
  std::size_t findings_min;  // of 40, or 90 with the log, that salvage must bring back
};

std::ostream& operator<<(std::ostream& out, const Damage& damage) {
  return out << damage.name;
}

class StoreDamage : public testing::TestWithParam<Damage> {};

TEST_P(StoreDamage, is_refused_with_the_commands_that_help_and_changes_nothing) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, GetParam().ending);
  GetParam().apply(directory);
  const std::string before = listing(directory);

  const Result<std::unique_ptr<Store>> opened = Store::open(directory, small_options());
  EXPECT_EQ(opened.ok(), !GetParam().refuses);
  if (!opened) {
    EXPECT_EQ(opened.error().code, ErrorCode::kCorruption) << opened.error().message;
    EXPECT_NE(opened.error().message.find("xuncha store check"), std::string::npos);
    EXPECT_NE(opened.error().message.find("xuncha store salvage"), std::string::npos);
    EXPECT_NE((opened.error().where + opened.error().message).find(directory.string()), std::string::npos);
    EXPECT_EQ(listing(directory), before);
  }
}

TEST_P(StoreDamage, is_listed_by_check_and_the_rest_is_salvaged) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, GetParam().ending);
  GetParam().apply(directory);
  const std::string before = listing(directory);

  const Result<StoreReport> report = check_store(directory);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_FALSE(report.value().sound());

  const fs::path saved = scratch.path() / "saved";
  const Result<SalvageReport> salvage = salvage_store(directory, saved);
  ASSERT_TRUE(salvage.ok()) << salvage.error().message;
  EXPECT_EQ(listing(directory), before);
  EXPECT_FALSE(fs::exists(saved.string() + ".repair"));
  EXPECT_GE(count_findings(saved), GetParam().findings_min);
  const Result<StoreReport> after = check_store(saved);
  ASSERT_TRUE(after.ok()) << after.error().message;
  EXPECT_TRUE(after.value().sound()) << after.value().faults[0].where << ": " << after.value().faults[0].what;
  EXPECT_TRUE(Store::open(saved, small_options()).ok());
  EXPECT_EQ(salvage_store(directory, saved).error().code, ErrorCode::kUsage);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, StoreDamage,
    testing::Values(Damage{"index_pointer_missing", Ending::kFiles,
                           [](const fs::path& at) { fs::remove(at / "CURRENT"); }, true, 40},
                    Damage{"index_damaged", Ending::kFiles,
                           [](const fs::path& at) { flip_middle(files(at, "MANIFEST-", "")[0], 4); }, true, 40},
                    Damage{"index_missing", Ending::kFiles,
                           [](const fs::path& at) { fs::remove(files(at, "MANIFEST-", "")[0]); }, true, 40},
                    Damage{"index_missing_beside_a_log", Ending::kFilesAndLog,
                           [](const fs::path& at) { fs::remove(files(at, "MANIFEST-", "")[0]); }, true, 90},
                    Damage{"data_file_missing", Ending::kFiles,
                           [](const fs::path& at) { fs::remove(files(at, "", ".sst")[0]); }, true, 20},
                    Damage{"data_file_cut", Ending::kFiles,
                           [](const fs::path& at) {
                             const fs::path file = files(at, "", ".sst")[0];
                             fs::resize_file(file, fs::file_size(file) / 2);
                           },
                           true, 20},
                    Damage{"data_block_damaged", Ending::kFiles,
                           [](const fs::path& at) { flip_middle(files(at, "", ".sst")[0], 4); }, false, 20},
                    Damage{"log_damaged", Ending::kFilesAndLog,
                           [](const fs::path& at) { flip_middle(files(at, "", ".log")[0], 4); }, true, 60},
                    Damage{"log_cut", Ending::kFilesAndLog,
                           [](const fs::path& at) {
                             const fs::path file = files(at, "", ".log")[0];
                             fs::resize_file(file, fs::file_size(file) / 2);
                           },
                           true, 60},
                    Damage{"log_missing", Ending::kFilesAndLog,
                           [](const fs::path& at) { fs::remove(files(at, "", ".log")[0]); }, true, 40}),
    [](const testing::TestParamInfo<Damage>& row) { return row.param.name; });

TEST(Backup, holds_what_the_store_held_and_is_restored_elsewhere) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, Ending::kFilesAndLog);
  const Result<BackupReport> backup = backup_store(directory, scratch.path() / "backup");
  ASSERT_TRUE(backup.ok()) << backup.error().message;
  EXPECT_EQ(backup.value().number, 1u);
  EXPECT_GT(backup.value().bytes, 0u);
  const fs::path restored = scratch.path() / "restored";
  const Status done = restore_store(scratch.path() / "backup", restored, RestoreOver::kEmptyOnly);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(count_findings(restored), 90u);
  EXPECT_TRUE(check_store(restored).value().sound());
}

TEST(Backup, of_a_running_store_is_taken_without_stopping_it) {
  const Scratch scratch;
  Result<std::unique_ptr<Store>> store = Store::open(scratch.path() / "data", small_options());
  ASSERT_TRUE(store.ok());
  const SiteHandle site = store.value()->site("a").value();
  for (UrlNumber n = 0; n < 10; ++n) {
    ASSERT_TRUE(store.value()->commit(sample_decision(site, n)).ok());
    const Result<BackupReport> backup = backup_store(*store.value(), scratch.path() / "backup");
    ASSERT_TRUE(backup.ok()) << backup.error().message;
  }
  EXPECT_LE(std::distance(fs::directory_iterator(scratch.path() / "backup" / "meta"), fs::directory_iterator()), 7);
  ASSERT_TRUE(restore_store(scratch.path() / "backup", scratch.path() / "new", RestoreOver::kEmptyOnly).ok());
  EXPECT_EQ(count_findings(scratch.path() / "new"), 10u);
}

TEST(Backup, a_target_that_is_not_empty_is_refused_or_moved_aside_never_deleted) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, Ending::kFiles);
  ASSERT_TRUE(backup_store(directory, scratch.path() / "backup").ok());
  EXPECT_EQ(restore_store(scratch.path() / "backup", directory, RestoreOver::kEmptyOnly).error().code,
            ErrorCode::kUsage);
  ASSERT_TRUE(restore_store(scratch.path() / "backup", directory, RestoreOver::kForce).ok());
  EXPECT_EQ(count_findings(directory), 40u);
  EXPECT_EQ(count_findings(directory.string() + ".replaced-1"), 40u);
  EXPECT_TRUE(Store::open(directory, small_options()).ok());
}

TEST(Backup, a_damaged_or_missing_backup_is_refused) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  fill(directory, Ending::kFiles);
  EXPECT_EQ(restore_store(scratch.path() / "absent", scratch.path() / "x", RestoreOver::kEmptyOnly).error().code,
            ErrorCode::kUsage);
  ASSERT_TRUE(backup_store(directory, scratch.path() / "backup").ok());
  flip_middle(files(scratch.path() / "backup" / "shared_checksum", "", ".sst")[0], 4);
  const Status restored = restore_store(scratch.path() / "backup", scratch.path() / "x", RestoreOver::kEmptyOnly);
  ASSERT_FALSE(restored.ok());
  EXPECT_EQ(restored.error().code, ErrorCode::kCorruption);
  EXPECT_EQ(backup_store(scratch.path() / "absent", scratch.path() / "y").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace xuncha
