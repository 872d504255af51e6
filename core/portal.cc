#include "core/portal.h"

namespace xuncha {

std::string_view page_kind_name(PageKind kind) {
  constexpr std::string_view kNames[] = {"other",    "home", "list", "channel", "article",
                                         "document", "info", "form", "search",  "stub"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view day_source_name(DaySource source) {
  constexpr std::string_view kNames[] = {"", "meta", "label", "visible", "list", "url", "tail"};
  return kNames[static_cast<std::size_t>(source)];
}

std::string_view list_method_name(ListMethod method) {
  constexpr std::string_view kNames[] = {"meta", "cms", "mined", "config"};
  return kNames[static_cast<std::size_t>(method)];
}

}  // namespace xuncha
