#include "tests/portal/portal_data.h"
namespace xuncha::portal {
std::string load_portal(const std::filesystem::path& file, Portal&) {
  return file.string();
}
}  // namespace xuncha::portal
