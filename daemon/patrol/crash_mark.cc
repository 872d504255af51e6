#include "daemon/patrol/crash_mark.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <system_error>

#include "core/check.h"
#include "core/limits.h"
#include "core/version.h"
#include "daemon/log.h"

namespace xuncha {
namespace {

constexpr const char* kFileName = "crash-mark";
constexpr char kMagic[8] = {'x', 'u', 'n', 'c', 'm', 'r', 'k', '1'};
constexpr std::size_t kTextBytes = 254;
constexpr unsigned kDeathsToQuarantine = 2;
constexpr std::size_t kSignalStackBytes = 64u << 10;  // a page that is nested too deep leaves none on its own
constexpr std::array kFatalSignals = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

// Texts and names as they stand in the file; all bytes zero: unused.
struct Text {
  std::uint16_t size;
  char bytes[kTextBytes];

  std::string_view view() const { return {bytes, std::min<std::size_t>(size, kTextBytes)}; }
  void set(std::string_view text) {
    size = static_cast<std::uint16_t>(std::min(text.size(), kTextBytes));
    std::memcpy(bytes, text.data(), size);
  }
};

struct Noted {
  std::uint64_t high;
  std::uint64_t low;
  std::uint32_t used;
  Text text;

  Fingerprint name() const { return {high, low}; }
  void set(Fingerprint name, std::string_view url) {
    high = name.high;
    low = name.low;
    text.set(url);
    std::atomic_signal_fence(std::memory_order_release);  // `used` last: a signal may come in between
    used = 1;
  }
};

struct Entry {
  std::uint64_t high;
  std::uint64_t low;
  std::int64_t last_death;  // milliseconds since 1970
  std::uint32_t deaths;     // 0: unused
  Text text;

