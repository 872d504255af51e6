#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace xuncha {

// The trusted authorities as one file for CURLOPT_CAINFO: the system's bundle, with the extra certificates after it in
// a file that lives in memory only. A file and not a blob, because libcurl 7.88 keeps the parsed store between
// connections only for a file (and only without a directory of certificates): 34 against 733 handshakes a CPU-second.
// Immutable; must outlive the handles that use the path.
class CaBundle {
 public:
  // `extra_path` empty: the system's bundle alone. kUsage when a file cannot be read or holds no PEM certificate.
  static Result<CaBundle> open(const std::string& system_path, const std::string& extra_path);
  ~CaBundle();
  CaBundle(CaBundle&& other) noexcept;
  CaBundle& operator=(CaBundle&& other) noexcept;
  CaBundle(const CaBundle&) = delete;
  CaBundle& operator=(const CaBundle&) = delete;

  const std::string& path() const { return path_; }

 private:
  CaBundle(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_ = -1;  // of the file in memory, -1 when there is none
};

}  // namespace xuncha
