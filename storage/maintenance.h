#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace xuncha {

class Store;

// What stands behind `xuncha store check|backup|restore|salvage`. All of it works on a stopped daemon's directory and
// takes the directory's lock; only a backup can be made of a running one. Any thread, one call a directory at a time.

struct StoreFault {
  std::string where;  // file, or table and key
  std::string what;
};

// What a look through a whole store found.
struct StoreReport {
  std::vector<std::pair<std::string, std::uint64_t>> records;  // by table
  std::uint64_t targets_gone = 0;  // links to URLs that retention or salvage removed: no fault
  std::uint64_t faults_total = 0;
  std::vector<StoreFault> faults;  // the first limits::kFaultsReportedMax
  bool sound() const { return faults_total == 0; }
};

// Checksums of every block of every file, every record decoded, and what must hold between them: URL numbers are unique
// in their site, pages and targets of links and places exist, a page's list of links is the one its record names, every
// transition has its finding, every record a site. Damage is in the report, not an Error; nothing is written.
// kUnavailable: in use, not there, not readable.
Result<StoreReport> check_store(const std::filesystem::path& directory);

struct BackupReport {
  std::uint32_t number = 0;  // of the new backup; the newest seven are kept
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

// Adds a backup to `to` (made if need be; files equal to an earlier backup's are shared), synced, then read back and
// verified against its checksums. kUnavailable, kCorruption.
Result<BackupReport> backup_store(const Store& store, const std::filesystem::path& to);
Result<BackupReport> backup_store(const std::filesystem::path& directory, const std::filesystem::path& to);

enum class RestoreOver { kEmptyOnly, kForce };
// Brings the newest backup of `from` to `to`. A target that is not empty is refused (kUsage), or with kForce moved to
// `to`.replaced-N first: nothing is deleted.
Status restore_store(const std::filesystem::path& from, const std::filesystem::path& to, RestoreOver over);

struct SalvageReport {
  std::vector<std::pair<std::string, std::uint64_t>> records;  // copied, by table
  std::uint64_t lost_total = 0;    // records that could not be decoded, and unreadable ranges
  std::vector<StoreFault> losses;  // the first limits::kFaultsReportedMax
};

// Copies every record that can be read and decoded to a new store in `to` (kUsage unless it is empty or absent). The
// damaged directory is only read. Where not even its index can be read, its files are gathered first, in `to`.repair,
// which is removed at the end; places and ladders that were already removed may then be there again. A site whose name
// is lost is called `salvaged-N`.
Result<SalvageReport> salvage_store(const std::filesystem::path& directory, const std::filesystem::path& to);

}  // namespace xuncha
