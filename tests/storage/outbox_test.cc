#include "storage/outbox.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/maintenance.h"
#include "storage/store.h"
#include "tests/storage/fault_file_system.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

const std::string kRecipient = "webmaster@example.gov.cn";

std::unique_ptr<Store> open(const Scratch& scratch) {
  Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), small_store_options());
  EXPECT_TRUE(store.ok()) << store.error().message;
  return store ? std::move(store).value() : nullptr;
}

MailStep mail_and_notice(std::uint64_t number) {
  MailStep step;
  step.mails = {sample_mail(number)};
  step.notices = {sample_notice(number)};
  return step;
}

TEST(Outbox, a_mail_its_notices_and_its_digest_come_back_after_reopening) {
  const Scratch scratch;
  {
    const auto store = open(scratch);
    MailStep step = mail_and_notice(1);
    step.digests = {{kRecipient, kSampleTime, kSampleTime - Milliseconds(1)}};
    ASSERT_TRUE(Outbox(*store).commit(step).ok());
  }
  const auto store = open(scratch);
  const Outbox outbox(*store);
  const auto mails = outbox.mails();
  ASSERT_TRUE(mails.ok()) << mails.error().message;
  ASSERT_EQ(mails.value().size(), 1u);
  const OutboxRecord& mail = mails.value()[0];
  EXPECT_EQ(mail.message_id, "1@example.gov.cn");
  EXPECT_EQ(mail.recipient, kRecipient);
  EXPECT_EQ(mail.subject, "巡查");
  EXPECT_EQ(mail.state, MailState::kWaiting);
  EXPECT_EQ(mail.created, kSampleTime + Milliseconds(1));
  EXPECT_EQ(mail.notices, 1u);
  EXPECT_EQ(outbox.text("1@example.gov.cn").value(), sample_mail(1).text);
  const auto notice = outbox.notice(kRecipient, sample_finding_id(1)).value();
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->message_id, "1@example.gov.cn");
  EXPECT_EQ(notice->episode, 1u);
  EXPECT_EQ(notice->site, "www.example.gov.cn");
  EXPECT_EQ(notice->finding_id, sample_finding_id(1));
  ASSERT_EQ(outbox.digests().value().size(), 1u);
  EXPECT_EQ(outbox.digests().value()[0].last_mailed, kSampleTime - Milliseconds(1));
}

TEST(Outbox, the_bytes_of_a_mail_go_when_it_was_sent_and_stay_when_it_failed) {
  const Scratch scratch;
  const auto store = open(scratch);
  Outbox outbox(*store);
  MailStep made;
  made.mails = {sample_mail(2), sample_mail(1)};
  ASSERT_TRUE(outbox.commit(made).ok());
  auto mails = outbox.mails().value();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].message_id, "1@example.gov.cn") << "oldest first";
  mails[0].state = MailState::kSent;
  mails[1].state = MailState::kFailed;
  mails[1].last_error = "550 no such user";
  MailStep tried;
  tried.tried = mails;
  ASSERT_TRUE(outbox.commit(tried).ok());
  EXPECT_FALSE(outbox.text("1@example.gov.cn").value());
  EXPECT_EQ(outbox.text("2@example.gov.cn").value(), sample_mail(2).text);
  MailStep gone;
  gone.mails_gone = {"1@example.gov.cn", "2@example.gov.cn"};
  ASSERT_TRUE(outbox.commit(gone).ok());
  EXPECT_TRUE(outbox.mails().value().empty());
  EXPECT_FALSE(outbox.text("2@example.gov.cn").value());
}

TEST(Outbox, a_recipient_has_notices_of_their_own_and_can_be_forgotten) {
  const Scratch scratch;
  const auto store = open(scratch);
  Outbox outbox(*store);
  MailStep step;
  std::vector<std::string> others;
  for (int index = 0; index < 600; ++index) others.push_back("p" + std::to_string(index) + "@example.gov.cn");
  for (const std::string& recipient : others) {  // with fingerprints that end in every byte, 0xff too
    step.notices.push_back(sample_notice(7));
    step.notices.back().recipient = recipient;
  }
  step.notices.push_back(sample_notice(8));
  step.notices.push_back(sample_notice(9));
  step.digests = {{kRecipient, kSampleTime, kSampleTime}};
  ASSERT_TRUE(outbox.commit(step).ok());
  for (const std::string& recipient : others) ASSERT_EQ(outbox.notices(recipient).value().size(), 1u) << recipient;
  EXPECT_EQ(outbox.notices(kRecipient).value().size(), 2u);
  MailStep closed;
  closed.notices_gone = {{kRecipient, sample_finding_id(8)}};
  ASSERT_TRUE(outbox.commit(closed).ok());
  EXPECT_EQ(outbox.notices(kRecipient).value().size(), 1u);
  ASSERT_TRUE(outbox.forget(kRecipient).ok());
  EXPECT_TRUE(outbox.notices(kRecipient).value().empty());
  EXPECT_TRUE(outbox.digests().value().empty());
  EXPECT_EQ(outbox.notices(others[0]).value().size(), 1u);
}

