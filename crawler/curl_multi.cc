#include "crawler/curl_multi.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "crawler/epoll_watch.h"

namespace xuncha {
namespace {

using SteadyPoint = std::chrono::steady_clock::time_point;

}  // namespace

struct CurlMulti::State : std::enable_shared_from_this<CurlMulti::State> {
  State(boost::asio::io_context& io, long kept, Handlers with)
      : context(io), connections_kept(kept), handlers(std::move(with)), timer(io) {}

  Status start();
  bool make_multi();
  void drop_multi();
  void on_ready(std::span<const Readiness> ready);
  void on_time();
  void post_time();
  void arm();
  // One entry into libcurl; false when its state is in doubt.
  bool act(curl_socket_t socket, int what);
  void settle(bool sound);

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* of_socket) noexcept;
  static int on_timer(CURLM* multi, long milliseconds, void* self) noexcept;

  boost::asio::io_context& context;
  long connections_kept;
  Handlers handlers;
  CURLM* multi = nullptr;
  std::unique_ptr<EpollWatch> watch;
  boost::asio::steady_timer timer;
  std::optional<SteadyPoint> wanted;  // when libcurl wants to be called
  std::optional<SteadyPoint> armed;   // when the timer will fire; may be too early, never too late
  bool time_posted = false;
  bool watch_failed = false;
  bool closed = false;
};

Status CurlMulti::State::start() {
  auto made = EpollWatch::create(context, [this](std::span<const Readiness> ready) { on_ready(ready); });
  if (!made) return made.error();
  watch = std::move(made).value();
  if (!make_multi()) return Error{ErrorCode::kUnavailable, "curl_multi_init", "out of memory"};
  return Done{};
}

bool CurlMulti::State::make_multi() {
  multi = curl_multi_init();
  if (multi == nullptr) return false;
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &State::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &State::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections_kept);
  // Queues belong to the frontier: a handle that waits inside libcurl burns its own time limit.
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 0L);
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 0L);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  return true;
}

void CurlMulti::State::drop_multi() {
  if (multi != nullptr) curl_multi_cleanup(multi);
  multi = nullptr;
  wanted.reset();
}

int CurlMulti::State::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self,
                                void* /*of_socket*/) noexcept {
  auto* state = static_cast<State*>(self);
  const bool reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  const bool writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  if (!state->watch->watch(socket, reads, writes)) state->watch_failed = true;
  return 0;
}

int CurlMulti::State::on_timer(CURLM* /*multi*/, long milliseconds, void* self) noexcept {
  auto* state = static_cast<State*>(self);
  if (milliseconds < 0) {
    state->wanted.reset();
    return 0;
  }
  state->wanted = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  if (milliseconds == 0) {
    state->post_time();
  } else {
    state->arm();
  }
  return 0;
}

void CurlMulti::State::post_time() {
  if (time_posted || closed) return;
  time_posted = true;
  boost::asio::post(context, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->closed) return;
    self->time_posted = false;
    self->on_time();
  });
}

// libcurl moves its deadline at every step; a timer that fires too early is cheaper than one that is always moved.
void CurlMulti::State::arm() {
  if (closed || !wanted || (armed && *armed <= *wanted)) return;
  armed = wanted;
  timer.expires_at(*wanted);
  timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->closed) return;
    self->armed.reset();
    self->on_time();
  });
}

void CurlMulti::State::on_time() {
  if (!wanted) return;
  if (std::chrono::steady_clock::now() < *wanted) {
    arm();
    return;
  }
  wanted.reset();
  settle(act(CURL_SOCKET_TIMEOUT, 0));
}

void CurlMulti::State::on_ready(std::span<const Readiness> ready) {
  bool sound = true;
  for (const Readiness& one : ready) {
    const int what = (one.readable ? CURL_CSELECT_IN : 0) | (one.writable ? CURL_CSELECT_OUT : 0) |
                     (one.failed ? CURL_CSELECT_ERR : 0);
    sound = sound && act(one.descriptor, what);
  }
  settle(sound);
}

bool CurlMulti::State::act(curl_socket_t socket, int what) {
  int running = 0;
  return curl_multi_socket_action(multi, socket, what, &running) == CURLM_OK && !watch_failed;
}

void CurlMulti::State::settle(bool sound) {
  const auto self = shared_from_this();
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) handlers.done(message->easy_handle, message->data.result);
  }
  if (!sound) {
    watch_failed = false;
    handlers.failed();
  }
  handlers.settled();
}

CurlMulti::CurlMulti(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<CurlMulti>> CurlMulti::create(boost::asio::io_context& context, long connections_kept,
                                                     Handlers handlers) {
  auto state = std::make_shared<State>(context, connections_kept, std::move(handlers));
  const Status started = state->start();
  std::unique_ptr<CurlMulti> multi(new CurlMulti(std::move(state)));
  if (!started) return started.error();
  return multi;
}

CurlMulti::~CurlMulti() {
  state_->closed = true;
  state_->timer.cancel();
  state_->drop_multi();
  state_->watch.reset();
}

bool CurlMulti::add(CURL* easy) {
  return curl_multi_add_handle(state_->multi, easy) == CURLM_OK;
}
void CurlMulti::remove(CURL* easy) {
  curl_multi_remove_handle(state_->multi, easy);
}

bool CurlMulti::rebuild() {
  state_->drop_multi();
  return state_->make_multi();
}

}  // namespace xuncha
