#include "storage/codec.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <type_traits>

#include "core/digest.h"
#include "storage/wire.h"

namespace xuncha {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 2;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::int64_t kDayMin = -719'162;  // 0001-01-01 to 9999-12-31, in days of Unix time
constexpr std::int64_t kDayMax = 2'932'896;

enum class Kind : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(hash64(bytes));
}

Error malformed(RecordType type, std::string_view what) {
  return Error{ErrorCode::kCorruption, std::string(record_type_name(type)) + " record", std::string(what)};
}

// --- the two directions over one table of fields ------------------------------------------------------------------

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  template <class T>
  requires(std::is_unsigned_v<T>) void field(std::uint32_t tag, const T& value) {
    if (value == 0) return;
    put_tag(tag, Kind::kVarint);
    put_varint(out_, value);
  }
  template <class E>
  requires(std::is_enum_v<E>) void field(std::uint32_t tag, const E& value, E) {
    field(tag, static_cast<std::uint64_t>(value));
  }
  void hash(std::uint32_t tag, const std::uint64_t& value) {
    if (value == 0) return;
    put_tag(tag, Kind::kFixed64);
    put_fixed64(out_, value);
  }
  void field(std::uint32_t tag, const double& value) { hash(tag, std::bit_cast<std::uint64_t>(value)); }
  void field(std::uint32_t tag, const std::string& value) {
    if (!value.empty()) put_field_bytes(tag, value);
  }
  void field(std::uint32_t tag, const WallTime& value) { field(tag, zigzag(value.time_since_epoch().count())); }
  void field(std::uint32_t tag, const std::optional<WallTime>& value) {
    if (!value) return;
    put_tag(tag, Kind::kVarint);
    put_varint(out_, zigzag(value->time_since_epoch().count()));
  }
  void field(std::uint32_t tag, const std::optional<CivilDay>& value) {
    if (!value) return;
    put_tag(tag, Kind::kVarint);
    put_varint(out_, zigzag(std::chrono::sys_days(*value).time_since_epoch().count()));
  }
  void flag(std::uint32_t tag, const bool& value) { field(tag, std::uint8_t{value}); }
  void field(std::uint32_t tag, const std::vector<std::string>& values) {
    for (const std::string& value : values) put_field_bytes(tag, value);
  }
  void hashes(std::uint32_t tag, const std::vector<std::uint64_t>& values) {
    if (values.empty()) return;
    std::string bytes;
    for (const std::uint64_t value : values) put_fixed64(bytes, value);
    put_field_bytes(tag, bytes);
  }
  void field(std::uint32_t tag, const Reason& value) {
    field(tag, std::uint32_t{value.status} << 8 | static_cast<std::uint32_t>(value.code));
  }
  void field(std::uint32_t tag, const std::optional<IpAddress>& value) {
    if (!value) return;
    std::string bytes(1, static_cast<char>(value->family));
    for (const std::uint8_t byte : value->bytes) bytes.push_back(static_cast<char>(byte));
    put_field_bytes(tag, bytes);
  }
  template <class T>
  void nested(std::uint32_t tag, const T& value);
  template <class T>
  void nested(std::uint32_t tag, const std::optional<T>& value) {
    if (value) nested(tag, *value);
  }
  template <class T>
  void nested(std::uint32_t tag, const std::shared_ptr<const T>& value) {
    if (value) nested(tag, *value);
  }
  template <class T>
  void field(std::uint32_t tag, const std::vector<T>& values);

 private:
  void put_tag(std::uint32_t tag, Kind kind) { put_varint(out_, tag << 2 | static_cast<std::uint32_t>(kind)); }
  void put_field_bytes(std::uint32_t tag, std::string_view bytes) {
    put_tag(tag, Kind::kBytes);
    put_bytes(out_, bytes);
  }

  std::string& out_;
};

