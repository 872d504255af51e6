// Every codec of the store. The first byte chooses; what follows is taken as it is, and once more with a right
// checksum, so that the fields behind it are reached.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "storage/codec.h"
#include "storage/keys.h"
#include "storage/links.h"
#include "storage/wire.h"

namespace {

using namespace xuncha;  // NOLINT(google-build-using-namespace)

constexpr unsigned kRecords = 22;  // kinds of records, and keys

void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

// What decodes, encodes to bytes that decode to the same.
template <class Record>
void check_record(std::string_view bytes) {
  const Result<Record> first = decode_record<Record>(bytes);
  if (!first) return;
  std::string again;
  encode_record(first.value(), again);
  const Result<Record> second = decode_record<Record>(again);
  require(second.ok(), "an encoded record decodes");
  std::string third;
  encode_record(second.value(), third);
  require(again == third, "encoding is stable");
}

void check_links(std::string_view bytes) {
  std::vector<StoredLinkView> links;
  if (!decode_links(bytes, [&](const StoredLinkView& link) { links.push_back(link); })) return;
  const std::string again = encode_links(links);
  std::size_t count = 0;
  bool same = true;
  const Status decoded = decode_links(again, [&](const StoredLinkView& link) {
    const StoredLinkView& old = links[count++];
    same = same && link.target == old.target && link.line == old.line && link.region == old.region &&
           link.role == old.role && old.text.starts_with(link.text);
  });
  require(decoded.ok() && same && count == links.size(), "links come back in order");
}

// The order of keys is the order of what they are made of, and keys give back what they were made of.
void check_keys(std::string_view bytes) {
  const std::string_view left = bytes.substr(0, bytes.size() / 2);
  const std::string_view right = bytes.substr(bytes.size() / 2);
  const std::uint32_t site[] = {read_u32(left, 0).value_or(1), read_u32(right, 0).value_or(1)};
  const std::uint32_t number[] = {read_u32(left, 4).value_or(0), read_u32(right, 4).value_or(0)};
  const Fingerprint print[] = {fingerprint(left), fingerprint(right)};
  require((number_key(site[0], number[0]) < number_key(site[1], number[1])) ==
              (std::pair(site[0], number[0]) < std::pair(site[1], number[1])),
          "numbers sort as numbers");
  require((fingerprint_key(site[0], print[0]) < fingerprint_key(site[1], print[1])) ==
              (std::pair(site[0], print[0]) < std::pair(site[1], print[1])),
          "fingerprints sort as numbers");
  require(key_fingerprint(fingerprint_key(site[0], print[0])) == print[0], "a fingerprint comes back");
  require(key_number(number_key(site[0], number[0])) == number[0], "a number comes back");
  const std::string id = to_hex(reinterpret_cast<const std::uint8_t*>(fingerprint_key(0, print[0]).data()) + 4, 16);
  require(key_finding_id(*finding_key(site[0], id)) == id, "a finding's id comes back");
  require(key_history_sequence(*history_key(site[0], id, number[0])) == number[0], "a sequence number comes back");
  require((*history_key(1, id, number[0]) < *history_key(1, id, number[1])) == (number[0] > number[1]),
          "the newest transition comes first");
  key_site(bytes);
  key_ref(bytes);
  key_number(bytes);
  key_fingerprint(bytes);
  key_finding_id(bytes);
  key_history_sequence(bytes);
  finding_key(1, bytes);
}

void check_bytes(unsigned choice, std::string_view bytes) {
  switch (choice % kRecords) {
    case 1:
      return check_record<UrlRecord>(bytes);
    case 2:
      return check_record<LadderRecord>(bytes);
    case 3:
      return check_record<HostRecord>(bytes);
    case 4:
      return check_record<PatrolRecord>(bytes);
    case 5:
      return check_record<Finding>(bytes);
    case 6:
      return check_record<TransitionRecord>(bytes);
    case 7:
      return check_record<RefRecord>(bytes);
    case 8:
      return check_links(bytes);
    case 9:
      return check_record<SiteRecord>(bytes);
    case 10:
      return check_record<CounterRecord>(bytes);
    case 11:
      return check_record<SweepRecord>(bytes);
    case 12:
      return check_record<OutboxRecord>(bytes);
    case 13:
      return check_record<NoticeRecord>(bytes);
    case 14:
      return check_record<DigestRecord>(bytes);
    case 15:
      return check_record<MailTextRecord>(bytes);
    case 16:
      return check_record<ColumnRecord>(bytes);
    case 20:
      return check_record<SlotRecord>(bytes);
    case 21:
      return check_record<ContentRecord>(bytes);
    default:
      return check_keys(bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_bytes(choice, bytes);
  if (choice % kRecords != 0) {
    std::string sealed;
    begin_record(static_cast<RecordType>(choice % kRecords), sealed);
    sealed.append(bytes);
    end_record(0, sealed);
    check_bytes(choice, sealed);
  }
  return 0;
}
