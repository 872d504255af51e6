#include "daemon/report/availability_texts.h"

namespace xuncha {
namespace {

constexpr AvailabilityTexts kChinese = {
    .availability = "首页可用性",
    .availability_states = {"尚不能判定", "达标", "接近不达标，请尽快排查", "不达标（单项否决标准）"},
    .probes_of_days = "最近 # 天：",
    .probes_counted = "访问首页 # 次，打不开 # 次（其中过慢 # 次）",
    .probes_share = "，占 {}（按抽样误差，实际在 {} 到 {} 之间）",
    .probes_short = "有 # 天的访问不足 # 次，满一周后才能按检查指标判定。",
    .probes_outages = "中断 # 次，最长 # 分钟",
    .probes_longest = "，多在“{}”这一步失败。",
    .probes_void = "另有 # 次不计（约 # 分钟）：本机网络中断、公告维护，或网站拒绝监测程序。",
    .probes_one_open = "本次访问 {} 秒打开；只是一次访问，不是一周的统计。",
    .probes_one_failed = "本次访问没有打开；只是一次访问，不是一周的统计。",
    .probes_one_void = "本次访问不能说明首页能否打开。",
    .probes_over_ipv6 = "用 IPv6：",
};

constexpr AvailabilityTexts kEnglish = {
    .availability = "Home page availability",
    .availability_states = {"not known yet", "good", "at risk: near the line", "failed (veto indicator)"},
    .probes_of_days = "last # days: ",
    .probes_counted = "# visits, # did not open (# of them too slow)",
    .probes_share = ", {} (by chance anything from {} to {})",
    .probes_short = "# days with fewer than # visits: the indicator is judged after a full week.",
    .probes_outages = "# outages, the longest # minutes",
    .probes_longest = ", mostly at: {}.",
    .probes_void =
        "# visits more count for nobody (about # minutes): our own network, announced works, or the site "
        "turns monitors away.",
    .probes_one_open = "Opened in {} s; one visit is no week.",
    .probes_one_failed = "Did not open; one visit is no week.",
    .probes_one_void = "This visit tells nothing of whether the home page opens.",
    .probes_over_ipv6 = "Over IPv6: ",
};

}  // namespace

const AvailabilityTexts& availability_texts(Language language) {
  return language == Language::kChinese ? kChinese : kEnglish;
}

}  // namespace xuncha
