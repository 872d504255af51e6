#pragma once

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "core/result.h"

namespace xuncha {

// Finds the page that a process died of, so that one page can never stop the daemon. Requests under way,
// and the one whose answer is being understood, are noted in a small mapped file of the data directory; a fatal signal
// (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL) on the thread that made the mark leaves its number there and then takes
// its course. The next process accuses the page that was being understood, else all that were under way. One accused
// once is tried alone; one accused twice is quarantined, until limits::kQuarantine is over or another version of the
// program runs. SIGKILL, power cuts and faults of other threads accuse nobody.
//
// Thread rule: confined to the thread that made it. At most one in a process: signals have no other way to it than a
// global.
class CrashMark {
 public:
  enum class Standing : std::uint8_t { kFree, kSuspect, kQuarantined };
  // Where a request under way is noted. kNoSlot: there was no room, it goes unnoted.
  using Slot = int;
  static constexpr Slot kNoSlot = -1;
  // A URL that a death accused, and how often.
  struct Accused {
    std::string url;  // cut to what the file keeps
    unsigned deaths = 0;
  };

  // Takes up what the last process left in `directory`, which must be this process's alone, and logs whom it accused.
  // kUnavailable when the file cannot be made or mapped; a file that is damaged is begun anew.
  static Result<std::unique_ptr<CrashMark>> open(const std::filesystem::path& directory, WallTime now);
  CrashMark(const CrashMark&) = delete;
  CrashMark& operator=(const CrashMark&) = delete;
  // A clean end: who was tried alone is cleared, and the signals get their old actions.
  ~CrashMark();

  // Of a URL in its fetch form.
  Standing standing(std::string_view url) const;
  // It is sent now. A suspect is then tried: free for the rest of this process.
  Slot sent(std::string_view url);
  void ended(Slot slot);

  // While it lives, a fatal signal accuses this page alone. Scopes nest. A null mark notes nothing.
  class Reading {
   public:
    Reading(CrashMark* mark, Slot slot);
    Reading(CrashMark* mark, std::string_view url);
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading();

   private:
    friend class CrashMark;
    void begin();
    CrashMark* mark_;
    Reading* outer_ = nullptr;
    Fingerprint name_;
    std::string_view text_;
  };

  std::vector<Accused> accused() const;

 private:
  struct File;
  explicit CrashMark(File* file);
  void accuse(WallTime now);
  void accuse(Fingerprint name, std::string_view text, WallTime now);
  void forget_old(WallTime now);
  void log_standing(int signal) const;
  void catch_signals();
  void release_signals();
  static void on_signal(int signal, siginfo_t* info, void* context) noexcept;

  File* file_;
  Reading* reading_ = nullptr;  // innermost
  std::unordered_set<Fingerprint> tried_;
  std::vector<char> signal_stack_;
};

}  // namespace xuncha