// Walks the fields of a table in ascending order beside those in the bytes: one pass, whatever the bytes hold.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) { next(); }

  // Reads over the fields that no table names; false when anything was malformed.
  bool finish() {
    while (tag_ != 0) next();
    return !refused_;
  }

  template <class T>
  requires(std::is_unsigned_v<T>) void field(std::uint32_t tag, T& value) {
    if (!find(tag, Kind::kVarint)) return;
    if (number_ > std::numeric_limits<T>::max()) return refuse();
    value = static_cast<T>(number_);
    next();
  }
  template <class E>
  requires(std::is_enum_v<E>) void field(std::uint32_t tag, E& value, E last) {
    if (!find(tag, Kind::kVarint)) return;
    if (number_ > static_cast<std::uint64_t>(last)) return refuse();
    value = static_cast<E>(number_);
    next();
  }
  void hash(std::uint32_t tag, std::uint64_t& value) {
    if (!find(tag, Kind::kFixed64)) return;
    value = number_;
    next();
  }
  void field(std::uint32_t tag, double& value) {
    if (!find(tag, Kind::kFixed64)) return;
    value = std::bit_cast<double>(number_);
    next();
  }
  void field(std::uint32_t tag, std::string& value) {
    if (!find(tag, Kind::kBytes)) return;
    value = bytes_;
    next();
  }
  void field(std::uint32_t tag, WallTime& value) {
    if (!find(tag, Kind::kVarint)) return;
    value = WallTime(Milliseconds(unzigzag(number_)));
    next();
  }
  void field(std::uint32_t tag, std::optional<WallTime>& value) {
    if (!find(tag, Kind::kVarint)) return;
    value = WallTime(Milliseconds(unzigzag(number_)));
    next();
  }
  void field(std::uint32_t tag, std::optional<CivilDay>& value) {
    if (!find(tag, Kind::kVarint)) return;
    const std::int64_t days = unzigzag(number_);
    if (days < kDayMin || days > kDayMax) return refuse();
    value = CivilDay(std::chrono::sys_days(std::chrono::days(days)));
    next();
  }
  void flag(std::uint32_t tag, bool& value) {
    std::uint8_t number = 0;
    field(tag, number);
    value = number != 0;
  }
  void field(std::uint32_t tag, std::vector<std::string>& values) {
    while (find(tag, Kind::kBytes)) {
      values.emplace_back(bytes_);
      next();
    }
  }
  void hashes(std::uint32_t tag, std::vector<std::uint64_t>& values) {
    if (!find(tag, Kind::kBytes)) return;
    if (bytes_.size() % 8 != 0) return refuse();
    WireReader reader(bytes_);
    while (!reader.done()) values.push_back(reader.fixed64());
    next();
  }
  void field(std::uint32_t tag, Reason& value) {
    std::uint32_t packed = 0;
    field(tag, packed);
    if (packed >> 24 != 0) return refuse();
    value = Reason{static_cast<ReasonCode>(packed & 0xff), static_cast<std::uint16_t>(packed >> 8)};
  }
  void field(std::uint32_t tag, std::optional<IpAddress>& value) {
    if (!find(tag, Kind::kBytes)) return;
    if (bytes_.size() != 17 || static_cast<std::uint8_t>(bytes_[0]) > 2) return refuse();
    value.emplace();
    value->family = static_cast<Family>(bytes_[0]);
    std::copy(bytes_.begin() + 1, bytes_.end(), value->bytes.begin());
    next();
  }
  template <class T>
  void nested(std::uint32_t tag, T& value);
  template <class T>
  void nested(std::uint32_t tag, std::optional<T>& value) {
    if (find(tag, Kind::kBytes)) nested(tag, value.emplace());
  }
  template <class T>
  void nested(std::uint32_t tag, std::shared_ptr<const T>& value) {
    if (!find(tag, Kind::kBytes)) return;
    auto read = std::make_shared<T>();
    nested(tag, *read);
    value = std::move(read);
  }
  template <class T>
  void field(std::uint32_t tag, std::vector<T>& values);

 private:
  void refuse() {
    refused_ = true;
    reader_.fail();
    tag_ = 0;
  }

  void next() {
    tag_ = 0;
    if (reader_.done()) return;
    const std::uint32_t head = reader_.varint32();
    const std::uint32_t tag = head >> 2;
    if (reader_.failed() || tag == 0 || tag < last_tag_) return refuse();
    last_tag_ = tag_ = tag;
    kind_ = static_cast<Kind>(head & 3);
    switch (kind_) {
      case Kind::kVarint:
        number_ = reader_.varint();
        break;
      case Kind::kFixed64:
        number_ = reader_.fixed64();
        break;
      case Kind::kBytes:
        bytes_ = reader_.bytes();
        break;
      default:
        return refuse();
    }
    if (reader_.failed()) refuse();
  }

  // Is the next field the one with this tag? A field that is there but of another kind is refused.
  bool find(std::uint32_t tag, Kind kind) {
    while (tag_ != 0 && tag_ < tag) next();
    if (tag_ != tag) return false;
    if (kind_ != kind) {
      refuse();
      return false;
    }
    return true;
  }

  WireReader reader_;
  std::uint32_t tag_ = 0;  // of the field read last and not yet taken; 0: none is left
  std::uint32_t last_tag_ = 0;
  Kind kind_ = Kind::kVarint;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  bool refused_ = false;
};

