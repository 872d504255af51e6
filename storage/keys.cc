#include "storage/keys.h"

#include <limits>

namespace xuncha {
namespace {

constexpr std::size_t kFindingIdBytes = 16;

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

void append_u32(std::string& key, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>(value >> shift));
}

void append_u64(std::string& key, std::uint64_t value) {
  append_u32(key, static_cast<std::uint32_t>(value >> 32));
  append_u32(key, static_cast<std::uint32_t>(value));
}

std::optional<std::uint32_t> read_u32(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[offset + index]);
  }
  return value;
}

std::optional<std::uint64_t> read_u64(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < 8) return std::nullopt;
  return std::uint64_t{*read_u32(bytes, offset)} << 32 | *read_u32(bytes, offset + 4);
}

std::string site_prefix(SiteNumber site) {
  std::string key;
  key.reserve(28);
  append_u32(key, site);
  return key;
}

std::string site_end(SiteNumber site) {
  if (site == std::numeric_limits<SiteNumber>::max()) return {};
  return site_prefix(site + 1);
}

std::string fingerprint_key(SiteNumber site, const Fingerprint& fingerprint) {
  std::string key = site_prefix(site);
  append_u64(key, fingerprint.high);
  append_u64(key, fingerprint.low);
  return key;
}

std::string number_key(SiteNumber site, std::uint32_t number) {
  std::string key = site_prefix(site);
  append_u32(key, number);
  return key;
}

std::string ref_key(SiteNumber site, std::uint32_t target, std::uint32_t page) {
  std::string key = number_key(site, target);
  append_u32(key, page);
  return key;
}

std::string text_key(SiteNumber site, char kind, std::string_view text) {
  std::string key = site_prefix(site);
  key.push_back(kind);
  key.append(text);
  return key;
}

std::string column_key(SiteNumber site, std::string_view id) {
  return site_prefix(site).append(id);
}

std::string slot_key(SiteNumber site, std::string_view name) {
  return site_prefix(site).append(name);
}

std::string patrol_key(SiteNumber site, std::uint32_t patrol) {
  std::string key = site_prefix(site);
  key.push_back('p');
  append_u32(key, patrol);
  return key;
}

std::optional<std::string> finding_key(SiteNumber site, std::string_view id_hex) {
  if (id_hex.size() != 2 * kFindingIdBytes) return std::nullopt;
  std::string key = site_prefix(site);
  for (std::size_t index = 0; index < id_hex.size(); index += 2) {
    const int high = hex_digit(id_hex[index]);
    const int low = hex_digit(id_hex[index + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key.push_back(static_cast<char>(high << 4 | low));
  }
  return key;
}

std::optional<std::string> history_key(SiteNumber site, std::string_view id_hex, std::uint64_t sequence) {
  std::optional<std::string> key = finding_key(site, id_hex);
  if (key) append_u64(*key, ~sequence);
  return key;
}

std::string mail_range(MailKey kind) {
  return text_key(kSharedSiteNumber, static_cast<char>(kind), "");
}

std::string mail_key(MailKey kind, std::string_view name) {
  const Fingerprint print = fingerprint(name);
  std::string key = mail_range(kind);
  append_u64(key, print.high);
  append_u64(key, print.low);
  return key;
}

std::string notice_key(std::string_view recipient, std::string_view finding_id) {
  const Fingerprint print = fingerprint(finding_id);
  std::string key = mail_key(MailKey::kNotice, recipient);
  append_u64(key, print.high);
  append_u64(key, print.low);
  return key;
}

std::optional<SiteNumber> key_site(std::string_view key) {
  return read_u32(key, 0);
}

std::optional<Fingerprint> key_fingerprint(std::string_view key) {
  if (key.size() != kSitePrefixBytes + 16) return std::nullopt;
  return Fingerprint{*read_u64(key, kSitePrefixBytes), *read_u64(key, kSitePrefixBytes + 8)};
}

std::optional<std::string_view> key_column_id(std::string_view key) {
  if (key.size() <= kSitePrefixBytes) return std::nullopt;
  return key.substr(kSitePrefixBytes);
}

std::optional<std::string_view> key_slot_name(std::string_view key) {
  if (key.size() <= kSitePrefixBytes) return std::nullopt;
  return key.substr(kSitePrefixBytes);
}

std::optional<RefKey> key_ref(std::string_view key) {
  if (key.size() != kSitePrefixBytes + 8) return std::nullopt;
  return RefKey{*read_u32(key, kSitePrefixBytes), *read_u32(key, kSitePrefixBytes + 4)};
}

std::optional<std::uint32_t> key_number(std::string_view key) {
  if (key.size() != kSitePrefixBytes + 4) return std::nullopt;
  return read_u32(key, kSitePrefixBytes);
}

std::optional<std::string> key_finding_id(std::string_view key) {
  const std::size_t finding_size = kSitePrefixBytes + kFindingIdBytes;
  if (key.size() != finding_size && key.size() != finding_size + 8) return std::nullopt;
  return to_hex(reinterpret_cast<const std::uint8_t*>(key.data()) + kSitePrefixBytes, kFindingIdBytes);
}

std::optional<std::uint64_t> key_history_sequence(std::string_view key) {
  if (key.size() != kSitePrefixBytes + kFindingIdBytes + 8) return std::nullopt;
  return ~*read_u64(key, kSitePrefixBytes + kFindingIdBytes);
}

std::string probe_range(SiteNumber site, ProbeKey kind, Family family) {
  std::string key = site_prefix(site);
  key.push_back(static_cast<char>(kind));
  key.push_back(family == Family::kIpv6 ? '6' : '4');
  return key;
}

std::string probe_key(SiteNumber site, ProbeKey kind, Family family, std::uint32_t number) {
  std::string key = probe_range(site, kind, family);
  append_u32(key, number);
  return key;
}

std::optional<ProbeName> key_probe(std::string_view key) {
  if (key.size() != kSitePrefixBytes + 2 + 4) return std::nullopt;
  const char kind = key[kSitePrefixBytes];
  const char family = key[kSitePrefixBytes + 1];
  if ((kind != 'h' && kind != 'd') || (family != '4' && family != '6')) return std::nullopt;
  return ProbeName{.kind = static_cast<ProbeKey>(kind),
                   .family = family == '6' ? Family::kIpv6 : Family::kIpv4,
                   .number = read_u32(key, kSitePrefixBytes + 2).value_or(0)};
}

}  // namespace xuncha
