#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <memory>
#include <string>
#include <system_error>

#include "storage/database.h"
#include "storage/directory_lock.h"
#include "storage/maintenance.h"
#include "storage/schema.h"
#include "storage/store.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kBackupsKept = 7;  // a week of daily ones

rocksdb::BackupEngineOptions engine_options(const fs::path& directory) {
  rocksdb::BackupEngineOptions options(directory.string());
  options.sync = true;
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.max_background_operations = 1;
  return options;
}

Error backup_error(const rocksdb::Status& status, const fs::path& directory, const std::string& action) {
  const ErrorCode code = status.IsCorruption() ? ErrorCode::kCorruption : ErrorCode::kUnavailable;
  return Error{code, directory.string(), action + ": " + status.ToString()};
}

bool holds_nothing(const fs::path& directory) {
  std::error_code error;
  return !fs::exists(directory, error) || (fs::is_directory(directory, error) && fs::is_empty(directory, error));
}

// Moves what stands at `path` to the first free `path`.replaced-N.
Status move_aside(const fs::path& path) {
  std::error_code error;
  for (int number = 1;; ++number) {
    const fs::path aside = path.string() + ".replaced-" + std::to_string(number);
    if (fs::exists(aside, error)) continue;
    fs::rename(path, aside, error);
    if (!error) return Done{};
    return Error{ErrorCode::kUnavailable, path.string(),
                 "cannot move " + path.string() + " to " + aside.string() + ": " + error.message()};
  }
}

}  // namespace

Result<BackupReport> backup_store(const Store& store, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, to.string(),
                 "cannot make the directory " + to.string() + ": " + error.message()};
  }
  rocksdb::BackupEngine* raw = nullptr;
  rocksdb::IOStatus status = rocksdb::BackupEngine::Open(rocksdb::Env::Default(), engine_options(to), &raw);
  const std::unique_ptr<rocksdb::BackupEngine> engine(raw);
  if (!status.ok()) return backup_error(status, to, "cannot open the backups in " + to.string());

  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  rocksdb::BackupID number = 0;
  status = engine->CreateNewBackup(options, store.database().raw(), &number);
  if (!status.ok()) return backup_error(status, to, "cannot back up to " + to.string());
  status = engine->VerifyBackup(number, true);
  if (!status.ok()) return backup_error(status, to, "the new backup does not hold what was written");
  status = engine->PurgeOldBackups(kBackupsKept);
  if (!status.ok()) return backup_error(status, to, "cannot remove old backups");

  rocksdb::BackupInfo info;
  if (rocksdb::Status found = engine->GetBackupInfo(number, &info); !found.ok()) {
    return backup_error(found, to, "cannot read the new backup");
  }
  return BackupReport{number, info.size, info.number_files};
}

Result<BackupReport> backup_store(const fs::path& directory, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(directory / "CURRENT", error)) {
    return Error{ErrorCode::kUnavailable, directory.string(), "there is no store in " + directory.string()};
  }
  StoreOptions options = StoreOptions::for_check();
  options.space.ballast_bytes = 0;
  const Result<std::unique_ptr<Store>> store = Store::open(directory, options);
  if (!store) return store.error();
  return backup_store(*store.value(), to);
}

Status restore_store(const fs::path& from, const fs::path& to, RestoreOver over) {
  std::error_code error;
  if (!fs::is_directory(from / "meta", error)) {
    return Error{ErrorCode::kUsage, from.string(), "there are no backups in " + from.string()};
  }
  if (!holds_nothing(to)) {
    if (over == RestoreOver::kEmptyOnly) {
      return Error{ErrorCode::kUsage, to.string(),
                   to.string() + " is not empty; name another directory, or force it: what is there is moved aside"};
    }
    const Result<DirectoryLock> lock = DirectoryLock::acquire(to, DirectoryLock::Mode::kWriter);
    if (!lock) return lock.error();
    if (Status moved = move_aside(to); !moved) return moved;
  }
  rocksdb::BackupEngineReadOnly* raw = nullptr;
  rocksdb::IOStatus status = rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), engine_options(from), &raw);
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(raw);
  if (!status.ok()) return backup_error(status, from, "cannot open the backups in " + from.string());
  status = engine->RestoreDBFromLatestBackup(to.string(), to.string());
  if (!status.ok()) return backup_error(status, from, "cannot restore to " + to.string());

  const Result<std::unique_ptr<Database>> database = Database::open(to, StoreOptions(), Database::Access::kRead);
  if (!database) return database.error();
  return check_schema(*database.value(), kSchemaVersion);
}

}  // namespace xuncha
