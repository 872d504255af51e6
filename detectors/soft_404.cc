#include "detectors/soft_404.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string_view>

namespace xuncha {
namespace {

constexpr int kSimhashBitsMax = 3;
constexpr std::uint64_t kRecordCharactersMax = 200;  // of what a program says of a record that it has not

LinkJudgement soft_404(std::string compared, std::string limit) {
  return {.reason = {ReasonCode::kSoft404, 0}, .compared = std::move(compared), .limit = std::move(limit)};
}

// "/404.html", "/error/404.aspx?aspxerrorpath=/a": the page by which a site says that there is none.
bool names_error_page(const Url& url) {
  static constexpr std::string_view kNames[] = {"404",      "404page", "404error",  "error404",     "page404",
                                                "notfound", "notfind", "not_found", "pagenotfound", "error",
                                                "err",      "err404",  "errorpage", "error_404"};
  std::string_view path = url.path();
  path.remove_prefix(path.rfind('/') + 1);
  path = path.substr(0, path.find('.'));
  std::string name(path);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool says_gone(std::string_view wording) {
  return wording.find("不存在") != std::string_view::npos || wording.find("删除") != std::string_view::npos;
}

}  // namespace

bool looks_alike(const PageLooks& left, const PageLooks& right) {
  if (left.title_hash != right.title_hash) return false;
  if (std::popcount(left.simhash ^ right.simhash) > kSimhashBitsMax) return false;
  const std::uint64_t shorter = left.characters < right.characters ? left.characters : right.characters;
  const std::uint64_t longer = left.characters < right.characters ? right.characters : left.characters;
  return shorter * 10 >= longer * 9;
}

LinkJudgement judge_soft_404(const TargetFacts& facts) {
  using Answer = NegativeBaseline::Answer;
  const NegativeBaseline& baseline = facts.baseline;
  // Sent on to a page that is named for it and says it: whatever else the host answers.
  if (!facts.redirects.empty() && !facts.wording.not_found.empty() && names_error_page(facts.last)) {
    return soft_404(facts.last.href(), "redirect to an error page");
  }
  switch (baseline.answer) {
    case Answer::kUnknown:
      if (facts.wording.not_found.empty()) return {};
      return {.reason = {}, .need = LinkNeed::kBaseline, .compared = {}, .limit = {}};
    case Answer::kHonest:
      return {};
    case Answer::kRedirect:
      for (const RedirectHop& hop : facts.redirects) {
        if (hop.url == baseline.looks.final_url) return soft_404(hop.url, "redirect of a path that cannot exist");
      }
      return {};
    case Answer::kPage:
      // Of a program that heeds no number, an article about missing pages would look the same under any.
      if (baseline.of_record && facts.looks.characters > kRecordCharactersMax) return {};
      // A search that finds nothing (没有找到您要的内容) finds nothing under other numbers either.
      if (baseline.of_record && !says_gone(facts.wording.not_found)) return {};
      if (baseline.steady && looks_alike(facts.looks, baseline.looks)) {
        return soft_404(facts.wording.not_found, "answer to a path that cannot exist");
      }
      // The error page changes with every request: its title and its wording are what stays.
      if (!baseline.steady && !facts.wording.not_found.empty() && facts.looks.title_hash == baseline.looks.title_hash) {
        return soft_404(facts.wording.not_found, "answer to a path that cannot exist");
      }
      return {};
  }
  return {};
}

}  // namespace xuncha
