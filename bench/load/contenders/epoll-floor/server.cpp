// The kernel's floor: epoll, one read, one write of a fixed answer, no parsing. It finds out from a connection's first
// request how long a request is, then only counts bytes.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

struct Connection {
  std::size_t request_bytes = 0;  // 0: not known yet
  std::size_t pending = 0;        // bytes of an incomplete request
};

std::size_t request_bytes(std::string_view head) {
  const auto end = head.find("\r\n\r\n");
  const auto length = head.find("ontent-");  // Content-Length or content-length; no other field named so comes first
  const auto field = length == head.npos ? head.npos : head.find("ength: ", length);
  if (end == head.npos) return 0;
  return end + 4 + (field == head.npos ? 0 : std::strtoul(head.data() + field + 7, nullptr, 10));
}

std::string fixed_answer(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string answer = fixed_answer(argc > 1 ? argv[1] : "/dev/null");
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(std::atoi(std::getenv("PORT"))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 4096) != 0)
    return 71;
  const int poller = epoll_create1(0);
  epoll_event interest{EPOLLIN, {.fd = listener}};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &interest);
  static Connection connections[65536];  // by descriptor; a page of it is there once it is touched
  static char buffer[1 << 18];
  epoll_event ready[512];
  for (;;) {
    const int count = epoll_wait(poller, ready, 512, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = ready[i].data.fd;
      if (fd == listener) {
        int peer = 0;
        while ((peer = accept4(listener, nullptr, nullptr, 0)) >= 0) {
          setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          connections[static_cast<std::size_t>(peer)] = {};
          interest = {EPOLLIN, {.fd = peer}};
          epoll_ctl(poller, EPOLL_CTL_ADD, peer, &interest);
        }
        continue;
      }
      auto& [size, pending] = connections[static_cast<std::size_t>(fd)];
      const auto got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) {
        close(fd);
        continue;
      }
      if (size == 0) size = request_bytes({buffer, static_cast<std::size_t>(got)});
      for (pending += static_cast<std::size_t>(got); size > 0 && pending >= size; pending -= size) {
        if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
      }
    }
  }
}
