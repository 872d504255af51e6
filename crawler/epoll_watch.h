#pragma once

#include <functional>
#include <memory>
#include <span>

#include "core/result.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

// One of a library's descriptors that has something to do.
struct Readiness {
  int descriptor = -1;
  bool readable = false;
  bool writable = false;
  bool failed = false;  // EPOLLERR or EPOLLHUP
};

// Watches descriptors that a library opens and closes as it likes: they live in a private level-triggered epoll set,
// and the loop waits on that set's one descriptor alone. So a descriptor that is closed before we hear of it does no
// harm.
// Thread rule: confined to the thread of the io_context. The handler may destroy the watch.
class EpollWatch {
 public:
  using Handler = std::function<void(std::span<const Readiness>)>;
  // kUnavailable when no descriptor is to be had.
  static Result<std::unique_ptr<EpollWatch>> create(boost::asio::io_context& context, Handler handler);
  ~EpollWatch();
  EpollWatch(const EpollWatch&) = delete;
  EpollWatch& operator=(const EpollWatch&) = delete;

  // From now on wait for these; neither: forget the descriptor. False when the system refuses (out of memory).
  bool watch(int descriptor, bool readable, bool writable) noexcept;

 private:
  struct State;
  explicit EpollWatch(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace xuncha