// --- the tables: tags are stored, append only ---------------------------------------------------------------------

template <class T, class Record>
concept Is = std::is_same_v<std::remove_const_t<T>, Record>;

template <class V, Is<UrlRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.number);
  visitor.field(2, record.url);
  visitor.field(3, record.url_class, UrlClass::kSitemap);
  visitor.field(4, record.depth);
  visitor.field(5, record.referrer);
  visitor.field(6, record.first_seen);
  visitor.field(7, record.patrol_linked);
  visitor.field(8, record.patrol_visited);
  visitor.field(9, record.visited);
  visitor.field(10, record.reason);
  visitor.field(11, record.status);
  visitor.field(12, record.redirect);
  visitor.field(13, record.etag);
  visitor.field(14, record.last_modified);
  visitor.hash(15, record.body_hash);
  visitor.field(16, record.bytes);
  visitor.field(17, record.content_type);
  visitor.field(18, record.title);
  visitor.field(19, record.charset);
  visitor.field(20, record.links);
  visitor.hash(21, record.links_hash);
  visitor.field(22, record.milliseconds);
  visitor.field(23, record.visits);
  visitor.field(24, record.unchanged);
  visitor.field(25, record.headline);
  visitor.hash(26, record.links_digest);
}

template <class V, Is<Fingerprint> T>
void describe(V& visitor, T& value) {
  visitor.hash(1, value.high);
  visitor.hash(2, value.low);
}

template <class V, Is<LadderRecord> T>
void describe(V& visitor, T& record) {
  visitor.nested(1, record.subject);
  visitor.field(2, record.finding_id);
  visitor.field(3, record.reason);
  visitor.field(4, record.failures);
  visitor.field(5, record.successes);
  visitor.field(6, record.first_failure);
  visitor.field(7, record.last_failure);
  visitor.field(8, record.next_look);
}

template <class V, Is<HostRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.host);
  visitor.field(2, record.robots_text);
  visitor.field(3, record.robots_status);
  visitor.field(4, record.robots_fetched);
  visitor.field(5, record.blocked);
  visitor.field(6, record.failures);
  visitor.field(7, record.last_good);
}

template <class V, Is<OtherScheme> T>
void describe(V& visitor, T& seen) {
  visitor.field(1, seen.url);
  visitor.field(2, seen.state, SchemeState::kOther);
  visitor.field(3, seen.reason);
  visitor.field(4, seen.seen);
}

template <class V, Is<PatrolRecord> T>
void describe(V& visitor, T& record) {
  std::uint8_t complete = record.complete ? 1 : 0;
  visitor.field(1, record.number);
  visitor.field(2, record.started);
  visitor.field(3, record.ended);
  visitor.field(4, complete);
  visitor.field(5, record.resumed);
  visitor.field(6, record.pages);
  visitor.field(7, record.requests);
  visitor.field(8, record.bytes);
  visitor.field(9, record.columns_by);
  visitor.nested(10, record.other_scheme);
  if constexpr (!std::is_const_v<T>) record.complete = complete != 0;
}

template <class V, Is<Place> T>
void describe(V& visitor, T& place) {
  visitor.field(1, place.page);
  visitor.field(2, place.text);
  visitor.field(3, place.region, Region::kFooter);
  visitor.field(4, place.tag);
  visitor.field(5, place.line);
}

template <class V, Is<Attempt> T>
void describe(V& visitor, T& attempt) {
  visitor.field(1, attempt.at);
  visitor.field(2, attempt.phase, Phase::kBody);
  visitor.field(3, attempt.family, Family::kIpv6);
  visitor.field(4, attempt.address);
  visitor.field(5, attempt.status);
  visitor.field(6, attempt.error);
  visitor.field(7, attempt.seconds);
}

template <class V, Is<RedirectHop> T>
void describe(V& visitor, T& hop) {
  visitor.field(1, hop.status);
  visitor.field(2, hop.url);
}

