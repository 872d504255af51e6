#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace xuncha::portal {

using Variables = std::map<std::string, std::string>;

// What `{{include NAME}}` and `{{list NAME [COUNT]}}` stand for; each throws std::runtime_error for an unknown name.
struct TemplateSources {
  std::function<std::string(const std::string& name)> include;
  std::function<std::string(const std::string& name, int count)> list;  // count 0: all
};

// Replaces {{name}} by the variable, {{name?}} by it or nothing, {{include NAME}} and {{list NAME COUNT}} by what the
// sources give. What is inserted is expanded too, to a depth of 8. Throws std::runtime_error for an unknown variable.
std::string expand_template(std::string_view text, const Variables& variables, const TemplateSources& sources,
                            int depth = 0);

}  // namespace xuncha::portal
