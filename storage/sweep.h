#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/records.h"
#include "core/result.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/store_options.h"

namespace xuncha {

// Retention of one site, a bounded step at a time (Store::sweep). First it learns which numbers are still linked to or
// redirected to by anything kept, then it removes what nothing needs. Confined to the writer's thread.
class Sweeper {
 public:
  struct Step {
    std::uint64_t looked_at = 0;
    std::uint64_t removed = 0;
    bool finished = false;
  };

  struct Time {
    WallTime now{};
    Retention retention;
  };

  // Adds this step's deletes, and the place to go on from, to `set`. `site_record` is the site's line, whose next_url
  // grows over numbers that are removed.
  Result<Step> step(Database& database, SiteRecord& site_record, const Time& time, WriteSet& set);

 private:
  enum class Phase : std::uint32_t { kLinks, kRedirects, kUrls, kLadders, kFindings, kColumns, kSlots, kDone };

  Status begin(Database& database, SiteNumber site, const Time& time, WriteSet& set);
  Status thin_patrols(Database& database, SiteNumber site, const Time& time, WriteSet& set);
  Status look(Database& database, SiteRecord& site_record, const Time& time, WriteSet& set, Step& step);
  void note_linked(UrlNumber number);
  bool outlived(const UrlRecord& record, const Time& time) const;
  Status remove_url(Database& database, SiteRecord& site_record, std::string_view key, const UrlRecord& record,
                    WriteSet& set);
  Status remove_finding(Database& database, std::string_view key, WriteSet& set);

  bool begun_ = false;
  Phase phase_ = Phase::kLinks;
  std::string cursor_;
  std::vector<bool> linked_;
  std::map<std::uint32_t, WallTime> patrol_starts_;
};

// Where the place to go on from is kept.
std::string sweep_key(SiteNumber site);

}  // namespace xuncha
