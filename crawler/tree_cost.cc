#include "crawler/tree_cost.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/limits.h"
#include "crawler/html_scan.h"

namespace xuncha {
namespace {

constexpr std::uint64_t kNanosecondsPerAmpersand = 600;

// https://html.spec.whatwg.org/#formatting; "a" is kA.
constexpr std::uint64_t kFormatting[] = {name_key("b"),     name_key("big"),    name_key("code"),   name_key("em"),
                                         name_key("font"),  name_key("i"),      name_key("nobr"),   name_key("s"),
                                         name_key("small"), name_key("strike"), name_key("strong"), name_key("tt"),
                                         name_key("u"),     name_key("a")};

bool is_formatting(std::uint64_t key) {
  return std::find(std::begin(kFormatting), std::end(kFormatting), key) != std::end(kFormatting);
}

// End tags that close whatever stands open inside, up to a barrier.
bool closes_all_inside(HtmlName name) {
  switch (name) {
    case HtmlName::kArticle:
    case HtmlName::kAside:
    case HtmlName::kBlockquote:
    case HtmlName::kCenter:
    case HtmlName::kDd:
    case HtmlName::kDiv:
    case HtmlName::kDl:
    case HtmlName::kDt:
    case HtmlName::kFieldset:
    case HtmlName::kFooter:
    case HtmlName::kHeader:
    case HtmlName::kLi:
    case HtmlName::kNav:
    case HtmlName::kOl:
    case HtmlName::kP:
    case HtmlName::kSection:
    case HtmlName::kTable:
    case HtmlName::kTd:
    case HtmlName::kTr:
    case HtmlName::kUl:
      return true;
    default:
      return false;
  }
}

bool is_barrier(HtmlName name) {
  switch (name) {
    case HtmlName::kApplet:
    case HtmlName::kCaption:
    case HtmlName::kHtml:
    case HtmlName::kMarquee:
    case HtmlName::kObject:
    case HtmlName::kTable:
    case HtmlName::kTd:
    case HtmlName::kTemplate:
    case HtmlName::kTh:
      return true;
    default:
      return false;
  }
}

// Follows how many elements the parser may hold open: closes only what it surely closes.
class Depth {
 public:
  void on_start_tag(const HtmlTag& tag) {
    if (is_void_element(tag.id)) return;
    const std::uint64_t key = name_key(tag.name);
    const bool ends_by_its_like = tag.id == HtmlName::kP || tag.id == HtmlName::kLi || tag.id == HtmlName::kTd ||
                                  tag.id == HtmlName::kTr || tag.id == HtmlName::kOption;
    if (ends_by_its_like && !open_.empty() && open_.back().key == key) return;  // takes its place
    open_.push_back({key, tag.id});
    formatting_seen_ |= is_formatting(key);
  }

  void on_end_tag(const HtmlTag& tag) {
    const std::uint64_t key = name_key(tag.name);
    const bool reaches = closes_all_inside(tag.id);
    const bool in_table = tag.id == HtmlName::kTable || tag.id == HtmlName::kTr || tag.id == HtmlName::kTd;
    for (std::size_t steps = 0; steps < limits::kCloseSearchMax && steps < open_.size(); ++steps) {
      const std::size_t index = open_.size() - 1 - steps;
      if (open_[index].key == key) {
        close_to(index);
        return;
      }
      if (!reaches || (in_table ? open_[index].name == HtmlName::kTable : is_barrier(open_[index].name))) return;
    }
  }

  void on_text(std::string_view text, HtmlText) {
    if (formatting_seen_) nanoseconds_ += text.size() * (open_.size() + reopened_);
  }

  std::uint64_t nanoseconds() const { return nanoseconds_; }

 private:
  struct Open {
    std::uint64_t key;
    HtmlName name;
  };
  void close_to(std::size_t index) {
    for (std::size_t above = index + 1; above < open_.size(); ++above) {
      if (is_formatting(open_[above].key)) ++reopened_;  // the parser opens them again at the next text
    }
    open_.resize(index);
  }

  std::vector<Open> open_;
  std::uint64_t reopened_ = 0;
  std::uint64_t nanoseconds_ = 0;
  bool formatting_seen_ = false;
};

}  // namespace

std::chrono::nanoseconds tree_cost_outside_allocator(std::string_view text) {
  Depth depth;
  scan_html(text, depth);
  const auto ampersands = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '&'));
  return std::chrono::nanoseconds(depth.nanoseconds() + ampersands * kNanosecondsPerAmpersand);
}

}  // namespace xuncha
