#include "daemon/mail/message.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/limits.h"
#include "daemon/report/escape.h"
#include "tests/support/mail_reader.h"

namespace xuncha {
namespace {

constexpr WallTime kNow = WallTime(Milliseconds(1'714'091'400'000));  // 2024-04-26 08:30 in Beijing

MailMessage sample() {
  MailMessage message;
  message.from_name = "示例市巡查";
  message.from_address = "xuncha@example.gov.cn";
  message.to_address = "webmaster@example.gov.cn";
  message.subject = "【巡查】示例市人民政府：新发现 2 项";
  message.message_id = message_id("1", message.from_address);
  message.date = kNow;
  message.text = "第一行\n.\n第二行\n";
  message.html = "<p>第一行</p>\n";
  return message;
}

nlohmann::json read(const MailMessage& message) {
  return test::read_mail(write_message(message), XUNCHA_SOURCE_DIR);
}

TEST(MailMessage, is_read_by_another_parser_as_it_was_written) {
  const nlohmann::json mail = read(sample());
  EXPECT_EQ(mail["headers"]["subject"], sample().subject);
  EXPECT_EQ(mail["sender"], "示例市巡查");
  EXPECT_EQ(mail["from"], "xuncha@example.gov.cn");
  EXPECT_EQ(mail["headers"]["to"], "webmaster@example.gov.cn");
  EXPECT_EQ(mail["headers"]["message-id"], "<" + sample().message_id + ">");
  EXPECT_EQ(mail["date"], "2024-04-26T08:30:00+08:00");
  EXPECT_EQ(mail["headers"]["list-id"], "<xuncha.example.gov.cn>");
  EXPECT_EQ(mail["headers"]["auto-submitted"], "auto-generated");
  EXPECT_EQ(mail["headers"]["precedence"], "bulk");
  EXPECT_EQ(mail["type"], "multipart/alternative");
  EXPECT_EQ(mail["parts"], nlohmann::json({"text/plain utf-8", "text/html utf-8"}));
  EXPECT_EQ(mail["text"], sample().text);
  EXPECT_EQ(mail["html"], sample().html);
  EXPECT_TRUE(mail["defects"].empty()) << mail["defects"];
}

// RFC 5322 2.1.1 and 2.3; RFC 5321 2.3.8 and 4.5.2.
TEST(MailMessage, has_short_ascii_lines_with_whole_line_ends_and_no_leading_dot) {
  MailMessage message = sample();
  message.subject = std::string(5'000, 'x') + " 很长的标题很长的标题很长的标题很长的标题";
  message.from_name = std::string(600, 'y');
  message.text = "..\n.\n" + std::string(10'000, 'z') + "\r\nbare\rcr\n";
  const std::string bytes = write_message(message);
  EXPECT_EQ(bytes.find("\r\n."), std::string::npos);
  const nlohmann::json mail = read(message);
  EXPECT_LE(mail["longest_line"].get<int>(), 78);
  EXPECT_EQ(mail["bare_line_ends"], 0);
  EXPECT_EQ(mail["is_ascii"], true);
  EXPECT_EQ(mail["text"], "..\n.\n" + std::string(10'000, 'z') + "\nbarecr\n");
}

// Every way into the headers or the body that a name or a title could try.
TEST(MailMessage, nothing_in_a_subject_or_name_adds_a_header_a_part_or_an_end) {
  const std::string inert[] = {
      "a\r\nBcc: thief@example.com",
      "a\nBcc: thief@example.com",
      "a\rBcc: thief@example.com",
      std::string("a\0b", 3),
      "=?UTF-8?B?QmNjOiB0aGllZg==?=",
      "=?utf-8?q?=0D=0ABcc:_thief?=",
      "\xff\xfe\x80 broken",
      "x\u202Efdp.exe",
      "\" <thief@example.com>, \"",
      "a\r\n\r\n--=_xuncha_\r\nContent-Type: text/html\r\n\r\n<script>",
      "\r\n.\r\nMAIL FROM:<thief@example.com>",
      "\xe2\x80\xa8 line separator \xc2\x85 next line",
      std::string(1u << 20, 'T'),
      " ",
      "",
      "(comment) @ , ; :",
  };
  const nlohmann::json plain = read(sample());
  for (const std::string& hostile : inert) {
    MailMessage message = sample();
    message.subject = hostile;
    message.from_name = hostile;
    message.text = hostile + "\n";
    const nlohmann::json mail = read(message);
    EXPECT_EQ(mail["names"], plain["names"]) << hostile.substr(0, 80);
    EXPECT_EQ(mail["parts"], plain["parts"]) << hostile.substr(0, 80);
    EXPECT_EQ(mail["headers"]["to"], "webmaster@example.gov.cn");
    EXPECT_EQ(mail["from"], "xuncha@example.gov.cn") << hostile.substr(0, 80);
    EXPECT_TRUE(mail["defects"].empty()) << mail["defects"] << hostile.substr(0, 80);
    EXPECT_LE(mail["longest_line"].get<int>(), 78);
    if (hostile.find_first_not_of(' ') == std::string::npos) continue;
    const std::string shown = visible_text(cut_text(clean_utf8(hostile), limits::kMailSubjectBytesMax));
    EXPECT_EQ(mail["headers"]["subject"], shown);
  }
}

TEST(MailMessage, an_address_is_a_plain_one_of_ascii) {
  const std::string good[] = {"a@b", "web.master+x@example.gov.cn", "xn@xn--fiqs8s.cn", "a_b-c@1.example"};
  const std::string bad[] = {"",
                             "a",
                             "@b",
                             "a@",
                             "a@b@c",
                             "a b@c",
                             "a@b c",
                             "a\r\n@b",
                             "a@b\r\n",
                             "<a@b>",
                             "\"a\"@b",
                             ".a@b",
                             "a.@b",
                             "a..b@c",
                             "a@b..c",
                             "a@.b",
                             "a@-b",
                             "用户@b",
                             "a@中国",
                             std::string(65, 'a') + "@b",
                             "a,b@c",
                             "a@b,c",
                             "a@[1.2.3.4]",
                             "a:b@c",
                             std::string("a\0@b", 4),
                             "a@" + std::string(254, 'b')};
  for (const std::string& address : good) EXPECT_TRUE(is_mail_address(address)) << address;
  for (const std::string& address : bad) EXPECT_FALSE(is_mail_address(address)) << address;
}

TEST(MailMessage, equal_content_has_an_equal_name) {
  EXPECT_EQ(message_id("a", "x@example.gov.cn"), message_id("a", "x@example.gov.cn"));
  EXPECT_NE(message_id("a", "x@example.gov.cn"), message_id("b", "x@example.gov.cn"));
  EXPECT_TRUE(message_id("a", "x@example.gov.cn").ends_with("@example.gov.cn"));
}

}  // namespace
}  // namespace xuncha