template <class V, Is<std::pair<std::string, std::string>> T>
void describe(V& visitor, T& header) {
  visitor.field(1, header.first);
  visitor.field(2, header.second);
}

template <class V, Is<Evidence> T>
void describe(V& visitor, T& evidence) {
  visitor.field(1, evidence.attempts);
  visitor.field(2, evidence.redirects);
  visitor.field(3, evidence.headers);
  visitor.field(4, evidence.body_sha256);
  visitor.field(5, evidence.excerpt);
  visitor.field(6, evidence.compared);
  visitor.field(7, evidence.limit);
  visitor.field(8, evidence.control);
}

template <class V, Is<Finding> T>
void describe(V& visitor, T& finding) {
  visitor.field(1, finding.rule);
  visitor.field(2, finding.severity, Severity::kCritical);
  visitor.field(3, finding.state, FindingState::kIgnored);
  visitor.field(4, finding.episode);
  visitor.field(5, finding.subject);
  visitor.field(6, finding.reason);
  visitor.field(7, finding.first_seen);
  visitor.field(8, finding.last_seen);
  visitor.field(9, finding.opened);
  visitor.field(10, finding.closed);
  visitor.field(11, finding.last_transition);
  visitor.field(12, finding.confirmations);
  visitor.field(13, finding.recoveries);
  visitor.field(14, finding.where);
  visitor.field(15, finding.where_total);
  visitor.nested(16, finding.evidence);
}

template <class V, Is<TransitionRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.from, FindingState::kIgnored);
  visitor.field(2, record.to, FindingState::kIgnored);
  visitor.field(3, record.at);
  visitor.field(4, record.episode);
  visitor.field(5, record.by);
}

template <class V, Is<StoredLink> T>
void describe(V& visitor, T& link) {
  visitor.field(1, link.region, Region::kFooter);
  visitor.field(2, link.role, LinkRole::kHint);
  visitor.field(3, link.tag);
  visitor.field(4, link.text);
  visitor.field(5, link.line);
}

template <class V, Is<RefRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.places);
}

template <class V, Is<SiteRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.id);
  visitor.field(2, record.number);
  visitor.field(3, record.next_url);
}

template <class V, Is<CounterRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.value);
}

template <class V, Is<SweepRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.phase);
  visitor.field(2, record.cursor);
}

template <class V, Is<OutboxRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.message_id);
  visitor.field(2, record.recipient);
  visitor.field(3, record.kind, MailKind::kUrgent);
  visitor.field(4, record.state, MailState::kFailed);
  visitor.field(5, record.created);
  visitor.field(6, record.subject);
  visitor.field(7, record.notices);
  visitor.field(8, record.attempts);
  visitor.field(9, record.next_try);
  visitor.field(10, record.ended);
  visitor.field(11, record.last_error);
}

template <class V, Is<NoticeRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.recipient);
  visitor.field(2, record.site);
  visitor.field(3, record.finding_id);
  visitor.field(4, record.episode);
  visitor.field(5, record.at);
  visitor.field(6, record.message_id);
}

template <class V, Is<DigestRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.recipient);
  visitor.field(2, record.last_digest);
  visitor.field(3, record.last_mailed);
}

template <class V, Is<ColumnSight> T>
void describe(V& visitor, T& sight) {
  visitor.field(1, sight.method, ListMethod::kConfig);
  visitor.field(2, sight.confidence);
  visitor.field(3, sight.items);
  visitor.field(4, sight.items_dated);
  visitor.field(5, sight.newest);
  visitor.field(6, sight.newest_url);
  visitor.field(7, sight.newest_title);
  visitor.flag(8, sight.says_empty);
  visitor.flag(9, sight.script_rendered);
  visitor.field(10, sight.confirmed);
  visitor.field(11, sight.next_page);
  visitor.hashes(12, sight.item_keys);
  visitor.flag(13, sight.by_data);
  visitor.field(14, sight.whole_back_to);
  visitor.hashes(15, sight.item_addresses);
}

template <class V, Is<LateItem> T>
void describe(V& visitor, T& item) {
  visitor.field(1, item.url);
  visitor.field(2, item.title);
  visitor.field(3, item.day);
  visitor.field(4, item.seen);
  visitor.field(5, item.before);
  visitor.field(6, item.lateness, Lateness::kKnown);
}

