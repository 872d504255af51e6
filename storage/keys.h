#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/ip_address.h"

namespace xuncha {

// The keys of the store: `u32 site number | rest`, big endian, so that byte order is number order and one site is one
// range. Site 0 is shared by all sites. Pure; any thread.
using SiteNumber = std::uint32_t;
inline constexpr SiteNumber kSharedSiteNumber = 0;
inline constexpr std::size_t kSitePrefixBytes = 4;

void append_u32(std::string& key, std::uint32_t value);
void append_u64(std::string& key, std::uint64_t value);
// nullopt where fewer bytes are left.
std::optional<std::uint32_t> read_u32(std::string_view bytes, std::size_t offset);
std::optional<std::uint64_t> read_u64(std::string_view bytes, std::size_t offset);

std::string site_prefix(SiteNumber site);
// The first key after the site's range; empty when there is none.
std::string site_end(SiteNumber site);

std::string fingerprint_key(SiteNumber site, const Fingerprint& fingerprint);  // url, conf
std::string number_key(SiteNumber site, std::uint32_t number);                 // links
std::string ref_key(SiteNumber site, std::uint32_t target, std::uint32_t page);
std::string text_key(SiteNumber site, char kind, std::string_view text);           // meta, host
std::string column_key(SiteNumber site, std::string_view id);                      // col
std::string slot_key(SiteNumber site, std::string_view name);                      // slot
std::string patrol_key(SiteNumber site, std::uint32_t patrol);                     // meta
std::optional<std::string> finding_key(SiteNumber site, std::string_view id_hex);  // nullopt: not 32 hex digits
// Newest first within a finding: the sequence number is stored inverted.
std::optional<std::string> history_key(SiteNumber site, std::string_view id_hex, std::uint64_t sequence);

// Of the outbox, all in the shared range: `kind | fingerprint of the name`, a notice's finding behind its recipient.
enum class MailKey : char { kState = 'm', kText = 't', kNotice = 'n', kDigest = 'd' };
std::string mail_range(MailKey kind);                       // what all keys of the kind begin with
std::string mail_key(MailKey kind, std::string_view name);  // a Message-ID or recipient
std::string notice_key(std::string_view recipient, std::string_view finding_id);

// Of visits of the home page: `kind | family | number`, the hour or day since 1970. A kind of one family is one range.
enum class ProbeKey : char { kHour = 'h', kDay = 'd' };
std::string probe_range(SiteNumber site, ProbeKey kind, Family family);
std::string probe_key(SiteNumber site, ProbeKey kind, Family family, std::uint32_t number);

// The inverses; nullopt for a key of another shape.
std::optional<SiteNumber> key_site(std::string_view key);
std::optional<Fingerprint> key_fingerprint(std::string_view key);
std::optional<std::string_view> key_column_id(std::string_view key);  // of a column; a view of `key`
std::optional<std::string_view> key_slot_name(std::string_view key);  // of a slot; a view of `key`
struct RefKey {
  std::uint32_t target = 0;
  std::uint32_t page = 0;
};
std::optional<RefKey> key_ref(std::string_view key);
std::optional<std::uint32_t> key_number(std::string_view key);
std::optional<std::string> key_finding_id(std::string_view key);  // of a finding or history key, 32 hex digits
std::optional<std::uint64_t> key_history_sequence(std::string_view key);
struct ProbeName {
  ProbeKey kind = ProbeKey::kHour;
  Family family = Family::kIpv4;
  std::uint32_t number = 0;
};
std::optional<ProbeName> key_probe(std::string_view key);

}  // namespace xuncha
