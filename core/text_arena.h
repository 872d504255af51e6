#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace xuncha {

// Keeps copies of text until it is destroyed; the copies never move, also when the arena does. One allocation for many
// short texts. Confined to one thread.
class TextArena {
 public:
  // A copy of `text` that lives as long as the arena.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      const std::size_t bytes = std::max(text.size(), kBlockBytes);
      blocks_.push_back(std::make_unique<char[]>(bytes));
      next_ = blocks_.back().get();
      left_ = bytes;
    }
    char* const copy = next_;
    std::memcpy(copy, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {copy, text.size()};
  }

  std::size_t blocks() const { return blocks_.size(); }

 private:
  static constexpr std::size_t kBlockBytes = 4096;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace xuncha
