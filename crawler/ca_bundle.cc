#include "crawler/ca_bundle.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

namespace xuncha {
namespace {

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return std::nullopt;
  return text.str();
}

bool holds_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                                &X509_free);
  return certificate != nullptr;
}

Result<std::string> read_certificates(const std::string& path) {
  auto text = read_file(path);
  if (!text) return Error{ErrorCode::kUsage, path, std::string("cannot be read: ") + std::strerror(errno)};
  if (!holds_certificate(*text)) return Error{ErrorCode::kUsage, path, "holds no certificate in PEM form"};
  return std::move(*text);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<CaBundle> CaBundle::open(const std::string& system_path, const std::string& extra_path) {
  auto system = read_certificates(system_path);
  if (!system) return system.error();
  if (extra_path.empty()) return CaBundle(system_path, -1);
  auto extra = read_certificates(extra_path);
  if (!extra) return extra.error();
  const int descriptor = ::memfd_create("xuncha-ca", MFD_CLOEXEC);
  if (descriptor < 0) return Error{ErrorCode::kUnavailable, "memfd_create", std::strerror(errno)};
  CaBundle bundle("/proc/self/fd/" + std::to_string(descriptor), descriptor);
  if (!write_all(descriptor, system.value() + "\n" + extra.value())) {
    return Error{ErrorCode::kUnavailable, "certificate bundle in memory", std::strerror(errno)};
  }
  return bundle;
}

CaBundle::~CaBundle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

CaBundle::CaBundle(CaBundle&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

CaBundle& CaBundle::operator=(CaBundle&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace xuncha
