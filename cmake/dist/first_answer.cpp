// first_answer GET|POST ROUNDS A [ARGUMENTS...] -- B [ARGUMENTS...]: from fork and exec to the first 200, of two
// servers in turns: the answer of /healthz, or of a transform. In the arguments @ stands for the port. Microseconds,
// then the median of the rounds' ratios A / B.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Command = std::vector<std::string>;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int one = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  static_cast<void>(::bind(one, reinterpret_cast<const sockaddr*>(&address), length));
  static_cast<void>(::getsockname(one, reinterpret_cast<sockaddr*>(&address), &length));
  ::close(one);
  return ntohs(address.sin_port);
}

[[noreturn]] void become(const Command& command, std::uint16_t port) {
  Command words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) {
    if (const auto at = word.find('@'); at != std::string::npos) word.replace(at, 1, std::to_string(port));
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) ::dup2(nowhere, standard);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

constexpr std::string_view kGet = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kPost =
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 92\r\n\r\n"
    R"({"user_id":1,"events":[{"event_type":"click","timestamp":1,"payload":null}],"metadata":null})";

// Connects until somebody listens, asks, and reads the answer; false if that is not 200, or the server is gone.
bool answered(pid_t server, std::uint16_t port, std::string_view request) {
  const sockaddr_in address = loopback(port);
  for (;;) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(client);
      if (::waitpid(server, nullptr, WNOHANG) != 0) return false;
      continue;
    }
    char bytes[4096];
    bool good = ::write(client, request.data(), request.size()) > 0;
    const ssize_t count = good ? ::read(client, bytes, sizeof bytes) : 0;
    good = count > 12 && std::string_view{bytes, 12} == "HTTP/1.1 200";
    ::close(client);
    return good;
  }
}

double once(const Command& command, std::string_view request) {
  const std::uint16_t port = free_port();
  const auto begin = std::chrono::steady_clock::now();
  const pid_t server = ::fork();
  if (server == 0) become(command, port);
  const bool good = answered(server, port, request);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  if (good) return took.count();
  std::fprintf(stderr, "first_answer: no 200 from %s\n", command.front().c_str());
  std::exit(1);
}

double part(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 3), argv + argc);
  const auto middle = std::find(words.begin(), words.end(), "--");
  const std::string_view request = argc > 1 && std::string_view{argv[1]} == "POST" ? kPost : kGet;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 0;
  if (rounds < 1 || middle == words.begin() || middle == words.end() || middle + 1 == words.end()) return 64;
  const Command commands[2] = {{words.begin(), middle}, {middle + 1, words.end()}};
  std::vector<double> times[2];
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const int first = round % 2;  // each is as often first as second
    for (const int which : {first, 1 - first}) times[which].push_back(once(commands[which], request));
    ratios.push_back(times[0].back() / times[1].back());
  }
  for (const int which : {0, 1}) {
    std::printf("%7.0f us median, %5.0f least, %5.0f at 90%%  %s\n", part(times[which], 0.5), part(times[which], 0.0),
                part(times[which], 0.9), commands[which].front().c_str());
  }
  std::printf("%7.2f x median of %d ratios, %.2f between the medians\n", part(ratios, 0.5), rounds,
              part(times[0], 0.5) / part(times[1], 0.5));
  return 0;
}
