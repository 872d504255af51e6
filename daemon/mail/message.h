#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "daemon/report/texts.h"

namespace xuncha {

// One mail as it is handed to a server: RFC 5322 headers and a multipart/alternative body (RFC 2046 5.1.4) of a plain
// and an HTML part, both UTF-8 in base64. Pure; any thread.

struct MailMessage {
  std::string from_name;  // may be empty; any text
  std::string from_address;
  std::string to_address;
  std::string subject;     // any text: controls become visible, more than limits::kMailSubjectBytesMax is cut off
  std::string message_id;  // from message_id(), without <>
  WallTime date{};         // told in Beijing time
  Language language = Language::kChinese;
  std::string text;  // lines end in \n; controls within are the writer's business (visible_text)
  std::string html;
};

// The bytes: ASCII, lines of at most 78 characters that end in CRLF, none begins with a dot. Nothing in a name, subject
// or body can add a header, a part, or an end of data. The addresses must be ones (is_mail_address): CHECK.
std::string write_message(const MailMessage& message);

// A plain ASCII address of RFC 5321 4.1.2, "local@domain": dot-atom (no quoted local part), at most 254 bytes.
bool is_mail_address(std::string_view text);

// "<32 hex>@<domain of `from_address`>" of what makes the mail what it is: equal content has an equal name.
std::string message_id(std::string_view content, std::string_view from_address);

}  // namespace xuncha
