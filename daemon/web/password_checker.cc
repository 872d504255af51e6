#include "daemon/web/password_checker.h"

#include <crypt.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "core/digest.h"
#include "core/limits.h"
#include "daemon/web/http.h"

namespace xuncha {
namespace {

using Key = std::array<std::uint8_t, 32>;

// Compared with when there is no such user, at the cost that the users have; no password gives it.
std::string stand_in(const std::vector<WebUser>& users) {
  const std::string cost = users.empty() ? "10" : users.front().bcrypt.substr(4, 2);
  return "$2b$" + cost + "$abcdefghijklmnopqrstuu" + std::string(31, '.');
}

bool matches(const std::string& password, const std::string& hash) {
  crypt_data data{};
  const char* computed = crypt_r(password.c_str(), hash.c_str(), &data);
  const bool right = computed != nullptr && equal_in_constant_time(computed, hash);
  explicit_bzero(&data, sizeof data);
  return right;
}

}  // namespace

struct PasswordChecker::State {
  struct Question {
    std::string user;
    std::string password;
    OnAnswer on_answer;
  };

  std::vector<WebUser> users;
  std::string unknown_user_hash;
  std::string salt;  // of the keys below, so that they say nothing outside of this process

  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Question> questions;
  std::set<Key> known_right;
  bool stopping = false;
  std::thread thread;

  Key key_of(const std::string& user, const std::string& password) const {
    return sha256(salt + user + '\0' + password);
  }

  bool is_right(const Question& question) const {
    const auto user =
        std::find_if(users.begin(), users.end(), [&](const WebUser& each) { return each.name == question.user; });
    const bool known = user != users.end();
    return matches(question.password, known ? user->bcrypt : unknown_user_hash) && known;
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return stopping || !questions.empty(); });
      if (stopping) return;
      const Question question = std::move(questions.front());
      questions.pop_front();
      lock.unlock();
      const bool right = is_right(question);
      question.on_answer(right ? Answer::kRight : Answer::kWrong);
      lock.lock();
      if (right) {
        if (known_right.size() >= limits::kWebPasswordsKept) known_right.clear();
        known_right.insert(key_of(question.user, question.password));
      }
    }
  }
};

PasswordChecker::PasswordChecker(std::vector<WebUser> users) : state_(std::make_unique<State>()) {
  state_->unknown_user_hash = stand_in(users);
  state_->users = std::move(users);
  std::random_device random;
  for (int word = 0; word < 8; ++word) state_->salt += std::to_string(random()) + ' ';
  state_->thread = std::thread([state = state_.get()] { state->work(); });
}

PasswordChecker::~PasswordChecker() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_one();
  state_->thread.join();
}

void PasswordChecker::check(std::string user, std::string password, OnAnswer on_answer) {
  // What bcrypt would not read must not decide, nor a text end at a NUL.
  if (password.size() > limits::kWebPasswordBytesMax || password.find('\0') != std::string::npos) {
    return on_answer(Answer::kWrong);
  }
  Answer answer = Answer::kBusy;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->known_right.contains(state_->key_of(user, password))) {
      answer = Answer::kRight;
    } else if (state_->questions.size() < limits::kWebPasswordQueueMax) {
      state_->questions.push_back({std::move(user), std::move(password), std::move(on_answer)});
      state_->wake.notify_one();
      return;
    }
  }
  on_answer(answer);
}

}  // namespace xuncha
