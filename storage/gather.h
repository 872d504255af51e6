#pragma once

#include <filesystem>
#include <memory>

#include "core/result.h"
#include "storage/database.h"

namespace xuncha {

// For a store whose index (CURRENT, MANIFEST) is lost: makes a new one in `copy` from every record in its data files
// and logs. RocksDB's own repair cannot be used: with Debian's assertions on it refuses files whose ranges of sequence
// numbers overlap, and after compactions they do. Which of two versions of a record is the newer is told by the record
// itself; removals are lost, except those in the logs. `directory` is only read. Room-internal.
Result<std::unique_ptr<Database>> gather_files(const std::filesystem::path& directory,
                                               const std::filesystem::path& copy);

}  // namespace xuncha