template <class V, Is<ColumnRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.name);
  visitor.field(2, record.path);
  visitor.field(3, record.url);
  visitor.field(4, record.column_class, ColumnClass::kOther);
  visitor.field(5, record.class_reason);
  visitor.field(6, record.max_age_days);
  visitor.nested(7, record.sight);
  visitor.field(8, record.verdict, ColumnVerdict::kUnknown);
  visitor.field(9, record.reason);
  visitor.flag(10, record.standing);
  visitor.flag(11, record.archived);
  visitor.flag(12, record.container);
  visitor.field(13, record.first_seen);
  visitor.field(14, record.last_read);
  visitor.field(15, record.last_seen);
  visitor.field(16, record.sights);
  visitor.hash(17, record.page_hash);
  visitor.field(18, record.reader);
  visitor.field(19, record.other_addresses);
  visitor.field(20, record.verdict_since);
  visitor.field(21, record.suspected, ColumnVerdict::kUnknown);
  visitor.field(22, record.suspected_since);
  visitor.field(23, record.judged);
  visitor.field(24, record.source_asked);
  visitor.field(25, record.missing_since);
  visitor.field(26, record.missing_looked);
  visitor.field(27, record.late);
}

template <class V, Is<SlotItemRecord> T>
void describe(V& visitor, T& item) {
  visitor.field(1, item.url);
  visitor.field(2, item.text);
  visitor.field(3, item.by_url);
  visitor.field(4, item.by_page);
  visitor.flag(5, item.asked);
}

template <class V, Is<SlotRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.kind, SlotKind::kTopics);
  visitor.field(2, record.url);
  visitor.field(3, record.items);
  visitor.hashes(4, record.keys);
  visitor.hashes(5, record.titles);
  visitor.hashes(6, record.known);
  visitor.hashes(7, record.layout);
  visitor.hash(8, record.page_hash);
  visitor.field(9, record.first_seen);
  visitor.field(10, record.since);
  visitor.field(11, record.changed);
  visitor.field(12, record.last_seen);
  visitor.field(13, record.counted);
  visitor.field(14, record.sights);
  visitor.field(15, record.missing_since);
  visitor.field(16, record.reader);
}

template <class V, Is<RepealStatement> T>
void describe(V& visitor, T& statement) {
  visitor.field(1, statement.title);
  visitor.field(2, statement.number);
  visitor.field(3, statement.sentence);
  visitor.field(4, statement.latest);
}

template <class V, Is<FootSight> T>
void describe(V& visitor, T& sight) {
  if constexpr (!std::is_const_v<T>) sight = {.marks = {}};  // absent is zero
  for (std::uint32_t fact = 0; fact < kFootFacts; ++fact)
    visitor.field(1 + fact, sight.marks[fact], FootMark::kMissing);
  visitor.flag(10, sight.has_foot);
  visitor.flag(11, sight.by_script);
}

template <class V, Is<HomeSight> T>
void describe(V& visitor, T& sight) {
  visitor.field(1, sight.dated);
  visitor.field(2, sight.newest_shown);
  visitor.field(3, sight.newest_hidden);
  visitor.field(4, sight.undated_headlines);
  visitor.flag(5, sight.cut);
  visitor.flag(6, sight.by_script);
}

template <class V, Is<DocumentSight> T>
void describe(V& visitor, T& sight) {
  visitor.field(1, sight.title);
  visitor.field(2, sight.number);
  visitor.field(3, sight.validity);
  visitor.flag(4, sight.marked);
  visitor.field(5, sight.published);
  visitor.field(6, sight.written);
  visitor.field(7, sight.expires);
  visitor.field(8, sight.meta);
  visitor.flag(9, sight.written_is_labelled);
  visitor.flag(10, sight.published_is_labelled);
  visitor.flag(11, sight.in_library);
  visitor.flag(12, sight.has_table);
  visitor.flag(13, sight.has_text);
  visitor.flag(14, sight.has_file);
  visitor.flag(15, sight.number_is_blank);
  visitor.flag(16, sight.written_is_blank);
  visitor.flag(17, sight.published_is_blank);
  visitor.flag(18, sight.validity_is_blank);
}

template <class V, Is<ArticleDays> T>
void describe(V& visitor, T& article) {
  visitor.field(1, article.shown);
  visitor.field(2, article.meta);
  visitor.field(3, article.url);
  visitor.field(4, article.signed_on);
  visitor.flag(5, article.is_document);
}

