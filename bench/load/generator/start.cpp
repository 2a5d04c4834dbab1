// planish_start: starts a server once and measures how long it takes, from just before exec (a) until a connect() is
// accepted, (b) until the first byte of a 200. The listening socket is polled without sleeping; the server is then
// killed.
//
//     planish_start PORT BODY CPU ARGV…    port 0: the program is no server; until it has ended, and been waited for
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

double us_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// A connected socket, or -1.
int try_connect(const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool send_all(int fd, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto put = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (put <= 0) return false;
    sent += static_cast<std::size_t>(put);
  }
  return true;
}

[[noreturn]] void become(char** argv, int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<unsigned>(cpu), &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  setpgid(0, 0);
  execv(argv[0], argv);
  _exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 64;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::ifstream file(argv[2], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  const std::string request =
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  const int cpu = std::atoi(argv[3]);

  const auto start = Clock::now();
  const pid_t server = vfork();
  if (server == 0) become(argv + 4, cpu);

  if (address.sin_port == 0) {
    waitpid(server, nullptr, 0);
    const double ended = us_since(start);
    std::printf("{\"listening_us\":%.1f,\"first_200_us\":%.1f}\n", ended, ended);
    return 0;
  }
  int fd = -1;
  bool is_alive = true;
  while (fd < 0 && is_alive && us_since(start) < 30e6) {
    fd = try_connect(address);
    is_alive = fd >= 0 || waitpid(server, nullptr, WNOHANG) == 0;
  }
  const double listening = us_since(start);
  char head[12] = {};
  const bool answered = fd >= 0 && send_all(fd, request) && recv(fd, head, sizeof head, MSG_WAITALL) == sizeof head &&
                        std::memcmp(head, "HTTP/1.1 200", sizeof head) == 0;
  const double first_200 = us_since(start);
  kill(-server, SIGKILL);
  if (is_alive) waitpid(server, nullptr, 0);
  if (!answered) {
    std::fprintf(stderr, "planish_start: %s\n", fd < 0 ? "it never listened" : "no 200");
    return 1;
  }
  std::printf("{\"listening_us\":%.1f,\"first_200_us\":%.1f}\n", listening, first_200);
}
