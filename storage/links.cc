#include "storage/links.h"

#include <algorithm>
#include <array>

#include "core/digest.h"
#include "core/limits.h"
#include "storage/codec.h"
#include "storage/wire.h"

namespace xuncha {
namespace {

// A row's second byte: region in bits 0-2, role in 3-4, tag in 5-7. The last tag value says that the index follows.
constexpr unsigned kTagFollows = 7;
constexpr std::size_t kTagsMax = 255;

Error malformed() {
  return Error{ErrorCode::kCorruption, "links record", "has a malformed field"};
}

class TagTable {
 public:
  // Index of the tag; tags beyond the table share its last row, which stays empty.
  std::size_t index_of(std::string_view tag) {
    for (std::size_t index = 0; index < size_; ++index) {
      if (tags_[index] == tag) return index;
    }
    if (size_ == kTagsMax) return kTagsMax - 1;
    tags_[size_] = size_ == kTagsMax - 1 ? std::string_view() : tag;
    return size_++;
  }
  std::span<const std::string_view> rows() const { return {tags_.data(), size_}; }

 private:
  std::array<std::string_view, kTagsMax> tags_;
  std::size_t size_ = 0;
};

// At most `limit` bytes, never ending within a UTF-8 sequence.
std::string_view cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<std::uint8_t>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string encode_links(std::span<const StoredLinkView> links) {
  TagTable tags;
  std::string rows;
  rows.reserve(links.size() * 24);
  std::int64_t last_target = 0;
  std::int64_t last_line = 0;
  for (const StoredLinkView& link : links) {
    const std::size_t tag = tags.index_of(link.tag);
    put_varint(rows, zigzag(std::int64_t{link.target} - last_target));
    const unsigned tag_bits = static_cast<unsigned>(std::min<std::size_t>(tag, kTagFollows));
    rows.push_back(
        static_cast<char>(static_cast<unsigned>(link.region) | static_cast<unsigned>(link.role) << 3 | tag_bits << 5));
    if (tag_bits == kTagFollows) put_varint(rows, tag);
    put_varint(rows, zigzag(std::int64_t{link.line} - last_line));
    put_bytes(rows, cut_text(link.text, limits::kAnchorTextBytesMax));
    last_target = link.target;
    last_line = link.line;
  }

  std::string out;
  out.reserve(rows.size() + 64);
  begin_record(RecordType::kLinks, out);
  put_varint(out, tags.rows().size());
  for (const std::string_view tag : tags.rows()) put_bytes(out, tag);
  out.append(rows);
  end_record(0, out);
  return out;
}

std::uint64_t links_hash(std::string_view bytes) {
  return std::max<std::uint64_t>(hash64(bytes), 1);
}

std::optional<std::string> links_to_store(std::span<const StoredLinkView> links, UrlRecord& page) {
  std::string bytes = encode_links(links);
  const std::uint64_t hash = links_hash(bytes);
  page.links = static_cast<std::uint32_t>(links.size());
  if (hash == page.links_hash) return std::nullopt;
  page.links_hash = hash;
  return bytes;
}

Status decode_links(std::string_view bytes, FunctionView<void(const StoredLinkView&)> on_link) {
  const Result<std::string_view> fields = open_record(RecordType::kLinks, bytes);
  if (!fields) return fields.error();
  WireReader reader(fields.value());

  std::array<std::string_view, kTagsMax> tags;
  const std::uint64_t tag_count = reader.varint();
  if (tag_count > kTagsMax) return malformed();
  for (std::size_t index = 0; index < tag_count; ++index) tags[index] = reader.bytes();

  std::int64_t target = 0;
  std::int64_t line = 0;
  while (!reader.done()) {
    StoredLinkView link;
    // Sums wrap instead of overflowing: whatever the bytes say, the range check below decides.
    target = static_cast<std::int64_t>(static_cast<std::uint64_t>(target) +
                                       static_cast<std::uint64_t>(unzigzag(reader.varint())));
    const unsigned bits = reader.byte();
    std::uint64_t tag = bits >> 5;
    if (tag == kTagFollows) tag = reader.varint();
    line = static_cast<std::int64_t>(static_cast<std::uint64_t>(line) +
                                     static_cast<std::uint64_t>(unzigzag(reader.varint())));
    link.text = reader.bytes();
    const unsigned region = bits & 7;
    const unsigned role = bits >> 3 & 3;
    if (reader.failed() || target < 0 || target > UINT32_MAX || line < 0 || line > UINT32_MAX || tag >= tag_count ||
        region > static_cast<unsigned>(Region::kFooter) || role > static_cast<unsigned>(LinkRole::kHint)) {
      return malformed();
    }
    link.target = static_cast<UrlNumber>(target);
    link.region = static_cast<Region>(region);
    link.role = static_cast<LinkRole>(role);
    link.tag = tags[tag];
    link.line = static_cast<std::uint32_t>(line);
    on_link(link);
  }
  if (reader.failed()) return malformed();
  return Done{};
}

}  // namespace xuncha
