#include "tests/portal/portal_template.h"

#include <sstream>
#include <stdexcept>

namespace xuncha::portal {
namespace {

constexpr int kDepthMax = 8;

std::string value_of(const std::string& command, const Variables& variables, const TemplateSources& sources) {
  std::istringstream words(command);
  std::string verb, name;
  int count = 0;
  words >> verb >> name >> count;
  if (verb == "include") return sources.include(name);
  if (verb == "list") return sources.list(name, count);
  const bool optional = verb.ends_with('?');
  if (optional) verb.pop_back();
  const auto found = variables.find(verb);
  if (found != variables.end()) return found->second;
  if (!optional) throw std::runtime_error("unknown variable {{" + command + "}}");
  return "";
}

}  // namespace

std::string expand_template(std::string_view text, const Variables& variables, const TemplateSources& sources,
                            int depth) {
  if (depth > kDepthMax) throw std::runtime_error("templates include each other");
  std::string out;
  while (true) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, open));
    const std::string command(text.substr(open + 2, close - open - 2));
    out += expand_template(value_of(command, variables, sources), variables, sources, depth + 1);
    text.remove_prefix(close + 2);
  }
}

}  // namespace xuncha::portal
