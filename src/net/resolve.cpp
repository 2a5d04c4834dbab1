// Numbers are read here and now; a name is looked up by a thread of its own, which nobody has to wait for.
#include <net/resolve.hpp>

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace planish::net {
namespace {

struct Found {
  int error = 0;
  std::shared_ptr<const addrinfo> addresses;
};

Found look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* first = nullptr;
  Found found;
  found.error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &first);
  if (found.error == 0) found.addresses = {first, &::freeaddrinfo};
  return found;
}

// What the two threads share; whoever is the last to leave takes it away.
struct Asked {
  std::mutex mutex;
  std::condition_variable done;
  bool is_done = false;
  Found found;
};

}  // namespace

std::shared_ptr<const addrinfo> resolve(const std::string& host, const std::string& port,
                                        std::chrono::steady_clock::time_point deadline, std::string& why) {
  Found found = look_up(host, port, AI_NUMERICHOST);
  if (found.error == EAI_NONAME) {
    const auto asked = std::make_shared<Asked>();
    try {
      std::thread([asked, host, port] {
        Found here = look_up(host, port, 0);
        const std::lock_guard lock(asked->mutex);
        asked->found = std::move(here);
        asked->is_done = true;
        asked->done.notify_one();
      }).detach();
    } catch (const std::system_error& error) {
      why = host + ": cannot start a thread: " + error.code().message();
      return nullptr;
    }
    std::unique_lock lock(asked->mutex);
    if (!asked->done.wait_until(lock, deadline, [&] { return asked->is_done; })) {
      why = host + ": the name is not resolved in time";
      return nullptr;
    }
    found = asked->found;
  }
  if (found.error != 0) why = host + ": " + ::gai_strerror(found.error);
  return found.addresses;
}

}  // namespace planish::net
