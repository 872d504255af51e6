#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "core/check.h"

namespace xuncha {

// A directory of its own for one test, removed at its end: in memory where there is room, since most tests sync often
// and none can tell the difference.
class Scratch {
 public:
  enum class Place { kAny, kDisk };
  explicit Scratch(Place place = Place::kAny) {
    std::error_code error;
    const std::filesystem::path memory = "/dev/shm";
    const std::filesystem::space_info room = std::filesystem::space(memory, error);
    const bool in_memory = place == Place::kAny && !error && room.available > (1u << 30);
    const std::filesystem::path parent = in_memory ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "xuncha_store_XXXXXX").string();
    CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace xuncha
