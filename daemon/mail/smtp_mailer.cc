#include "daemon/mail/smtp_mailer.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace xuncha {

struct SmtpMailer::State {
  struct Work {
    MailJob job;
    Handler on_result;
  };

  void run(const std::shared_ptr<State>& self);

  Post post;
  SmtpLimits limits;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Work> queue;          // guarded by the mutex
  std::atomic<bool> stop = false;  // set under the mutex
  std::thread worker;
};

void SmtpMailer::State::run(const std::shared_ptr<State>& self) {
  for (;;) {
    Work work;
    {
      std::unique_lock<std::mutex> lock(mutex);
      wake.wait(lock, [this] { return stop.load() || !queue.empty(); });
      if (stop.load()) return;
      work = std::move(queue.front());
      queue.pop_front();
    }
    MailResult result = send_by_smtp(work.job, limits, stop);
    if (stop.load()) return;
    post([state = self, on_result = std::move(work.on_result), result = std::move(result)]() mutable {
      if (!state->stop.load()) on_result(std::move(result));
    });
  }
}

SmtpMailer::SmtpMailer(Post post, SmtpLimits limits) : state_(std::make_shared<State>()) {
  state_->post = std::move(post);
  state_->limits = std::move(limits);
  state_->worker = std::thread([state = state_] { state->run(state); });
}

SmtpMailer::~SmtpMailer() {
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stop = true;
  }
  state_->wake.notify_one();
  state_->worker.join();
}

void SmtpMailer::send(MailJob job, Handler on_result) {
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->queue.push_back({std::move(job), std::move(on_result)});
  }
  state_->wake.notify_one();
}

}  // namespace xuncha
