#include "detectors/soft_404.h"

#include <bit>

namespace xuncha {
namespace {

constexpr int kSimhashBitsMax = 3;

LinkJudgement soft_404(std::string compared, std::string limit) {
  return {.reason = {ReasonCode::kSoft404, 0}, .compared = std::move(compared), .limit = std::move(limit)};
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
