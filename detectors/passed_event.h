#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/civil.h"
#include "core/clock.h"

namespace xuncha {

// Does a title in a place of honour (carousel, headline) announce what is over? The day on which it was, where the
// wording alone makes that plain, and only well after that day:
//  - a last day that it names, 30 days after it: 公开征集意见（截止2021年3月1日）; the end of a period only where the
//    words before it call it the time to apply (报名时间：…), since subsidies are for periods too;
//  - what it looks forward to or celebrates, 90 days after it: 喜迎国庆70周年, 欢度2020年春节, 迎接党的二十大;
//  - the yearly sessions as a topic, 180 days after their month: 2019年全国两会专题.
// nullopt for all else, for news about such events, and for what calls itself a look back (回顾, 历史专题, 归档).
// Source: 发布解读 of 国办秘函〔2019〕19号; wording and spans are our own. Pure, linear.
std::optional<CivilDay> passed_event(std::string_view title, WallTime now);

// The same of a title in a list of topics (专题专栏), where it names the topic itself, so that less wording makes it
// plain; `topics` are all titles of the list. Besides what passed_event() tells:
//  - the yearly sessions and festivals that are named with their year and nothing else: 2023年全国两会, 2022年国庆专题.
// A jubilee has its whole year. nullopt for each of a list that leads to the archive of topics (往期专题, 专题归档),
// for a topic beside the same of another year, and for what has a year for another
// reason: plans, reports, what a law asks to be kept (2021年政府信息公开年报, 2023年两会建议提案办理).
std::optional<CivilDay> passed_topic(std::string_view title, std::span<const std::string_view> topics, WallTime now);

}  // namespace xuncha
