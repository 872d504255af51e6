#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/column.h"
#include "core/content.h"
#include "core/finding.h"
#include "core/records.h"
#include "core/result.h"
#include "core/slot.h"

namespace xuncha {

// How records become bytes: `u8 type | u8 version | fields | u32 checksum`. A field is a tag, a kind
// and a value; fields stand in ascending order of tags, defaults are left out, unknown tags are skipped, so that a
// field may be added without a new version. The checksum is the low half of XXH3-64 over all before it.
//
// Decoders take any bytes: they return a record or kCorruption with a sentence that says what is wrong, and never
// throw. Pure; any thread.

// Each with the number that is its first byte: append only.
enum class RecordType : std::uint8_t {
  kUrl = 1,
  kLadder = 2,
  kHost = 3,
  kPatrol = 4,
  kFinding = 5,
  kTransition = 6,
  kRef = 7,
  kLinks = 8,
  kSite = 9,
  kCounter = 10,
  kSweep = 11,
  kOutbox = 12,
  kNotice = 13,
  kDigest = 14,
  kMailText = 15,
  kColumn = 16,
  kProbeHour = 17,
  kProbeDay = 18,
  kSlot = 20,
  kContent = 21,
};
std::string_view record_type_name(RecordType type);

// A site's own line in the table of sites.
struct SiteRecord {
  std::string id;
  std::uint32_t number = 0;
  UrlNumber next_url = 0;  // lower bound: numbers below it may have been given and removed
};

// A number that only grows.
struct CounterRecord {
  std::uint64_t value = 0;
};

// How far retention has come in a site, so that a restart goes on from there.
struct SweepRecord {
  std::uint32_t phase = 0;
  std::string cursor;  // the next key to look at; empty: from the beginning
};

// The bytes of a mail.
struct MailTextRecord {
  std::string text;
};

// Instantiated for UrlRecord, LadderRecord, HostRecord, PatrolRecord, Finding (without `site` and `id`, which the key
// gives), TransitionRecord (without `finding_id`), RefRecord (without target and page), SiteRecord, CounterRecord,
// SweepRecord, OutboxRecord, NoticeRecord, DigestRecord, MailTextRecord, ColumnRecord (without `id`, which the key
// gives), SlotRecord (without `name`, the same) and ContentRecord (without `page`, the same). `out` is appended to.
template <class Record>
void encode_record(const Record& record, std::string& out);
template <class Record>
Result<Record> decode_record(std::string_view bytes);

// The envelope alone, for values that write their own fields (links.h).
void begin_record(RecordType type, std::string& out);
void end_record(std::size_t begin, std::string& out);
Result<std::string_view> open_record(RecordType type, std::string_view bytes);

}  // namespace xuncha
