#include "crawler/epoll_watch.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace xuncha {

struct EpollWatch::State : std::enable_shared_from_this<EpollWatch::State> {
  State(boost::asio::io_context& context, int descriptor, Handler on_ready)
      : set(context, descriptor), handler(std::move(on_ready)) {}

  void wait() {
    set.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [self = shared_from_this()](const boost::system::error_code& error) {
                     if (error || self->closed) return;
                     self->dispatch();
                     if (!self->closed) self->wait();
                   });
  }

  void dispatch() {
    std::array<epoll_event, 64> events;
    std::array<Readiness, 64> ready;
    const int count = ::epoll_wait(set.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const std::uint32_t bits = events[at].events;
      ready[at] = Readiness{events[at].data.fd, (bits & EPOLLIN) != 0, (bits & EPOLLOUT) != 0,
                            (bits & (EPOLLERR | EPOLLHUP)) != 0};
    }
    if (count > 0) handler(std::span(ready.data(), static_cast<std::size_t>(count)));
  }

  boost::asio::posix::stream_descriptor set;
  Handler handler;
  bool closed = false;
};

Result<std::unique_ptr<EpollWatch>> EpollWatch::create(boost::asio::io_context& context, Handler handler) {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) return Error{ErrorCode::kUnavailable, "epoll_create1", std::strerror(errno)};
  try {
    auto state = std::make_shared<State>(context, descriptor, std::move(handler));
    state->wait();
    return std::unique_ptr<EpollWatch>(new EpollWatch(std::move(state)));
  } catch (const std::exception& failure) {
    ::close(descriptor);
    return Error{ErrorCode::kUnavailable, "epoll", failure.what()};
  }
}

EpollWatch::EpollWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}

EpollWatch::~EpollWatch() {
  state_->closed = true;
  boost::system::error_code ignored;
  state_->set.close(ignored);
}

bool EpollWatch::watch(int descriptor, bool readable, bool writable) noexcept {
  const int set = state_->set.native_handle();
  if (!readable && !writable) {
    ::epoll_ctl(set, EPOLL_CTL_DEL, descriptor, nullptr);  // EBADF and ENOENT: it is closed already
    return true;
  }
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.fd = descriptor;
  if (::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0) return true;
  return errno == EEXIST && ::epoll_ctl(set, EPOLL_CTL_MOD, descriptor, &event) == 0;
}

}  // namespace xuncha
