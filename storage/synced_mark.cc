#include "storage/synced_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <string>
#include <system_error>
#include <utility>

#include "storage/codec.h"
#include "storage/database.h"
#include "storage/wire.h"

namespace xuncha {
namespace {

constexpr const char* kFileName = "synced";

// Always the same length, so that a later mark covers an earlier one.
std::string mark_bytes(std::uint64_t sequence) {
  std::string bytes;
  begin_record(RecordType::kCounter, bytes);
  put_fixed64(bytes, sequence);
  end_record(0, bytes);
  return bytes;
}

// 0 for a mark that was cut short or is none: then nothing is known, and nothing is claimed.
std::uint64_t read_mark(int descriptor) {
  char bytes[32];
  const ssize_t size = ::pread(descriptor, bytes, sizeof bytes, 0);
  if (size <= 0) return 0;
  const Result<std::string_view> body =
      open_record(RecordType::kCounter, std::string_view(bytes, static_cast<std::size_t>(size)));
  if (!body) return 0;
  WireReader reader(body.value());
  const std::uint64_t sequence = reader.fixed64();
  return reader.failed() ? 0 : sequence;
}

}  // namespace

Result<SyncedMark> SyncedMark::open(const std::filesystem::path& directory, bool durable) {
  SyncedMark mark;
  if (!durable) return mark;
  const std::filesystem::path path = directory / kFileName;
  mark.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (mark.descriptor_ >= 0) return mark;
  return Error{ErrorCode::kUnavailable, path.string(),
               "cannot write to the data directory: " + std::generic_category().message(errno)};
}

std::uint64_t SyncedMark::read(const std::filesystem::path& directory) {
  SyncedMark mark;
  mark.descriptor_ = ::open((directory / kFileName).c_str(), O_RDONLY | O_CLOEXEC);
  return mark.descriptor_ < 0 ? 0 : read_mark(mark.descriptor_);
}

Status check_promise(const Database& database) {
  const std::uint64_t promised = SyncedMark::read(database.directory());
  const std::uint64_t found = database.sequence();
  if (found >= promised) return Done{};
  return Error{ErrorCode::kCorruption, database.directory().string(),
               "the log (*.log) has lost " + std::to_string(promised - found) +
                   " records that were already on the disk; " + corruption_advice(database.directory())};
}

void SyncedMark::forget(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::remove(directory / kFileName, ignored);
}

SyncedMark::SyncedMark(SyncedMark&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

SyncedMark& SyncedMark::operator=(SyncedMark&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

SyncedMark::~SyncedMark() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SyncedMark::set(std::uint64_t sequence) {
  if (descriptor_ < 0) return;
  // A mark that cannot be written only makes the check weaker.
  const std::string bytes = mark_bytes(sequence);
  (void)!::pwrite(descriptor_, bytes.data(), bytes.size(), 0);
}

}  // namespace xuncha
