#include "core/column.h"

namespace xuncha {
namespace {

// By the enumerations' order.
constexpr std::string_view kClassNames[] = {"news",   "notice",      "policy", "interpretation", "guide",
                                            "report", "interaction", "topic",  "other"};
constexpr std::string_view kVerdictNames[kColumnVerdicts] = {"fresh", "stale", "blank", "lost", "undated", "unknown"};

}  // namespace

std::string_view column_class_name(ColumnClass column_class) {
  return kClassNames[static_cast<std::size_t>(column_class)];
}

std::span<const std::string_view> column_class_names() {
  return kClassNames;
}

std::string_view column_verdict_name(ColumnVerdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

}  // namespace xuncha
