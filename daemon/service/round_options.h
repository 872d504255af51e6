#pragma once

#include <chrono>
#include <vector>

#include "crawler/frontier.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/patrol.h"

namespace xuncha {

// From what is configured to what a round, the frontier and the fetcher are told. Pure.

PatrolOptions round_options(const SiteConfig& site, const RulesConfig& rules);

// What columns of this site are judged by.
ColumnLimits column_limits(const Thresholds& thresholds);
ContentLimits content_limits(const Thresholds& thresholds);
SlotLimits slot_limits(const Thresholds& thresholds);
std::vector<ColumnSetting> column_settings(const SiteConfig& site);

// How often the site's home page is looked at, which is how often a round begins at least.
std::chrono::seconds home_interval(const SiteConfig& site);

// The manners of the process: those of `defaults`.
FrontierOptions frontier_options(const SiteOptions& defaults);

}  // namespace xuncha
