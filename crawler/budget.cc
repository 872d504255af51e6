#include "crawler/budget.h"

#include <algorithm>
#include <string>

#include "core/digest.h"

namespace xuncha {
namespace {

// Words that make a whole path segment (without extension) or a parameter name an endless space.
constexpr auto kEndlessWords =
    std::to_array<std::string_view>({"calendar", "rili", "search", "searchlist", "query", "sousuo", "jiansuo",
                                     "keyword", "keywords", "searchword", "q", "wd"});
// Parameter names that do so with a number for their value.
constexpr auto kCalendarNames =
    std::to_array<std::string_view>({"year", "month", "day", "date", "riqi", "calmonth", "calyear", "showdate"});

bool is_number_pattern(std::string_view value) {
  if (value == "*") return true;
  return value.find('N') != std::string_view::npos && value.find_first_not_of("N-/.") == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& byte : result) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return result;
}

template <std::size_t kCount>
bool is_one_of(std::string_view word, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), lower(word)) != words.end();
}

// Calls `visit` for each part between separators until it returns true; gives whether it did.
template <typename Visitor>
bool any_part(std::string_view text, char separator, Visitor visit) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (visit(text.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

TemplateKind template_kind(std::string_view url_template) {
  const std::size_t question = url_template.find('?');
  const std::string_view path = url_template.substr(0, question);
  const bool endless_path = any_part(path, '/', [](std::string_view segment) {
    return is_one_of(segment.substr(0, segment.find('.')), kEndlessWords);
  });
  if (endless_path) return TemplateKind::kEndless;
  if (question == std::string_view::npos) return TemplateKind::kOrdinary;
  const bool endless_query = any_part(url_template.substr(question + 1), '&', [](std::string_view parameter) {
    const std::size_t equals = parameter.find('=');
    const std::string_view name = parameter.substr(0, equals);
    if (is_one_of(name, kEndlessWords)) return true;
    return equals != std::string_view::npos && is_one_of(name, kCalendarNames) &&
           is_number_pattern(parameter.substr(equals + 1));
  });
  return endless_query ? TemplateKind::kEndless : TemplateKind::kOrdinary;
}

std::string_view admission_name(Admission admission) {
  static constexpr std::array<std::string_view, kAdmissions> kNames = {"admitted", "urls", "depth", "template",
                                                                       "endless"};
  return kNames[static_cast<std::size_t>(admission)];
}

Admission UrlBudget::judge(std::string_view url_template, int depth) {
  if (count(Admission::kAdmitted) >= limits_.urls_max) return Admission::kUrls;
  if (depth > limits_.depth_max) return Admission::kDepth;
  const bool endless = template_kind(url_template) == TemplateKind::kEndless;
  const std::uint32_t most = endless ? limits_.endless_urls_max : limits_.template_urls_max;
  const std::uint64_t key = hash64(url_template);
  const auto known = admitted_by_template_.find(key);
  if (most == 0 || (known != admitted_by_template_.end() && known->second >= most)) {
    return endless ? Admission::kEndless : Admission::kTemplate;
  }
  ++admitted_by_template_[key];
  return Admission::kAdmitted;
}

Admission UrlBudget::admit(std::string_view url_template, int depth) {
  const Admission admission = judge(url_template, depth);
  ++counts_[static_cast<std::size_t>(admission)];
  return admission;
}

std::uint64_t UrlBudget::refused() const {
  std::uint64_t total = 0;
  for (std::size_t index = 1; index < kAdmissions; ++index) total += counts_[index];
  return total;
}

}  // namespace xuncha
