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

std::string refusal(const Endpoint& endpoint, unsigned threads = 1) {
  try {
    static_cast<void>(listen_on(endpoint, threads));
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "none";
}

TEST(Listener, TellsThePortThatTheKernelPicked) {
  const Listener listener = listen_on(tcp("127.0.0.1"), 1);
  EXPECT_EQ(listener.address.substr(0, 10), "127.0.0.1:");
  EXPECT_GT(port_of(listener), 0);
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, SharesATcpAddressAmongThreads) {
  const Listener listener = listen_on(tcp("127.0.0.1"), 4);
  ASSERT_EQ(listener.descriptors.size(), 4u);
  EXPECT_TRUE(listener.own_tcp);
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, FindsAnAddressInUseThoughThreadsShareIt) {
  const Listener listener = listen_on(tcp("127.0.0.1"), 2);
  EXPECT_EQ(refusal(tcp("127.0.0.1", port_of(listener)), 2),
            "cannot listen on " + listener.address + ": " + std::generic_category().message(EADDRINUSE));
}

TEST(Listener, RefusesAHostThatIsNoAddress) {
  EXPECT_EQ(refusal(tcp("localhost")), "cannot listen on localhost:0: Invalid argument");
}

TEST(Listener, ListensOnIpv6Alone) {
  const Listener listener = listen_on(tcp("::1"), 1);
  EXPECT_EQ(listener.address.substr(0, 6), "[::1]:");
  int only = 0;
  socklen_t size = sizeof only;
  ASSERT_EQ(::getsockopt(listener.descriptors[0].number(), IPPROTO_IPV6, IPV6_V6ONLY, &only, &size), 0);
  EXPECT_EQ(only, 1);
}

TEST(Listener, GivesAUnixSocketItsModeWhateverTheUmask) {
  const Directory directory;
  const mode_t before = ::umask(0077);
  const Listener listener = listen_on(local(directory.file("s"), 0666), 3);
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(directory.file("s").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0666u);
  EXPECT_EQ(listener.address, "unix:" + directory.file("s"));
  EXPECT_EQ(listener.descriptors.size(), 3u);
  EXPECT_TRUE(connects(directory.file("s")));
}

TEST(Listener, RemovesItsUnixSocketAtTheEnd) {
  const Directory directory;
  { const Listener listener = listen_on(local(directory.file("s")), 1); }
  EXPECT_FALSE(fs::exists(directory.file("s")));
}

TEST(Listener, LeavesAloneWhatSomebodyElsePutInItsPlace) {
  const Directory directory;
  {
    const Listener first = listen_on(local(directory.file("s")), 1);
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
  const Listener listener = listen_on(local(path), 1);
  EXPECT_TRUE(connects(path));
}

TEST(Listener, LeavesALiveUnixSocketToItsOwner) {
  const Directory directory;
  const Listener listener = listen_on(local(directory.file("s")), 1);
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
  Listener parent = listen_on(tcp("127.0.0.1"), 1);
  Endpoint endpoint;
  endpoint.inherited = parent.descriptors[0].release();
  const Listener listener = listen_on(endpoint, 2);
  EXPECT_EQ(listener.address, parent.address);
  EXPECT_FALSE(listener.own_tcp);
  ASSERT_EQ(listener.descriptors.size(), 2u);
  EXPECT_NE(::fcntl(listener.descriptors[0].number(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(listener.descriptors[0].number(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_TRUE(connects(port_of(listener)));
}

TEST(Listener, RefusesAnInheritedDescriptorThatDoesNotListen) {
  Endpoint endpoint;
  endpoint.inherited = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_NE(refusal(endpoint).find("inherited descriptor"), std::string::npos);
}

}  // namespace
}  // namespace planish::net
