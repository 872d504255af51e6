#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace xuncha {

// Where the test corpus stands: XUNCHA_CORPUS, or beside the checkout.
inline std::filesystem::path corpus_path(const std::string& name) {
  const char* set = std::getenv("XUNCHA_CORPUS");
  const std::filesystem::path root =
      set != nullptr ? std::filesystem::path(set) : std::filesystem::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
  return root / name;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace xuncha
