// Listening sockets: addresses in use, stale and foreign files, who may connect, inherited descriptors.
#include <net/listener.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstddef>
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

Descriptor bound_socket(const std::string& path, int type = SOCK_STREAM) {
  Descriptor out(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(out.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return out;
}

bool connects(int port) {
  const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connects_by_ipv6(int port) {
  const Descriptor client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// From now on this process gets no socket of IPv6, as where the kernel has none.
bool forbid_ipv6() {
  const auto low_half_of_first_argument = static_cast<std::uint32_t>(offsetof(seccomp_data, args));
  const auto call = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  std::array<sock_filter, 6> program{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, call},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, __NR_socket},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, low_half_of_first_argument},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, AF_INET6},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EAFNOSUPPORT},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
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

TEST(Listener, TakesBothFamiliesWhereNoHostIsNamed) {
  const Listener listener = listen_on(tcp(""), true);
  EXPECT_EQ(listener.address.front(), ':');
  EXPECT_TRUE(connects(port_of(listener)));
  EXPECT_TRUE(connects_by_ipv6(port_of(listener)));
  const Descriptor other = join(tcp(""), listener.socket.number(), true);
  EXPECT_EQ(bound_port(other), port_of(listener));
  const std::string in_use = ": " + std::generic_category().message(EADDRINUSE);
  for (const std::string host : {"", "0.0.0.0", "::", "127.0.0.1", "::1"}) {
    EXPECT_TRUE(refusal(tcp(host, port_of(listener)), true).ends_with(in_use)) << host;
  }
}

TEST(Listener, FindsThePortOfOneFamilyInUseWhereItWantsBoth) {
  for (const std::string host : {"0.0.0.0", "::", "127.0.0.1", "::1"}) {
    const Listener listener = listen_on(tcp(host), false);
    const std::string why = refusal(tcp("", port_of(listener)));
    EXPECT_TRUE(why.starts_with("cannot listen on :")) << why;
    EXPECT_TRUE(why.ends_with(std::generic_category().message(EADDRINUSE))) << why;
  }
}

TEST(Listener, TakesIpv4AloneWhereTheKernelHasNoIpv6) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!forbid_ipv6()) ::_exit(2);
    const Listener listener = listen_on(tcp(""), true);
    const Descriptor other = join(tcp(""), listener.socket.number(), true);
    ::_exit(listener.address.starts_with("0.0.0.0:") && connects(port_of(listener)) && other ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Listener, TellsBothFamiliesOfAnInheritedSocketToo) {
  Listener parent = listen_on(tcp(""), false);
  Endpoint endpoint;
  endpoint.inherited = parent.socket.release();
  EXPECT_EQ(listen_on(endpoint, true).address, parent.address);
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
  static_cast<void>(bound_socket(path));  // and closed
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

TEST(Listener, LeavesAUnixSocketToWhoHasBoundItButDoesNotListenYet) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    const Directory directory;
    const std::string path = directory.file("s");
    const Descriptor owner = bound_socket(path, type);
    EXPECT_EQ(refusal(local(path)),
              "cannot listen on unix:" + path + ": " + std::generic_category().message(EADDRINUSE));
    if (type == SOCK_STREAM) {
      ASSERT_EQ(::listen(owner.number(), 1), 0);
      EXPECT_TRUE(connects(path));
    }
  }
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

TEST(Listener, BoundsWhatTheKernelMayHoldForAConnection) {
  for (const bool inherited : {false, true}) {
    Endpoint endpoint = tcp("127.0.0.1");
    if (inherited) {
      endpoint.inherited = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      ASSERT_EQ(::listen(endpoint.inherited, 8), 0);
    }
    const Listener listener = listen_on(endpoint, false);
    ASSERT_TRUE(connects(port_of(listener)));
    const Descriptor accepted(::accept4(listener.socket.number(), nullptr, nullptr, SOCK_CLOEXEC));
    std::size_t sum = std::size_t{64} << 10;
    for (const int name : {SO_SNDBUF, SO_RCVBUF}) {
      int bytes = 0;
      socklen_t size = sizeof bytes;
      ASSERT_EQ(::getsockopt(accepted.number(), SOL_SOCKET, name, &bytes, &size), 0);
      EXPECT_EQ(bytes, name == SO_SNDBUF ? 256 << 10 : 512 << 10);
      sum += static_cast<std::size_t>(bytes);
    }
    EXPECT_EQ(listener.kernel_bytes_max, sum);
  }
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
