#include "storage/outbox.h"

#include <algorithm>

#include "core/digest.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace xuncha {
namespace {

template <class Record>
std::string encoded(const Record& record) {
  std::string value;
  encode_record(record, value);
  return value;
}

Error damaged(const Database& database, const Error& error) {
  return Error{error.code, database.directory().string() + " (table outbox)",
               error.where + " " + error.message + "; " + corruption_advice(database.directory())};
}

template <class Record>
Result<std::optional<Record>> read_one(const Database& database, std::string_view key) {
  const Result<std::optional<std::string>> value = database.get(Table::kOutbox, key);
  if (!value) return value.error();
  if (!value.value()) return std::optional<Record>();
  Result<Record> record = decode_record<Record>(*value.value());
  if (!record) return damaged(database, record.error());
  return std::optional<Record>(std::move(record).value());
}

// Every record whose key begins with `from`.
template <class Record>
Result<std::vector<Record>> read_all(const Database& database, const std::string& from) {
  std::string to = from;
  ++to.back();  // the bytes of a fingerprint may be 0xff: then the range ends with the kind
  if (to.back() == '\0') to = from.substr(0, kSitePrefixBytes) + static_cast<char>(from[kSitePrefixBytes] + 1);
  std::vector<Record> records;
  std::optional<Error> fault;
  const Status scanned = database.scan(Table::kOutbox, from, to, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(from)) return false;
    Result<Record> record = decode_record<Record>(value);
    if (!record) {
      fault = damaged(database, record.error());
      return false;
    }
    records.push_back(std::move(record).value());
    return true;
  });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return records;
}

}  // namespace

bool MailStep::empty() const {
  return mails.empty() && tried.empty() && mails_gone.empty() && notices.empty() && notices_gone.empty() &&
         digests.empty();
}

Status Outbox::commit(const MailStep& step) {
  if (step.empty()) return Done{};
  Database& database = store_.database();
  WriteSet set;
  for (const std::string& message_id : step.mails_gone) {
    database.erase(set, Table::kOutbox, mail_key(MailKey::kState, message_id));
    database.erase(set, Table::kOutbox, mail_key(MailKey::kText, message_id));
  }
  for (const OutboxMail& mail : step.mails) {
    const std::string& message_id = mail.record.message_id;
    database.put(set, Table::kOutbox, mail_key(MailKey::kState, message_id), encoded(mail.record));
    database.put(set, Table::kOutbox, mail_key(MailKey::kText, message_id), encoded(MailTextRecord{mail.text}));
  }
  for (const OutboxRecord& record : step.tried) {
    database.put(set, Table::kOutbox, mail_key(MailKey::kState, record.message_id), encoded(record));
    if (record.state != MailState::kSent) continue;
    database.erase(set, Table::kOutbox, mail_key(MailKey::kText, record.message_id));
  }
  for (const NoticeName& name : step.notices_gone) {
    database.erase(set, Table::kOutbox, notice_key(name.recipient, name.finding_id));
  }
  for (const NoticeRecord& notice : step.notices) {
    database.put(set, Table::kOutbox, notice_key(notice.recipient, notice.finding_id), encoded(notice));
  }
  for (const DigestRecord& digest : step.digests) {
    database.put(set, Table::kOutbox, mail_key(MailKey::kDigest, digest.recipient), encoded(digest));
  }
  return store_.write_decision(set);
}

Result<std::vector<OutboxRecord>> Outbox::mails() const {
  auto records = read_all<OutboxRecord>(store_.database(), mail_range(MailKey::kState));
  if (!records) return records;
  std::sort(records.value().begin(), records.value().end(), [](const OutboxRecord& left, const OutboxRecord& right) {
    return std::pair(left.created, std::string_view(left.message_id)) <
           std::pair(right.created, std::string_view(right.message_id));
  });
  return records;
}

Result<std::optional<std::string>> Outbox::text(std::string_view message_id) const {
  auto record = read_one<MailTextRecord>(store_.database(), mail_key(MailKey::kText, message_id));
  if (!record) return record.error();
  if (!record.value()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(record.value()->text));
}

Result<std::optional<NoticeRecord>> Outbox::notice(std::string_view recipient, std::string_view finding_id) const {
  return read_one<NoticeRecord>(store_.database(), notice_key(recipient, finding_id));
}

Result<std::vector<NoticeRecord>> Outbox::notices(std::string_view recipient) const {
  return read_all<NoticeRecord>(store_.database(), mail_key(MailKey::kNotice, recipient));
}

Result<std::vector<DigestRecord>> Outbox::digests() const {
  return read_all<DigestRecord>(store_.database(), mail_range(MailKey::kDigest));
}

Status Outbox::forget(std::string_view recipient) {
  const auto known = notices(recipient);
  if (!known) return known.error();
  WriteSet set;
  for (const NoticeRecord& notice : known.value()) {
    store_.database().erase(set, Table::kOutbox, notice_key(recipient, notice.finding_id));
  }
  store_.database().erase(set, Table::kOutbox, mail_key(MailKey::kDigest, recipient));
  return store_.write_decision(set);
}

}  // namespace xuncha
