#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/records.h"
#include "core/result.h"

namespace xuncha {

class Store;

// A mail with its bytes, as it goes into the store.
struct OutboxMail {
  OutboxRecord record;
  std::string text;  // headers and body, lines end in CRLF
};

// What a recipient is no longer to be held as told of.
struct NoticeName {
  std::string recipient;
  std::string finding_id;
};

// All that one step of the mail desk changes.
struct MailStep {
  std::vector<OutboxMail> mails;         // new ones
  std::vector<OutboxRecord> tried;       // whose state changed; the bytes of one that was sent are dropped
  std::vector<std::string> mails_gone;   // Message-IDs
  std::vector<NoticeRecord> notices;     // cases that the new mails tell of
  std::vector<NoticeName> notices_gone;  // those that they tell to be closed
  std::vector<DigestRecord> digests;

  bool empty() const;
};

// The mail to be sent, and what each recipient was told, in the store's range that all sites share. A mail
// and the notices it carries are written in one batch that is on the disk when commit() returns: a case is told in one
// mail and no other, whenever the process dies.
//
// Thread rule: the store's: one thread writes, any thread reads. The store must outlive it.
class Outbox {
 public:
  explicit Outbox(Store& store) : store_(store) {}

  // All or nothing, synced. kUnavailable as Store::commit.
  Status commit(const MailStep& step);

  Result<std::vector<OutboxRecord>> mails() const;  // oldest first
  // The bytes of a mail that is waiting or failed; nullopt for another.
  Result<std::optional<std::string>> text(std::string_view message_id) const;
  Result<std::optional<NoticeRecord>> notice(std::string_view recipient, std::string_view finding_id) const;
  Result<std::vector<NoticeRecord>> notices(std::string_view recipient) const;
  Result<std::vector<DigestRecord>> digests() const;
  // Removes all that is known of a recipient's cases: as if they had never been told of any.
  Status forget(std::string_view recipient);

 private:
  Store& store_;
};

}  // namespace xuncha
