#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "core/result.h"

namespace xuncha {

class Database;

// The shape of the whole store: keys, tables and what stands where. A change that an older program would misread gets
// the next number and one migration, which is kept for ever; fields that are only added do not (codec.h).
inline constexpr std::uint32_t kSchemaVersion = 1;

// One step, from `from` to `from` + 1. Runs with the store open for writing; a step that was cut short runs again.
struct Migration {
  std::uint32_t from = 0;
  std::function<Status(Database&)> run;
};

// All steps there are, ascending.
std::span<const Migration> migrations();

// Brings a store to `to`, writing the version (synced) after each step. A store without a version gets `to` at once
// when it is being created. kUnavailable: newer than `to`, or older than any step; kCorruption: no version.
Status bring_up_to_date(Database& database, std::span<const Migration> steps, std::uint32_t to);
// For readers: is it exactly `to`? kUnavailable also for a store whose making was cut short.
Status check_schema(const Database& database, std::uint32_t to);

}  // namespace xuncha
