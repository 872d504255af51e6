#include "crawler/trade_words.h"

#include <span>

namespace xuncha {
namespace {

constexpr std::size_t kTermsMin = 3;

constexpr std::string_view kGameServers[] = {"私服", "传奇sf", "新开传奇", "打金服", "外挂",
                                             "散人", "合击",   "微变",     "单职业", "新服网"};
constexpr std::string_view kNovels[] = {"小说网",  "全本小说", "最新章节", "免费阅读",
                                        "TXT下载", "玄幻小说", "言情小说", "连载"};
constexpr std::string_view kAdult[] = {"成人视频", "成人电影", "激情", "裸聊", "约炮", "情色", "无码", "三级片"};
constexpr std::string_view kMedicine[] = {"男科", "壮阳", "丰胸", "减肥产品", "增高药", "整形美容", "包皮", "早泄"};
constexpr std::string_view kLoans[] = {"网贷", "秒下款", "信用卡套现", "无抵押", "当天放款", "黑户", "口子"};
constexpr std::string_view kPapers[] = {"论文代写", "代写论文", "代发论文", "办理毕业证", "办证", "文凭办理", "代考"};

constexpr std::span<const std::string_view> kTrades[] = {kGameServers, kNovels, kAdult, kMedicine, kLoans, kPapers};

}  // namespace

std::vector<std::string> trade_wording(std::string_view title, std::string_view text) {
  for (const std::span<const std::string_view> trade : kTrades) {
    std::vector<std::string> terms;
    bool in_title = false;
    for (const std::string_view term : trade) {
      const bool titled = title.find(term) != std::string_view::npos;
      in_title = in_title || titled;
      if (titled || text.find(term) != std::string_view::npos) terms.emplace_back(term);
    }
    if (in_title && terms.size() >= kTermsMin) return terms;
  }
  return {};
}

}  // namespace xuncha
