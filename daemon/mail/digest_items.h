#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/mail/digest.h"

namespace xuncha {

// Cases of one site, rule and root cause: one item of a digest. Internal to digest*.cc.
struct DigestItem {
  News news = News::kOpened;
  Severity severity = Severity::kInfo;
  std::string_view site;
  std::string_view host;                 // where the root cause is a whole host; else empty
  std::vector<const Finding*> findings;  // the one with the most places first
  std::uint64_t places = 0;
};

// All items, in the order in which they are to be told: opened, still open, closed; each worst first.
std::vector<DigestItem> digest_items(const std::vector<DigestCase>& cases);

// The first of each kind, up to its bound, by site in order of appearance; and how many were left out.
struct DigestPlan {
  struct Site {
    std::string_view id;
    std::vector<const DigestItem*> items;
    std::uint64_t left_out = 0;
  };
  std::vector<Site> sites;
  std::uint64_t sites_left_out = 0;                      // of which nothing is shown
  std::uint64_t items_left_out = 0;                      // of those
  std::uint64_t opened = 0, still_open = 0, closed = 0;  // cases in all
  std::uint64_t site_count = 0;
};
DigestPlan plan_digest(const std::vector<DigestItem>& items);

}  // namespace xuncha