  bool is(Fingerprint name) const { return deaths > 0 && high == name.high && low == name.low; }
};

volatile std::sig_atomic_t* marked_signal = nullptr;  // of the one mark of this process
pid_t marking_thread = 0;
std::array<struct sigaction, kFatalSignals.size()> old_actions;

Error cannot(const std::filesystem::path& path, const char* what) {
  const int error = errno;
  return Error{ErrorCode::kUnavailable, path.string(),
               std::string(what) + ": " + std::generic_category().message(error)};
}

}  // namespace

// The whole file. Written by one machine for itself: sizes and byte order are its own.
struct CrashMark::File {
  char magic[8];
  char version[32];
  volatile std::sig_atomic_t signal;  // that ended the process; 0: none
  Noted reading;
  Noted sent[limits::kCrashMarkSlots];
  Entry accused[limits::kCrashMarkSlots];
};

Result<std::unique_ptr<CrashMark>> CrashMark::open(const std::filesystem::path& directory, WallTime now) {
  CHECK(marked_signal == nullptr);
  const std::filesystem::path path = directory / kFileName;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return cannot(path, "cannot be opened");
  // Real blocks, also of an older file: a page of the map without one would be a SIGBUS on a full disk.
  errno = ::posix_fallocate(descriptor, 0, sizeof(File));
  void* const map =
      errno != 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(File), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  Error error = cannot(path, "cannot be mapped");
  ::close(descriptor);
  if (map == MAP_FAILED) return error;

  auto* const file = static_cast<File*>(map);
  char version[sizeof file->version] = {};
  std::strncpy(version, XUNCHA_VERSION, sizeof version - 1);
  const bool is_ours =
      std::memcmp(file->magic, kMagic, sizeof kMagic) == 0 && std::memcmp(file->version, version, sizeof version) == 0;
  if (!is_ours) {
    std::memset(map, 0, sizeof(File));
    std::memcpy(file->magic, kMagic, sizeof kMagic);
    std::memcpy(file->version, version, sizeof version);
  }
  std::unique_ptr<CrashMark> mark(new CrashMark(file));
  mark->accuse(now);
  mark->catch_signals();
  return mark;
}

CrashMark::CrashMark(File* file) : file_(file) {}

CrashMark::~CrashMark() {
  release_signals();
  for (Entry& entry : file_->accused) {
    if (entry.deaths < kDeathsToQuarantine && tried_.count({entry.high, entry.low}) > 0) entry.deaths = 0;
  }
  for (Noted& noted : file_->sent) noted.used = 0;
  file_->reading.used = 0;
  ::munmap(file_, sizeof(File));
}

// Takes up what the last process left.
void CrashMark::accuse(WallTime now) {
  forget_old(now);
  const int signal = file_->signal;
  if (signal != 0) {
    if (file_->reading.used != 0) {
      accuse(file_->reading.name(), file_->reading.text.view(), now);
    } else {
      for (const Noted& noted : file_->sent) {
        if (noted.used != 0) accuse(noted.name(), noted.text.view(), now);
      }
    }
  }
  for (Noted& noted : file_->sent) noted.used = 0;
  file_->reading.used = 0;
  file_->signal = 0;
  log_standing(signal);
}

void CrashMark::accuse(Fingerprint name, std::string_view text, WallTime now) {
  const auto known = std::find_if(std::begin(file_->accused), std::end(file_->accused),
                                  [name](const Entry& entry) { return entry.is(name); });
  // A new one takes a free place, else that of the oldest death.
  const auto place = known != std::end(file_->accused)
                         ? known
                         : std::min_element(std::begin(file_->accused), std::end(file_->accused),
                                            [](const Entry& left, const Entry& right) {
                                              const auto age = [](const Entry& entry) {
                                                return entry.deaths == 0 ? std::int64_t{0} : entry.last_death;
                                              };
                                              return age(left) < age(right);
                                            });
  if (place != known) *place = Entry{};
  place->high = name.high;
  place->low = name.low;
  place->text.set(text);
  place->last_death = now.time_since_epoch().count();
  ++place->deaths;
}

void CrashMark::forget_old(WallTime now) {
  for (Entry& entry : file_->accused) {
    const Milliseconds age = now.time_since_epoch() - Milliseconds(entry.last_death);
    const Milliseconds kept =
        entry.deaths < kDeathsToQuarantine ? Milliseconds(limits::kCrashSuspicion) : Milliseconds(limits::kQuarantine);
    if (age > kept) entry.deaths = 0;
  }
}

void CrashMark::log_standing(int signal) const {
  for (const Accused& each : accused()) {
    const bool quarantined = each.deaths >= kDeathsToQuarantine;
    log_warn(quarantined ? "page_quarantined" : "page_tried_alone",
             {{"url", each.url}, {"deaths", each.deaths}, {"last_signal", signal}});
  }
}

std::vector<CrashMark::Accused> CrashMark::accused() const {
  std::vector<Accused> all;
  for (const Entry& entry : file_->accused) {
    if (entry.deaths > 0) all.push_back({std::string(entry.text.view()), entry.deaths});
  }
  return all;
}

CrashMark::Standing CrashMark::standing(std::string_view url) const {
  const auto entries = std::span(file_->accused);
  if (std::none_of(entries.begin(), entries.end(), [](const Entry& entry) { return entry.deaths > 0; }))
    return Standing::kFree;
  const Fingerprint name = fingerprint(url);
  for (const Entry& entry : entries) {
    if (!entry.is(name)) continue;
    if (entry.deaths >= kDeathsToQuarantine) return Standing::kQuarantined;
    return tried_.count(name) > 0 ? Standing::kFree : Standing::kSuspect;
  }
  return Standing::kFree;
}

CrashMark::Slot CrashMark::sent(std::string_view url) {
  const Fingerprint name = fingerprint(url);
  if (standing(url) == Standing::kSuspect) tried_.insert(name);
  for (Slot slot = 0; slot < static_cast<Slot>(limits::kCrashMarkSlots); ++slot) {
    Noted& noted = file_->sent[slot];
    if (noted.used != 0) continue;
    noted.set(name, url);
    return slot;
  }
  return kNoSlot;
}

void CrashMark::ended(Slot slot) {
  if (slot != kNoSlot) file_->sent[slot].used = 0;
}

CrashMark::Reading::Reading(CrashMark* mark, Slot slot) : mark_(slot == kNoSlot ? nullptr : mark) {
  if (mark_ == nullptr) return;
  const Noted& noted = mark_->file_->sent[slot];
  name_ = noted.name();
  text_ = noted.text.view();
  begin();
}

CrashMark::Reading::Reading(CrashMark* mark, std::string_view url) : mark_(mark) {
  if (mark_ == nullptr) return;
  name_ = fingerprint(url);
  text_ = url;
  begin();
}

void CrashMark::Reading::begin() {
  outer_ = mark_->reading_;
  mark_->reading_ = this;
  mark_->file_->reading.set(name_, text_);
}

CrashMark::Reading::~Reading() {
  if (mark_ == nullptr) return;
  mark_->reading_ = outer_;
  if (outer_ != nullptr) {
    mark_->file_->reading.set(outer_->name_, outer_->text_);
  } else {
    mark_->file_->reading.used = 0;
  }
}

void CrashMark::catch_signals() {
  marking_thread = ::gettid();
  marked_signal = &file_->signal;
  stack_t stack{};
  if (::sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
    signal_stack_.resize(kSignalStackBytes);
    stack = {.ss_sp = signal_stack_.data(), .ss_flags = 0, .ss_size = signal_stack_.size()};
    ::sigaltstack(&stack, nullptr);
  }
  struct sigaction action {};
  action.sa_sigaction = &CrashMark::on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t index = 0; index < kFatalSignals.size(); ++index)
    ::sigaction(kFatalSignals[index], &action, &old_actions[index]);
}

void CrashMark::release_signals() {
  for (std::size_t index = 0; index < kFatalSignals.size(); ++index)
    ::sigaction(kFatalSignals[index], &old_actions[index], nullptr);
  marked_signal = nullptr;
  if (signal_stack_.empty()) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

// Async-signal-safe (signal-safety(7)): gettid, sigaction and raise are, and the mark is one store.
void CrashMark::on_signal(int signal, siginfo_t* info, void* /*context*/) noexcept {
  if (::gettid() == marking_thread) *marked_signal = signal;
  for (std::size_t index = 0; index < kFatalSignals.size(); ++index) {
    if (kFatalSignals[index] == signal) ::sigaction(signal, &old_actions[index], nullptr);
  }
  // A fault of our own happens again when this returns, with the stack that a core dump is read for; one that was sent
  // does not.
  if (info->si_code <= 0) ::raise(signal);
}

}  // namespace xuncha
