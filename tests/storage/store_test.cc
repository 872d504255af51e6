#include "storage/store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "storage/links.h"

namespace xuncha {
namespace {

TEST(Store, smoke) {
  char dir[] = "/tmp/xuncha_store_XXXXXX";
  ASSERT_TRUE(mkdtemp(dir));
  {
    auto opened = Store::open(dir, StoreOptions::for_check());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    Store& store = *opened.value();
    auto site = store.site("www.example.gov.cn");
    ASSERT_TRUE(site.ok());
    Visit visit;
    visit.site = site.value();
    visit.page = UrlEntry{fingerprint("a"), {}};
    visit.page->record.number = 1;
    visit.page->record.url = "http://www.example.gov.cn/";
    ASSERT_TRUE(store.commit(visit).ok());
  }
  {
    auto opened = Store::open(dir, StoreOptions::for_check());
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    auto got = opened.value()->url(*opened.value()->find_site("www.example.gov.cn"), fingerprint("a"));
    ASSERT_TRUE(got.ok() && got.value());
    EXPECT_EQ(got.value()->number, 1u);
  }
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace xuncha
