#include "storage/schema.h"

#include <algorithm>
#include <optional>
#include <string>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"

namespace xuncha {
namespace {

const std::string& schema_key() {
  static const std::string key = text_key(kSharedSiteNumber, 'v', "schema");
  return key;
}

Result<std::optional<std::uint32_t>> read_schema(const Database& database) {
  const Result<std::optional<std::string>> value = database.get(Table::kMeta, schema_key());
  if (!value) return value.error();
  if (!value.value()) return std::optional<std::uint32_t>();
  const Result<CounterRecord> counter = decode_record<CounterRecord>(*value.value());
  if (!counter) return counter.error();
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(counter.value().value));
}

Status write_schema(Database& database, std::uint32_t version) {
  std::string value;
  encode_record(CounterRecord{version}, value);
  WriteSet set;
  database.put(set, Table::kMeta, schema_key(), value);
  return database.write(set, Database::Durability::kSynced);
}

Error no_schema(const Database& database) {
  return Error{ErrorCode::kCorruption, database.directory().string(),
               "the store does not say which version made it; " + corruption_advice(database.directory())};
}

Error wrong_schema(const Database& database, std::uint32_t found, std::uint32_t wanted) {
  const std::string path = database.directory().string();
  const std::string versions = "the store in " + path + " has schema " + std::to_string(found) +
                               ", this xuncha works with schema " + std::to_string(wanted);
  return Error{ErrorCode::kUnavailable, path,
               found > wanted ? versions + ": install the newer version that wrote it, or restore an older backup"
                              : versions + ": open it once with a version between the two for writing"};
}

}  // namespace

std::span<const Migration> migrations() {
  return {};  // schema 1 is the first
}

Status bring_up_to_date(Database& database, std::span<const Migration> steps, std::uint32_t to) {
  const Result<std::optional<std::uint32_t>> found = read_schema(database);
  if (!found) return found.error();
  if (!found.value()) {
    if (!database.creating()) return no_schema(database);
    if (const Status written = write_schema(database, to); !written) return written.error();
    database.creation_finished();
    return Done{};
  }
  std::uint32_t version = *found.value();
  while (version < to) {
    const auto step =
        std::find_if(steps.begin(), steps.end(), [&](const Migration& row) { return row.from == version; });
    if (step == steps.end()) return wrong_schema(database, version, to);
    if (const Status run = step->run(database); !run) return run.error();
    if (const Status written = write_schema(database, ++version); !written) return written.error();
  }
  if (version > to) return wrong_schema(database, version, to);
  database.creation_finished();
  return Done{};
}

Status check_schema(const Database& database, std::uint32_t to) {
  const Result<std::optional<std::uint32_t>> found = read_schema(database);
  if (!found) return found.error();
  if (!found.value() && database.creating()) return not_finished(database.directory());
  if (!found.value()) return no_schema(database);
  if (*found.value() != to) return wrong_schema(database, *found.value(), to);
  return Done{};
}

}  // namespace xuncha
