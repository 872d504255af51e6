#pragma once

#include <iosfwd>
#include <string>

#include "core/result.h"

// `xuncha store …` on a stopped daemon's data directory. Results in English words and figures on `out`.
namespace xuncha {

// kCorruption when the store is not sound; the faults are listed first.
Status print_store_check(const std::string& directory, std::ostream& out);
Status print_store_backup(const std::string& directory, const std::string& to, std::ostream& out);
Status print_store_restore(const std::string& from, const std::string& to, bool force, std::ostream& out);
Status print_store_salvage(const std::string& directory, const std::string& to, std::ostream& out);

}  // namespace xuncha
