// Server: binds the addresses, spreads them over the loops, and keeps the loops in step while they stop.
#include <net/server.hpp>

#include <net/connection.hpp>
#include <net/listener.hpp>
#include <net/loop.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace planish::net {
namespace {

// What a connection costs beside its pending bytes: the connection in its list, and the reactor's state of its
// descriptor, of 168 bytes. glibc makes 256 and 176 of them, musl 288 and 192; the rest is what they need to find them.
constexpr std::size_t kConnectionBytes = 512;
static_assert(sizeof(Connection) + 2 * sizeof(void*) + 168 <= 416);

std::system_error as_ours(const boost::system::system_error& error, const char* what) {
  return {error.code().value(), std::generic_category(), what};
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, http::ServiceOptions service_options, Counters& counters, telemetry::Health& health,
       std::function<void(Notice)> notice, std::function<void(const http::Answered&)> observer)
      : shared_(std::move(options), std::move(service_options), health, std::move(notice), std::move(observer)) {
    const ServerOptions& asked = shared_.options;
    for (const Endpoint& endpoint : asked.listen) listeners_.push_back(listen_on(endpoint, asked.shared));
    for (const Endpoint& endpoint : asked.admin) listeners_.push_back(listen_on(endpoint, false));

    Loop& first = add_loop(counters);
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      first_sockets_.push_back(listeners_[i].socket.number());
      first.listen(std::move(listeners_[i].socket), listeners_[i].own_tcp, i >= asked.listen.size());
    }
  }

  [[nodiscard]] const ServerOptions& options() const noexcept { return shared_.options; }

  [[nodiscard]] std::vector<std::string> bound_addresses() const {
    std::vector<std::string> out;
    for (const Listener& listener : listeners_) out.push_back(listener.address);
    return out;
  }

  [[nodiscard]] std::size_t memory_bytes_max() const {
    std::size_t out = shared_.options.buffered_bytes_max;
    out += shared_.buffered.ahead_max();  // until others have made room, or an answer that is half out has been taken
    out += (shared_.connections.max() + shared_.admin_connections.max()) * kConnectionBytes;
    out += Upstreams::memory_bytes_max(*shared_.options.endpoints, shared_.connections.max());
    // Those turned away of both sets, and as many that were ended in one go and whose waits have yet to come back.
    for (const auto& loop : loops_)
      out += loop->memory_bytes_max() + 4 * ConnectionSet::kTurnedAwayMax * kConnectionBytes;
    return out;
  }

  [[nodiscard]] std::size_t kernel_bytes_max() const {
    std::size_t open = 0, admin = 0;
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      std::size_t& most = i < shared_.options.listen.size() ? open : admin;
      most = std::max(most, listeners_[i].kernel_bytes_max);
    }
    return (shared_.connections.max() + loops_.size() * ConnectionSet::kTurnedAwayMax) * open +
           (shared_.admin_connections.max() + loops_.size() * ConnectionSet::kTurnedAwayMax) * admin +
           Upstreams::kernel_bytes_max(*shared_.options.endpoints);
  }

  void begin() {
    {
      const std::lock_guard lock(life_);
      if (!draining_) shared_.health.set(telemetry::Phase::ready);
    }
    loops_.front()->begin();
    loops_.front()->answer_some();
  }

  void add_loops(std::span<Counters> counters, std::size_t connections_max) {
    shared_.connections.set_max(connections_max);
    loops_.front()->prepare();
    for (Counters& one : counters) join(add_loop(one));
  }

  bool run(const std::function<void()>& started) {
    listening_ = static_cast<unsigned>(loops_.size());
    start_life();
    std::vector<std::thread> threads;
    try {
      for (std::size_t i = 1; i < loops_.size(); ++i) threads.emplace_back([this, i] { run_loop(*loops_[i]); });
      if (started) started();
    } catch (const std::system_error& error) {
      fail(std::make_exception_ptr(std::system_error(error.code(), "cannot start a thread")));
    } catch (const std::exception&) {
      fail(std::current_exception());
    }
    run_loop(*loops_[0]);
    for (std::thread& thread : threads) thread.join();
    remove_paths();
    if (failure_) std::rethrow_exception(failure_);
    return complete_;
  }

  void drain() {
    const std::lock_guard lock(life_);
    if (draining_) return;
    draining_ = true;
    shared_.health.set(telemetry::Phase::draining);
    if (shared_.notice) shared_.notice(Notice::drain_began);
    if (alive_) each_loop(&Loop::drain);
  }

  void stop() {
    const std::lock_guard lock(life_);
    stopped_ = true;
    if (alive_) each_loop(&Loop::stop);
  }

  void set_endpoints(const std::shared_ptr<const http::Endpoints>& endpoints) {
    const std::lock_guard lock(life_);
    endpoints_ = endpoints;
    if (alive_) tell_endpoints();
  }

  void remove_paths() {
    const std::lock_guard lock(paths_);
    for (Listener& listener : listeners_) listener.unix_path.remove();
  }

 private:
  // All loops are there. What was said before is theirs to hear now.
  void start_life() {
    const std::lock_guard lock(life_);
    alive_ = true;
    if (endpoints_ != nullptr) tell_endpoints();
    if (draining_) each_loop(&Loop::drain);
    if (stopped_) each_loop(&Loop::stop);
  }

  template <class Action>
  void each_loop(Action action) {
    for (const auto& loop : loops_) ((*loop).*action)();
  }

  void tell_endpoints() {
    for (const auto& loop : loops_) loop->set_endpoints(endpoints_);
  }

  Loop& add_loop(Counters& counters) {
    try {
      loops_.push_back(
          std::make_unique<Loop>(shared_, counters,
                                 Loop::Stages{[this] { remove_paths(); }, [this] { on_listeners_closed(); },
                                              [this](std::size_t wanted) { return longest_unread(wanted); }}));
    } catch (const boost::system::system_error& error) {
      throw as_ours(error, "cannot make an event loop");
    }
    return *loops_.back();
  }

  void run_loop(Loop& loop) noexcept {
    try {
      if (!loop.run()) complete_ = false;
    } catch (const boost::system::system_error& error) {
      fail(std::make_exception_ptr(as_ours(error, "cannot go on")));
    } catch (const std::exception&) {  // no memory: not all of its connections are in a state that could go on
      fail(std::current_exception());
    }
  }

  // Of several failures the first counts.
  void fail(std::exception_ptr failure) noexcept {
    const std::lock_guard lock(failing_);
    if (!failure_) failure_ = std::move(failure);
    stop();
  }

  void join(Loop& loop) {
    for (std::size_t i = 0; i < shared_.options.listen.size(); ++i) {
      const bool own_tcp = listeners_[i].own_tcp;
      loop.listen(net::join(shared_.options.listen[i], first_sockets_[i], own_tcp), own_tcp, false);
    }
    loop.prepare();
    loop.begin();
  }

  [[nodiscard]] Loop* longest_unread(std::size_t wanted) const noexcept {
    std::chrono::nanoseconds since = ConnectionSet::kNobody;
    Loop* longest = nullptr;
    for (const auto& loop : loops_) {
      if (loop->unread_since() >= since) continue;
      since = loop->unread_since();
      longest = loop.get();
    }
    if (longest == nullptr || is_spared(longest->unread(), now(), wanted, shared_.buffered)) return nullptr;
    return longest;
  }

  // All listeners before any connection: a client that is told to go elsewhere must not find this process again.
  void on_listeners_closed() {
    if (listening_.fetch_sub(1) != 1) return;
    for (const auto& loop : loops_) loop->close_connections();
  }

  Shared shared_;
  std::vector<Listener> listeners_;
  std::vector<int> first_sockets_;  // owned by the first loop
  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<unsigned> listening_{0};  // loops whose listeners are open
  std::atomic<bool> complete_{true};
  std::mutex failing_;
  std::exception_ptr failure_;
  std::mutex paths_;

  std::mutex life_;  // of what other threads may say at any time:
  bool alive_ = false;
  bool draining_ = false;
  bool stopped_ = false;
  std::shared_ptr<const http::Endpoints> endpoints_;  // none: that which it began with
};

Server::Server(ServerOptions options, http::ServiceOptions service_options, Counters& counters,
               telemetry::Health& health, std::function<void(Notice)> notice,
               std::function<void(const http::Answered&)> observer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(service_options), counters, health, std::move(notice),
                                   std::move(observer))) {}

Server::~Server() = default;

const ServerOptions& Server::options() const noexcept {
  return impl_->options();
}
std::vector<std::string> Server::bound_addresses() const {
  return impl_->bound_addresses();
}
std::size_t Server::memory_bytes_max() const {
  return impl_->memory_bytes_max();
}
std::size_t Server::kernel_bytes_max() const {
  return impl_->kernel_bytes_max();
}
void Server::begin() {
  impl_->begin();
}
void Server::add_loops(std::span<Counters> counters, std::size_t connections_max) {
  impl_->add_loops(counters, connections_max);
}
bool Server::run(const std::function<void()>& started) {
  return impl_->run(started);
}
void Server::drain() {
  impl_->drain();
}
void Server::stop() {
  impl_->stop();
}
void Server::remove_paths() {
  impl_->remove_paths();
}
void Server::set_endpoints(const std::shared_ptr<const http::Endpoints>& endpoints) {
  impl_->set_endpoints(endpoints);
}

}  // namespace planish::net