template <class V, Is<ConsultationSight> T>
void describe(V& visitor, T& sight) {
  visitor.field(1, sight.deadline);
  visitor.flag(2, sight.says_open);
  visitor.flag(3, sight.has_result);
}

template <class V, Is<NewMarksSight> T>
void describe(V& visitor, T& sight) {
  visitor.field(1, sight.marks);
  visitor.field(2, sight.items);
  visitor.field(3, sight.items_dated);
  visitor.field(4, sight.newest);
}

template <class V, Is<ContentTree> T>
void describe(V& visitor, T& tree) {
  visitor.field(1, tree.shape, ContentShape::kList);
  visitor.field(2, tree.name);
  visitor.field(3, tree.tags);
  visitor.flag(4, tree.owes_tags);
  visitor.flag(5, tree.is_government);
  visitor.nested(6, tree.foot);
  visitor.nested(7, tree.home);
  visitor.nested(8, tree.document);
  visitor.nested(9, tree.days);
  visitor.nested(10, tree.consultation);
  visitor.nested(11, tree.marks);
  visitor.field(12, tree.repeals);
  visitor.field(13, tree.repeals_day);
  visitor.field(14, tree.repeals_effective);
}

template <class V, Is<ContentRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.reader);
  visitor.field(2, record.read);
  visitor.hashes(3, record.titles);
  visitor.field(4, record.prolongs);
  visitor.field(5, record.own_day);
  visitor.flag(6, record.own_day_is_sure);
  visitor.nested(7, record.tree);
}

template <class V, Is<MailTextRecord> T>
void describe(V& visitor, T& record) {
  visitor.field(1, record.text);
}

template <class T>
void Encoder::nested(std::uint32_t tag, const T& value) {
  std::string inner;
  Encoder encoder(inner);
  describe(encoder, value);
  put_field_bytes(tag, inner);
}

template <class T>
void Encoder::field(std::uint32_t tag, const std::vector<T>& values) {
  for (const T& value : values) nested(tag, value);
}

template <class T>
void Decoder::nested(std::uint32_t tag, T& value) {
  if (!find(tag, Kind::kBytes)) return;
  Decoder inner(bytes_);
  describe(inner, value);
  if (!inner.finish()) return refuse();
  next();
}

template <class T>
void Decoder::field(std::uint32_t tag, std::vector<T>& values) {
  while (find(tag, Kind::kBytes)) nested(tag, values.emplace_back());
}

template <class Record>
constexpr RecordType kTypeOf = RecordType::kUrl;
template <>
constexpr RecordType kTypeOf<LadderRecord> = RecordType::kLadder;
template <>
constexpr RecordType kTypeOf<HostRecord> = RecordType::kHost;
template <>
constexpr RecordType kTypeOf<PatrolRecord> = RecordType::kPatrol;
template <>
constexpr RecordType kTypeOf<Finding> = RecordType::kFinding;
template <>
constexpr RecordType kTypeOf<TransitionRecord> = RecordType::kTransition;
template <>
constexpr RecordType kTypeOf<RefRecord> = RecordType::kRef;
template <>
constexpr RecordType kTypeOf<SiteRecord> = RecordType::kSite;
template <>
constexpr RecordType kTypeOf<CounterRecord> = RecordType::kCounter;
template <>
constexpr RecordType kTypeOf<SweepRecord> = RecordType::kSweep;
template <>
constexpr RecordType kTypeOf<OutboxRecord> = RecordType::kOutbox;
template <>
constexpr RecordType kTypeOf<NoticeRecord> = RecordType::kNotice;
template <>
constexpr RecordType kTypeOf<DigestRecord> = RecordType::kDigest;
template <>
constexpr RecordType kTypeOf<MailTextRecord> = RecordType::kMailText;
template <>
constexpr RecordType kTypeOf<ColumnRecord> = RecordType::kColumn;
template <>
constexpr RecordType kTypeOf<SlotRecord> = RecordType::kSlot;
template <>
constexpr RecordType kTypeOf<ContentRecord> = RecordType::kContent;

