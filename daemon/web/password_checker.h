#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/web/web_config.h"

namespace xuncha {

// Says whether a password is the user's. One bcrypt takes 50 ms and more, so they are computed on a thread of its own,
// at most limits::kWebPasswordQueueMax waiting; a password that was right once is known again at once. An unknown user
// costs what a known one does.
// Thread rule: check() from any thread; the answer comes on the checker's thread or inside check().
class PasswordChecker {
 public:
  enum class Answer : std::uint8_t { kRight, kWrong, kBusy };
  using OnAnswer = std::function<void(Answer)>;

  explicit PasswordChecker(std::vector<WebUser> users);
  ~PasswordChecker();  // what still waits is not answered
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  void check(std::string user, std::string password, OnAnswer on_answer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace xuncha
