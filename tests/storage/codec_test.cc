#include "storage/codec.h"

#include <gtest/gtest.h>

#include <string>

#include "storage/keys.h"
#include "storage/links.h"
#include "storage/wire.h"
#include "tests/storage/sample.h"

namespace xuncha {
namespace {

constexpr WallTime kNoon = WallTime(Milliseconds(1617768000123));

Finding full_finding() {
  Finding finding;
  finding.rule = "link.broken";
  finding.severity = Severity::kMajor;
  finding.state = FindingState::kOpen;
  finding.episode = 2;
  finding.subject = "http://www.example.gov.cn/通知.doc";
  finding.reason = {ReasonCode::kHttpStatus, 404};
  finding.first_seen = kNoon;
  finding.last_seen = kNoon + Milliseconds(5);
  finding.opened = WallTime{};
  finding.last_transition = WallTime(Milliseconds(-1));
  finding.confirmations = 3;
  finding.where = {{"http://www.example.gov.cn/", "附件", Region::kMain, "a", 12}, {"", "", Region::kNone, "", 0}};
  finding.where_total = 4'000;
  Attempt attempt;
  attempt.at = kNoon;
  attempt.phase = Phase::kBody;
  attempt.family = Family::kIpv6;
  attempt.address = IpAddress{Family::kIpv6, {0x20, 1, 0xd, 0xb8}};
  attempt.status = 404;
  attempt.error = "timeout";
  attempt.seconds = 0.125;
  finding.evidence.attempts = {attempt, Attempt{}};
  finding.evidence.redirects = {{302, "/404.html"}};
  finding.evidence.headers = {{"content-type", "text/html"}, {"", ""}};
  finding.evidence.excerpt = std::string("页面\0不存在", 16);
  finding.evidence.compared = "404";
  return finding;
}

template <class Record>
std::string bytes_of(const Record& record) {
  std::string bytes;
  encode_record(record, bytes);
  return bytes;
}

TEST(Codec, a_finding_comes_back_whole) {
  const Finding finding = full_finding();
  const Result<Finding> back = decode_record<Finding>(bytes_of(finding));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(bytes_of(back.value()), bytes_of(finding));
  EXPECT_EQ(back.value().subject, finding.subject);
  EXPECT_EQ(back.value().reason, finding.reason);
  EXPECT_EQ(back.value().opened, std::optional(WallTime{}));
  EXPECT_EQ(back.value().closed, std::nullopt);
  EXPECT_EQ(back.value().last_transition, finding.last_transition);
  ASSERT_EQ(back.value().where.size(), 2u);
  EXPECT_EQ(back.value().where[0].text, "附件");
  ASSERT_EQ(back.value().evidence.attempts.size(), 2u);
  EXPECT_EQ(back.value().evidence.attempts[0].address, finding.evidence.attempts[0].address);
  EXPECT_EQ(back.value().evidence.attempts[0].seconds, 0.125);
  EXPECT_EQ(back.value().evidence.excerpt, finding.evidence.excerpt);
}

TEST(Codec, zeros_come_back_as_zeros_not_as_a_structs_defaults) {
  UrlRecord home;
  home.url_class = UrlClass::kHome;
  EXPECT_EQ(decode_record<UrlRecord>(bytes_of(home)).value().url_class, UrlClass::kHome);
  TransitionRecord transition;
  transition.to = FindingState::kSuspect;
  transition.episode = 0;
  EXPECT_EQ(decode_record<TransitionRecord>(bytes_of(transition)).value().to, FindingState::kSuspect);
  EXPECT_EQ(decode_record<TransitionRecord>(bytes_of(transition)).value().episode, 0u);
}

// The bytes of schema 1, kept for ever: stores in the field hold them.
TEST(Codec, golden_bytes_of_a_patrol_do_not_change) {
  PatrolRecord patrol;
  patrol.number = 3;
  patrol.started = WallTime(Milliseconds(1'000));
  patrol.complete = true;
  patrol.pages = 300;
  const std::string bytes = bytes_of(patrol);
  EXPECT_EQ(to_hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size() - 4), "0401040308d00f100118ac02");
}

// A patrol of an older program did not look at the other scheme.
TEST(Codec, what_a_patrol_saw_of_the_other_scheme_comes_back) {
  PatrolRecord patrol;
  patrol.number = 3;
  EXPECT_FALSE(decode_record<PatrolRecord>(bytes_of(patrol)).value().other_scheme);
  patrol.other_scheme = {.url = "https://www.a.gov.cn/",
                         .state = SchemeState::kBroken,
                         .reason = {ReasonCode::kTlsName, 0},
                         .seen = WallTime(Milliseconds(5'000))};
  EXPECT_EQ(decode_record<PatrolRecord>(bytes_of(patrol)).value().other_scheme, patrol.other_scheme);
}

TEST(Codec, fields_of_a_newer_program_are_skipped) {
  std::string bytes;
  begin_record(RecordType::kCounter, bytes);
  put_varint(bytes, 1 << 2);
  put_varint(bytes, 7);
  put_varint(bytes, 90 << 2 | 2);
  put_bytes(bytes, "later");
  end_record(0, bytes);
  ASSERT_TRUE(decode_record<CounterRecord>(bytes).ok());
  EXPECT_EQ(decode_record<CounterRecord>(bytes).value().value, 7u);
}

TEST(Codec, another_type_or_version_is_refused_by_name) {
  std::string bytes = bytes_of(CounterRecord{7});
  EXPECT_NE(decode_record<UrlRecord>(bytes).error().message.find("type 10"), std::string::npos);
  bytes.resize(bytes.size() - 4);
  bytes[1] = 9;
  end_record(0, bytes);
  EXPECT_NE(decode_record<CounterRecord>(bytes).error().message.find("version 9"), std::string::npos);
}

TEST(Codec, no_single_flipped_bit_and_no_cut_goes_unseen) {
  const std::string whole = bytes_of(full_finding());
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(decode_record<Finding>(bytes).ok()) << "bit " << bit;
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_EQ(decode_record<Finding>(whole.substr(0, size)).error().code, ErrorCode::kCorruption);
  }
}

TEST(Codec, values_out_of_range_are_refused) {
  for (const std::string& field :
       {std::string("\x0c\x7f"), std::string("\x10\x80\x80\x04"), std::string("\x00\x00", 2)}) {
    std::string bytes;  // url_class 127; depth 65536; tag 0
    begin_record(RecordType::kUrl, bytes);
    bytes += field;
    end_record(0, bytes);
    EXPECT_FALSE(decode_record<UrlRecord>(bytes).ok());
  }
}

TEST(Keys, sort_by_site_then_by_what_follows) {
  EXPECT_LT(number_key(1, 255), number_key(1, 256));
  EXPECT_LT(number_key(1, 0xffffffff), number_key(2, 0));
  EXPECT_LT(fingerprint_key(1, {1, 0}), fingerprint_key(1, {1, 1}));
  EXPECT_LT(ref_key(1, 2, 300), ref_key(1, 3, 1));
  EXPECT_EQ(site_end(1), site_prefix(2));
  EXPECT_EQ(site_end(0xffffffff), "");
}

TEST(Keys, the_newest_transition_of_a_finding_comes_first) {
  const std::string id(32, 'a');
  EXPECT_LT(*history_key(1, id, 8), *history_key(1, id, 7));
  EXPECT_EQ(key_history_sequence(*history_key(1, id, 8)), 8u);
  EXPECT_EQ(key_finding_id(*history_key(1, id, 8)), id);
}

TEST(Keys, an_id_that_is_not_32_hex_digits_has_no_key) {
  EXPECT_FALSE(finding_key(1, std::string(31, 'a')));
  EXPECT_FALSE(finding_key(1, std::string(31, 'a') + "g"));
  EXPECT_FALSE(finding_key(1, std::string(31, 'a') + "A"));
}

std::vector<StoredLink> decoded(const std::string& bytes) {
  std::vector<StoredLink> links;
  EXPECT_TRUE(decode_links(bytes, [&](const StoredLinkView& link) {
                links.push_back(
                    {link.target, link.region, link.role, std::string(link.tag), std::string(link.text), link.line});
              }).ok());
  return links;
}

TEST(Links, come_back_in_order_with_every_tag) {
  std::vector<std::string> tags;
  for (int index = 0; index < 300; ++index) tags.push_back("t" + std::to_string(index));
  std::vector<StoredLinkView> links;
  for (std::uint32_t index = 0; index < 300; ++index) {
    links.push_back({index % 2 ? 0xffffffff - index : index, static_cast<Region>(index % 6),
                     static_cast<LinkRole>(index % 3), tags[index], index % 3 ? "文字" : "", 10'000 - index});
  }
  const std::vector<StoredLink> back = decoded(encode_links(links));
  ASSERT_EQ(back.size(), links.size());
  for (std::size_t index = 0; index < links.size(); ++index) {
    EXPECT_EQ(back[index].target, links[index].target);
    EXPECT_EQ(back[index].region, links[index].region);
    EXPECT_EQ(back[index].role, links[index].role);
    EXPECT_EQ(back[index].text, links[index].text);
    EXPECT_EQ(back[index].line, links[index].line);
    EXPECT_EQ(back[index].tag, index < 254 ? tags[index] : "");  // House: a page has no 255 kinds of elements
  }
}

TEST(Links, House_a_text_is_cut_at_a_character) {
  const std::string text = std::string(199, 'x') + "字";
  const std::vector<StoredLink> back = decoded(encode_links(std::vector<StoredLinkView>{sample_link(1, "a", text, 1)}));
  EXPECT_EQ(back[0].text, std::string(199, 'x'));
}

TEST(Links, the_same_list_is_not_stored_twice) {
  UrlRecord page;
  std::vector<StoredLinkView> links = {sample_link(5, "a", "首页", 1)};
  EXPECT_TRUE(links_to_store(links, page));
  EXPECT_EQ(page.links, 1u);
  EXPECT_FALSE(links_to_store(links, page));
  links[0].line = 2;
  EXPECT_TRUE(links_to_store(links, page));
  EXPECT_TRUE(links_to_store({}, page));
  EXPECT_EQ(page.links, 0u);
  EXPECT_FALSE(links_to_store({}, page));
}

}  // namespace
}  // namespace xuncha