// A struct's own defaults are not what an absent field means: absent is zero.
template <class Record>
Record blank() {
  Record record;
  if constexpr (std::is_same_v<Record, UrlRecord>) record.url_class = UrlClass{};
  if constexpr (std::is_same_v<Record, Finding>) {
    record.severity = Severity{};
    record.state = FindingState{};
    record.episode = 0;
  }
  if constexpr (std::is_same_v<Record, TransitionRecord>) {
    record.from = FindingState{};
    record.to = FindingState{};
    record.episode = 0;
  }
  if constexpr (std::is_same_v<Record, NoticeRecord>) record.episode = 0;
  if constexpr (std::is_same_v<Record, ColumnRecord>) {
    record.sight.method = ListMethod{};
    record.column_class = ColumnClass{};
    record.verdict = ColumnVerdict{};
  }
  return record;
}

}  // namespace

std::string_view record_type_name(RecordType type) {
  switch (type) {
    case RecordType::kUrl:
      return "url";
    case RecordType::kLadder:
      return "ladder";
    case RecordType::kHost:
      return "host";
    case RecordType::kPatrol:
      return "patrol";
    case RecordType::kFinding:
      return "finding";
    case RecordType::kTransition:
      return "transition";
    case RecordType::kRef:
      return "reference";
    case RecordType::kLinks:
      return "links";
    case RecordType::kSite:
      return "site";
    case RecordType::kCounter:
      return "counter";
    case RecordType::kSweep:
      return "sweep";
    case RecordType::kOutbox:
      return "outbox";
    case RecordType::kNotice:
      return "notice";
    case RecordType::kDigest:
      return "digest";
    case RecordType::kMailText:
      return "mail text";
    case RecordType::kColumn:
      return "column";
    case RecordType::kProbeHour:
      return "probe hour";
    case RecordType::kProbeDay:
      return "probe day";
    case RecordType::kSlot:
      return "slot";
    case RecordType::kContent:
      return "content";
  }
  return "unknown";
}

void begin_record(RecordType type, std::string& out) {
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(kVersion));
}

void end_record(std::size_t begin, std::string& out) {
  put_fixed32(out, checksum(std::string_view(out).substr(begin)));
}

Result<std::string_view> open_record(RecordType type, std::string_view bytes) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes) return malformed(type, "is shorter than an empty record");
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  std::string expected;
  put_fixed32(expected, checksum(body));
  if (bytes.substr(body.size()) != expected) return malformed(type, "fails its checksum");
  if (static_cast<std::uint8_t>(body[0]) != static_cast<std::uint8_t>(type)) {
    return malformed(type, "holds a record of type " + std::to_string(static_cast<std::uint8_t>(body[0])));
  }
  if (static_cast<std::uint8_t>(body[1]) != kVersion) {
    return malformed(type, "has version " + std::to_string(static_cast<std::uint8_t>(body[1])) +
                               ", this program knows " + std::to_string(kVersion));
  }
  return body.substr(kHeaderBytes);
}

template <class Record>
void encode_record(const Record& record, std::string& out) {
  const std::size_t begin = out.size();
  begin_record(kTypeOf<Record>, out);
  Encoder encoder(out);
  describe(encoder, record);
  end_record(begin, out);
}

template <class Record>
Result<Record> decode_record(std::string_view bytes) {
  const Result<std::string_view> fields = open_record(kTypeOf<Record>, bytes);
  if (!fields) return fields.error();
  Record record = blank<Record>();
  Decoder decoder(fields.value());
  describe(decoder, record);
  if (!decoder.finish()) return malformed(kTypeOf<Record>, "has a malformed field");
  return record;
}

#define XUNCHA_RECORD(Record)                                       \
  template void encode_record<Record>(const Record&, std::string&); \
  template Result<Record> decode_record<Record>(std::string_view);
XUNCHA_RECORD(UrlRecord)
XUNCHA_RECORD(LadderRecord)
XUNCHA_RECORD(HostRecord)
XUNCHA_RECORD(PatrolRecord)
XUNCHA_RECORD(Finding)
XUNCHA_RECORD(TransitionRecord)
XUNCHA_RECORD(RefRecord)
XUNCHA_RECORD(SiteRecord)
XUNCHA_RECORD(CounterRecord)
XUNCHA_RECORD(SweepRecord)
XUNCHA_RECORD(OutboxRecord)
XUNCHA_RECORD(NoticeRecord)
XUNCHA_RECORD(DigestRecord)
XUNCHA_RECORD(MailTextRecord)
XUNCHA_RECORD(ColumnRecord)
XUNCHA_RECORD(SlotRecord)
XUNCHA_RECORD(ContentRecord)
#undef XUNCHA_RECORD

}  // namespace xuncha