// A store that an older program made has no such table.
TEST(Outbox, an_older_store_is_read_checked_and_opened) {
  const Scratch scratch;
  {
    const auto store = open(scratch);
    const SiteHandle site = store->site("a").value();
    ASSERT_TRUE(store->commit(sample_decision(site, 1)).ok());
  }
  {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, scratch.path().string(), &names).ok());
    for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, scratch.path().string(), families, &handles, &raw).ok());
    const std::unique_ptr<rocksdb::DB> database(raw);
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      if (handle->GetName() != "outbox" && handle->GetName() != "probe") continue;
      ASSERT_TRUE(database->DropColumnFamily(handle).ok());
    }
    for (rocksdb::ColumnFamilyHandle* handle : handles) database->DestroyColumnFamilyHandle(handle);
  }
  {
    const auto reader = Store::open_read_only(scratch.path());
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    EXPECT_TRUE(Outbox(*reader.value()).mails().value().empty());
    EXPECT_FALSE(Outbox(*reader.value()).text("1@example.gov.cn").value());
    EXPECT_GT(reader.value()->bytes(), 0u);
  }
  EXPECT_TRUE(check_store(scratch.path()).value().sound());
  const auto store = open(scratch);
  ASSERT_TRUE(store);
  EXPECT_TRUE(Outbox(*store).commit(mail_and_notice(1)).ok());
  EXPECT_EQ(Outbox(*store).mails().value().size(), 1u);
}

TEST(Outbox, check_names_a_mail_without_bytes_and_salvage_leaves_it_out) {
  const Scratch scratch;
  {
    const auto store = open(scratch);
    MailStep step = mail_and_notice(1);
    step.mails.push_back(sample_mail(2));
    ASSERT_TRUE(Outbox(*store).commit(step).ok());
    WriteSet set;
    store->database().erase(set, Table::kOutbox, mail_key(MailKey::kText, "2@example.gov.cn"));
    store->database().put(set, Table::kOutbox, text_key(0, 'z', "what"), "garbage");
    ASSERT_TRUE(store->write_decision(set).ok());
  }
  const auto report = check_store(scratch.path());
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report.value().faults.size(), 2u);
  EXPECT_NE(report.value().faults[0].what.find("no known shape"), std::string::npos);
  EXPECT_NE(report.value().faults[1].what.find("bytes of a mail are missing"), std::string::npos);
  const Scratch copy;
  const auto salvaged = salvage_store(scratch.path(), copy.path() / "new");
  ASSERT_TRUE(salvaged.ok()) << salvaged.error().message;
  EXPECT_EQ(salvaged.value().lost_total, 2u);
  EXPECT_TRUE(check_store(copy.path() / "new").value().sound());
  const auto kept = Store::open_read_only(copy.path() / "new");
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(Outbox(*kept.value()).mails().value().size(), 1u);
  EXPECT_EQ(Outbox(*kept.value()).text("1@example.gov.cn").value(), sample_mail(1).text);
  EXPECT_EQ(Outbox(*kept.value()).notices(kRecipient).value().size(), 1u);
}

// A mail is there with all of its notices or not at all, also after a power cut; one that was acknowledged is there.
TEST(Outbox, a_power_cut_leaves_no_mail_without_its_notices) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 6; ++round) {
    const Scratch scratch;
    const auto system = std::make_shared<FaultFileSystem>();
    StoreOptions options = small_store_options();
    options.file_system = system;
    const std::uint64_t made = 1 + random() % 40;
    std::uint64_t acknowledged = 0;
    {
      Result<std::unique_ptr<Store>> store = Store::open(scratch.path(), options);
      ASSERT_TRUE(store.ok()) << store.error().message;
      if (round % 3 == 0) system->fail_change(static_cast<std::int64_t>(1 + random() % 30), false);
      for (std::uint64_t number = 1; number <= made; ++number) {
        if (!Outbox(*store.value()).commit(mail_and_notice(number))) break;
        acknowledged = number;
      }
      system->cut_power();
    }
    system->settle(round % 2 != 0 ? FaultFileSystem::Tail::kTorn : FaultFileSystem::Tail::kDropped, random);
    const auto store = open(scratch);
    ASSERT_TRUE(store);
    const Outbox outbox(*store);
    const auto mails = outbox.mails().value();
    EXPECT_GE(mails.size(), acknowledged);
    EXPECT_EQ(outbox.notices(kRecipient).value().size(), mails.size());
    for (const OutboxRecord& mail : mails) EXPECT_TRUE(outbox.text(mail.message_id).value());
  }
}

}  // namespace
}  // namespace xuncha
