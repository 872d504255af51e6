#include "detectors/injected_farm.h"

#include <algorithm>
#include <map>
#include <span>

namespace xuncha {
namespace {

constexpr std::size_t kUnrelatedDomainsMin = 10;  // docs/RULES.md, page.injected
constexpr std::size_t kTermsMin = 3;
constexpr std::size_t kLinksLookedAt = 1000;  // a farm shows itself long before; keeps the comparison cheap

// Suffixes under which only institutions can register; the last two are 政务 and 公益.
constexpr std::string_view kInstitutionalSuffixes[] = {"gov.cn", "edu.cn",      "mil.cn",
                                                       "ac.cn",  "xn--zfr164b", "xn--55qw42g"};

// Central media and common services that friend-link lists of any portal carry.
constexpr std::string_view kCommonDomains[] = {
    "people.com.cn", "people.cn",         "xinhuanet.com", "news.cn",       "cctv.com",
    "cctv.cn",       "cntv.cn",           "china.com.cn",  "chinanews.com", "gmw.cn",
    "ce.cn",         "youth.cn",          "cnr.cn",        "cri.cn",        "qstheory.cn",
    "12371.cn",      "chinadaily.com.cn", "cyol.com",      "workercn.cn",   "rednet.cn",
    "baidu.com",     "weibo.com",         "weibo.cn",      "qq.com",        "163.com",
    "sina.com.cn",   "sohu.com",          "douyin.com",    "12306.cn",      "chsi.com.cn",
    "xuexi.cn",      "toutiao.com",       "ifeng.com",     "conac.cn",      "12321.cn"};

// Trades that buy hidden links; none of these words is the name of an institution's partner.
constexpr std::string_view kTradeTerms[] = {
    "男科", "妇科医院", "整形",   "增高",     "减肥",   "小说",     "彩票网", "博彩",     "娱乐城",   "棋牌",
    "真人", "赌场",     "私服",   "代孕",     "办证",   "毕业证",   "发票",   "贷款公司", "网络营销", "虚拟主机",
    "主机", "seo",      "SEO",    "外链",     "土工布", "门窗",     "回收",   "家教网",   "佛教用品", "成人",
    "情色", "六合彩",   "时时彩", "体育投注", "开户",   "论文代写", "刷单",   "传奇",     "二手办公"};

}  // namespace

bool is_institutional_domain(std::string_view registrable_domain) {
  for (const std::string_view suffix : kInstitutionalSuffixes) {
    if (registrable_domain == suffix) return true;
    if (registrable_domain.size() > suffix.size() && registrable_domain.ends_with(suffix) &&
        registrable_domain[registrable_domain.size() - suffix.size() - 1] == '.') {
      return true;
    }
  }
  return std::find(std::begin(kCommonDomains), std::end(kCommonDomains), registrable_domain) !=
         std::end(kCommonDomains);
}

std::optional<InjectedFarm> find_injected_farm(const std::vector<HiddenLink>& links) {
  struct Block {
    std::vector<std::string> domains;
    std::uint32_t line = 0;
  };
  std::map<std::uint32_t, Block> blocks;
  std::vector<std::string> all;
  std::vector<std::string_view> terms;
  std::uint32_t first_line = 0;
  const auto add_once = [](auto& list, const auto& value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.emplace_back(value);
  };
  for (const HiddenLink& link : std::span(links).first(std::min(links.size(), kLinksLookedAt))) {
    if (link.domain.empty() || is_institutional_domain(link.domain)) continue;
    if (first_line == 0) first_line = link.line;
    Block& block = blocks[link.container];
    if (block.domains.empty()) block.line = link.line;
    add_once(block.domains, link.domain);
    add_once(all, link.domain);
    for (const std::string_view term : kTradeTerms) {
      if (link.text.find(term) != std::string::npos) add_once(terms, term);
    }
  }
  std::string joined;
  for (const std::string_view term : terms) joined.append(joined.empty() ? "" : ", ").append(term);
  for (const auto& [container, block] : blocks) {
    if (block.domains.size() >= kUnrelatedDomainsMin) return InjectedFarm{block.domains, joined, block.line};
  }
  if (terms.size() >= kTermsMin) return InjectedFarm{all, joined, first_line};
  return std::nullopt;
}

}  // namespace xuncha
