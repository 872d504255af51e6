#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/check.h"

namespace xuncha {

// What kind of our own failure it is; decides the exit code. A portal's failure is data, never an Error.
enum class ErrorCode {
  kUsage,          // wrong flags or arguments: exit 2
  kNothingJudged,  // own network or resolver dead: exit 3
  kUnavailable,    // disk, data directory, database: temporary, exit 75
  kCorruption,     // a record or file fails its checksum: exit 75, names the command that helps
  kConfiguration,  // exit 78
  kInternal,       // a broken promise of our own: exit 70
};

// One failure: `where` names the file, key or address, `message` is a sentence a person can act on.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string where;
  std::string message;
};

// A value or an Error. Reading the wrong one is a broken invariant (CHECK).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  // By value, so that `for (x : f().value())` walks something that lives.
  T value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  const Error& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

// The result of an action that gives nothing back.
struct Done {};
using Status = Result<Done>;

}  // namespace xuncha
