// Listening sockets: addresses in use, stale and foreign files, who may connect, inherited descriptors.
#include <net/listener.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace planish::net {
namespace {

namespace fs = std::filesystem;

// A directory of the test's own.
class Directory {
 public:
  Directory() {
    std::string pattern = (fs::temp_directory_path() / "planish-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Directory() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

Endpoint tcp(const std::string& host, int port = 0) {
  Endpoint out;
  out.host = host;
  out.port = static_cast<std::uint16_t>(port);
  return out;
}

Endpoint local(const std::string& path, unsigned mode = 0660) {
  Endpoint out;
  out.unix_path = path;
  out.unix_mode = mode;
  return out;
}

int port_of(const Listener& listener) {
  return std::stoi(listener.address.substr(listener.address.rfind(':') + 1));
}

bool connects(const std::string& path) {
  const Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connects(int port) {
  const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

int bound_port(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

bool is_same_file(const Descriptor& a, const Descriptor& b) {
  struct stat first {};
  struct stat second {};
  return ::fstat(a.number(), &first) == 0 && ::fstat(b.number(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

std::string refusal(const Endpoint& endpoint, bool shared = false) {
  try {
    static_cast<void>(listen_on(endpoint, shared));
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "none";
}

TEST(Listener, TellsThePortThatTheKernelPicked) {
  const Listener listener = listen_on(tcp("127.0.0.1"), false);
  EXPECT_EQ(listener.address.substr(0, 10), "127.0.0.1:");
  EXPECT_GT(port_of(listener), 0);
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, SharesATcpAddressAmongThreads) {
  const Listener listener = listen_on(tcp("127.0.0.1"), true);
  EXPECT_TRUE(listener.own_tcp);
  std::vector<Descriptor> others;
  for (int i = 0; i < 3; ++i) others.push_back(join(tcp("127.0.0.1"), listener.socket.number(), true));
  for (const Descriptor& other : others) EXPECT_EQ(bound_port(other), port_of(listener));
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, SharesAUnixSocketByAnotherDescriptor) {
  const Directory directory;
  const Listener listener = listen_on(local(directory.file("s")), true);
  const Descriptor other = join(local(directory.file("s")), listener.socket.number(), listener.own_tcp);
  EXPECT_NE(other.number(), listener.socket.number());
  EXPECT_TRUE(is_same_file(other, listener.socket));
}

TEST(Listener, CannotJoinWhatIsNoSocketAnyMore) {
  try {
    static_cast<void>(join(local("/run/x.sock"), -1, false));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(), "cannot listen on unix:/run/x.sock: " + std::generic_category().message(EBADF));
  }
}

TEST(Listener, FindsAnAddressInUseThoughThreadsShareIt) {
  const Listener listener = listen_on(tcp("127.0.0.1"), true);
  EXPECT_EQ(refusal(tcp("127.0.0.1", port_of(listener)), true),
            "cannot listen on " + listener.address + ": " + std::generic_category().message(EADDRINUSE));
}

TEST(Listener, RefusesAHostThatIsNoAddress) {
  EXPECT_EQ(refusal(tcp("localhost")), "cannot listen on localhost:0: Invalid argument");
}

TEST(Listener, ListensOnIpv6Alone) {
  const Listener listener = listen_on(tcp("::1"), false);
  EXPECT_EQ(listener.address.substr(0, 6), "[::1]:");
  int only = 0;
  socklen_t size = sizeof only;
  ASSERT_EQ(::getsockopt(listener.socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &only, &size), 0);
  EXPECT_EQ(only, 1);
}

TEST(Listener, GivesAUnixSocketItsModeWhateverTheUmask) {
  const Directory directory;
  const mode_t before = ::umask(0077);
  const Listener listener = listen_on(local(directory.file("s"), 0666), true);
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(directory.file("s").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0666u);
  EXPECT_EQ(listener.address, "unix:" + directory.file("s"));
  EXPECT_TRUE(connects(directory.file("s")));
}

TEST(Listener, RemovesItsUnixSocketAtTheEnd) {
  const Directory directory;
  { const Listener listener = listen_on(local(directory.file("s")), false); }
  EXPECT_FALSE(fs::exists(directory.file("s")));
}

TEST(Listener, LeavesAloneWhatSomebodyElsePutInItsPlace) {
  const Directory directory;
  {
    const Listener first = listen_on(local(directory.file("s")), false);
    fs::remove(directory.file("s"));
    std::ofstream(directory.file("s")) << "mine";
  }
  EXPECT_TRUE(fs::exists(directory.file("s")));
}

TEST(Listener, ReplacesAStaleUnixSocket) {
  const Directory directory;
  const std::string path = directory.file("s");
  {
    const Descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ASSERT_TRUE(fs::exists(path));
  const Listener listener = listen_on(local(path), false);
  EXPECT_TRUE(connects(path));
}

TEST(Listener, LeavesALiveUnixSocketToItsOwner) {
  const Directory directory;
  const Listener listener = listen_on(local(directory.file("s")), false);
  EXPECT_EQ(refusal(local(directory.file("s"))),
            "cannot listen on unix:" + directory.file("s") + ": " + std::generic_category().message(EADDRINUSE));
  EXPECT_TRUE(connects(directory.file("s")));
}

TEST(Listener, NeverRemovesAFileThatIsNoSocket) {
  const Directory directory;
  std::ofstream(directory.file("s")) << "data";
  EXPECT_NE(refusal(local(directory.file("s"))), "none");
  EXPECT_TRUE(fs::is_regular_file(directory.file("s")));
}

TEST(Listener, RefusesAPathThatNoAddressHolds) {
  EXPECT_NE(refusal(local("/tmp/" + std::string(200, 'x'))).find(std::generic_category().message(ENAMETOOLONG)),
            std::string::npos);
}

TEST(Listener, TakesOverAnInheritedSocket) {
  Listener parent = listen_on(tcp("127.0.0.1"), false);
  Endpoint endpoint;
  endpoint.inherited = parent.socket.release();
  const Listener listener = listen_on(endpoint, true);
  EXPECT_EQ(listener.address, parent.address);
  EXPECT_FALSE(listener.own_tcp);
  EXPECT_NE(::fcntl(listener.socket.number(), F_GETFL) & O_NONBLOCK, 0);
  const Descriptor other = join(endpoint, listener.socket.number(), false);
  EXPECT_TRUE(is_same_file(other, listener.socket));
  for (const Descriptor* one : {&listener.socket, &other}) EXPECT_NE(::fcntl(one->number(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, RefusesAnInheritedDescriptorThatDoesNotListen) {
  Endpoint endpoint;
  endpoint.inherited = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_NE(refusal(endpoint).find("inherited descriptor"), std::string::npos);
}

}  // namespace
}  // namespace planish::net
