// What the store costs a patrol: processor time with its background threads, bytes and memory. Prints figures; the
// bound it asserts is far above them, to catch a change of kind. XUNCHA_COST_PAGES=20000 for the figures in
// docs/TESTING.md.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "storage/links.h"
#include "storage/store.h"
#include "tests/storage/scratch.h"

namespace xuncha {
namespace {

constexpr int kLinksPerPage = 113;
constexpr int kNavigationLinks = 60;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Of the calling thread alone.
double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

long resident_kib() {
  std::ifstream status("/proc/self/statm");
  long total = 0;
  long resident = 0;
  status >> total >> resident;
  return resident * 4;
}

// A portal's pages: one navigation block on all, lists of articles that overlap between neighbours.
class Portal {
 public:
  Portal() {
    for (int index = 0; index < kNavigationLinks; ++index)
      navigation_.push_back("政务公开栏目" + std::to_string(index));
    for (int index = 0; index < 997; ++index) {
      titles_.push_back("关于做好" + std::to_string(index * 7919 % 1000) + "年度政务信息公开工作的通知第" +
                        std::to_string(index) + "号");
    }
  }

  std::vector<StoredLinkView> links(int page) const {
    std::vector<StoredLinkView> links;
    for (int index = 0; index < kLinksPerPage; ++index) {
      StoredLinkView& link = links.emplace_back();
      const bool navigation = index < kNavigationLinks;
      const int article = page + index * 37;
      link.target = static_cast<UrlNumber>(navigation ? 1 + index : 100 + article);
      link.region = navigation ? Region::kNav : Region::kMain;
      link.tag = index % 10 == 9 ? "img" : "a";
      link.text = navigation ? navigation_[static_cast<std::size_t>(index)]
                             : titles_[static_cast<std::size_t>(article) % titles_.size()];
      link.line = static_cast<std::uint32_t>(40 + index * 2 + page % 5);
    }
    return links;
  }

 private:
  std::vector<std::string> navigation_;
  std::vector<std::string> titles_;
};

UrlEntry url_of(UrlNumber number, bool visited) {
  UrlEntry entry;
  entry.record.number = number;
  entry.record.url = "http://www.example.gov.cn/xxgk/zcfg/t2021" + std::to_string(number * 31) + ".html";
  entry.key = fingerprint(entry.record.url);
  entry.record.depth = 4;
  entry.record.referrer = number / 2;
  entry.record.patrol_linked = 1;
  if (!visited) return entry;
  entry.record.patrol_visited = 1;
  entry.record.visited = WallTime(Milliseconds(1617768000000));
  entry.record.status = 200;
  entry.record.etag = "\"5f8e-5bf4\"";
  entry.record.last_modified = "Wed, 07 Apr 2021 04:00:00 GMT";
  entry.record.body_hash = number * 0x9e3779b97f4a7c15u;
  entry.record.bytes = 36'000;
  entry.record.content_type = "text/html; charset=utf-8";
  entry.record.title = "关于做好年度政务信息公开工作的通知";
  entry.record.charset = "utf-8";
  return entry;
}

void measure(const char* name, const StoreOptions& options) {
  const char* wanted = std::getenv("XUNCHA_COST_PAGES");
  const int pages = wanted ? std::atoi(wanted) : 2'000;
  const Scratch scratch(Scratch::Place::kDisk);
  const Portal portal;
  malloc_trim(0);
  const long resident_before = resident_kib();
  double encode_seconds = 0;
  long resident_peak = 0;
  const double begin = processor_seconds();
  {
    Result<std::unique_ptr<Store>> opened = Store::open(scratch.path(), options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    Store& store = *opened.value();
    const SiteHandle site = store.site("www.example.gov.cn").value();
    SteadyTime now{};
    for (int page = 0; page < pages; ++page) {
      Visit visit;
      visit.site = site;
      const auto number = static_cast<UrlNumber>(page + 1);
      visit.page = url_of(number, true);
      const double encode_begin = thread_seconds();
      visit.links = links_to_store(portal.links(page), visit.page->record);
      encode_seconds += thread_seconds() - encode_begin;
      visit.urls.push_back(url_of(static_cast<UrlNumber>(pages + 2 * page + 1), false));
      visit.urls.push_back(url_of(static_cast<UrlNumber>(pages + 2 * page + 2), false));
      ASSERT_TRUE(store.commit(visit).ok());
      now += Milliseconds(2);
      ASSERT_TRUE(store.tick(now).ok());
      if (page % 256 == 0) resident_peak = std::max(resident_peak, resident_kib());
    }
  }
  const double seconds = processor_seconds() - begin;
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(".sst") || file.ends_with(".log")) bytes += entry.file_size();
  }
  std::printf(
      "%s: %d pages, %.1f us a visit (of it making and encoding the links %.1f), %.0f bytes a page on disk, %ld KiB "
      "resident more\n",
      name, pages, seconds / pages * 1e6, encode_seconds / pages * 1e6, static_cast<double>(bytes) / pages,
      resident_peak - resident_before);

  Result<std::unique_ptr<Store>> again = Store::open(scratch.path(), options);
  if (!options.durable) return;
  ASSERT_TRUE(again.ok());
  const double read_begin = processor_seconds();
  std::size_t count = 0;
  const SiteHandle site = *again.value()->find_site("www.example.gov.cn");
  ASSERT_TRUE(again.value()->for_each_link(site, [&](UrlNumber, const StoredLinkView&) { ++count; }).ok());
  EXPECT_EQ(count, static_cast<std::size_t>(pages) * kLinksPerPage);
  const double links_end = processor_seconds();
  ASSERT_TRUE(again.value()->for_each_url(site, [&](const UrlEntry&) { ++count; }).ok());
  std::printf("  one pass over all links %.1f us a page, over all URLs %.2f us each\n",
              (links_end - read_begin) / pages * 1e6, (processor_seconds() - links_end) / (3 * pages) * 1e6);
  EXPECT_LT(seconds / pages, 2e-3);
}

TEST(StoreCost, House_a_visit_costs_microseconds) {
  measure("daemon", StoreOptions::for_daemon());
  measure("check --data-dir", StoreOptions::for_check());
  measure("check", StoreOptions::temporary());
}

}  // namespace
}  // namespace xuncha
