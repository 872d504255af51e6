// Stands in for xunchad where only the service around it is tested (deploy/scripts/nspawn_test.sh): speaks sd_notify(3)
// over the bare socket, so that it can be linked statically, reads its configuration, keeps a file, answers HTTP.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

volatile sig_atomic_t reload_wanted = 0;
volatile sig_atomic_t stop_wanted = 0;

void note_signal(int number) {
  (number == SIGHUP ? reload_wanted : stop_wanted) = 1;
}

void notify(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  (void)sendto(descriptor, state.data(), state.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
  close(descriptor);
}

bool is_good(const std::string& file) {
  std::ifstream input(file);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  if (input && text.find("\nsitez") == std::string::npos && !text.starts_with("sitez")) return true;
  std::fprintf(stderr, "level=error file=%s msg=\"sitez: unknown key\"\n", file.c_str());
  return false;
}

int listen_on(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  return listen(descriptor, 16) == 0 ? descriptor : -1;
}

void answer(int listener) {
  const int connection = accept(listener, nullptr, nullptr);
  if (connection < 0) return;
  char request[1024];
  (void)read(connection, request, sizeof request);
  constexpr std::string_view kAnswer = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nready\n";
  (void)write(connection, kAnswer.data(), kAnswer.size());
  close(connection);
}

}  // namespace

int main(int count, char** words) {
  std::string config;
  std::string storage;
  bool only_check = false;
  for (int index = 1; index < count; ++index) {
    const std::string_view word = words[index];
    if (word.starts_with("--config.file=")) config = word.substr(14);
    if (word.starts_with("--storage.path=")) storage = word.substr(15);
    if (word == "--config.check") only_check = true;
  }
  if (!is_good(config)) return 78;
  if (only_check) return 0;
  std::ofstream(storage + "/toy") << "kept\n";
  if (!std::ifstream(storage + "/toy")) return 75;
  const int listener = listen_on(9788);
  if (listener < 0) return 75;

  struct sigaction action {};
  action.sa_handler = note_signal;
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) sigaction(number, &action, nullptr);
  const char* watchdog = std::getenv("WATCHDOG_USEC");
  const long beat_ms = watchdog != nullptr ? std::atol(watchdog) / 2000 : 1000;
  notify("READY=1\nSTATUS=patrolling 0 sites");
  std::fprintf(stderr, "level=info msg=started\n");
  while (stop_wanted == 0) {
    pollfd poller{listener, POLLIN, 0};
    if (poll(&poller, 1, static_cast<int>(beat_ms < 1000 ? beat_ms : 1000)) > 0) answer(listener);
    notify("WATCHDOG=1");
    if (reload_wanted != 0) {
      reload_wanted = 0;
      notify("RELOADING=1");
      const bool good = is_good(config);
      notify(good ? "READY=1\nSTATUS=reloaded" : "READY=1\nSTATUS=kept the old configuration");
      std::fprintf(stderr, "level=info msg=reloaded successful=%d\n", good ? 1 : 0);
    }
  }
  notify("STOPPING=1");
  return 0;
}
