#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/web/http.h"
#include "daemon/web/snapshot.h"

namespace xuncha {

// The read-only API: a request below /api/v1/ answered from a snapshot. Lists are ordered by site id, then
// finding id, which no transition changes: who follows `next` to its end sees every record that was there all the time
// exactly once. Pure; any thread.
HttpResponse answer_api(const HttpRequest& request, const Snapshot& snapshot);

// Where a list goes on: behind this record. Its text form is opaque to clients.
struct Cursor {
  std::string site;
  std::string finding;  // of columns: the column; empty in lists of sites
};
enum class CursorOf : std::uint8_t { kFindings, kColumns };
std::string encode_cursor(const Cursor& cursor);
// nullopt for anything that encode_cursor did not write.
std::optional<Cursor> decode_cursor(std::string_view text, CursorOf of = CursorOf::kFindings);

}  // namespace xuncha
