// Loop: one thread's event loop, with all that the thread owns, and the stages of its stop.
#pragma once

#include <http/service.hpp>
#include <net/acceptor.hpp>
#include <net/connection_set.hpp>
#include <net/server.hpp>
#include <net/thread_context.hpp>
#include <net/upstream_peer.hpp>
#include <net/upstreams.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <planish/transformer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace planish::net {

// What the loops of a process share. Constant but for the three accounts and the upstreams.
struct Shared {
  Shared(ServerOptions, http::ServiceOptions, telemetry::Health&, std::function<void(Notice)>,
         std::function<void(const http::Answered&)>);

  const ServerOptions options;
  const http::ServiceOptions service_options;
  const std::function<void(Notice)> notice;
  const std::function<void(const http::Answered&)> observer;
  telemetry::Health& health;
  ConnectionCount connections;
  ConnectionCount admin_connections;
  BufferedBytes buffered;
  UpstreamPeers upstream_peers;
};

class Loop {
 public:
  // What the loops of a process must agree on while they stop.
  struct Stages {
    std::function<void()> quiescing;         // new connections are unwelcome from now on
    std::function<void()> listeners_closed;  // of this loop; when those of all are, close_connections() is due
    // Whose unread_since() is the earliest; null where nobody has to go for so many bytes.
    std::function<Loop*(std::size_t wanted)> longest_unread;
  };

  Loop(Shared&, Counters&, Stages);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Before begin().
  void listen(Descriptor, bool own_tcp, bool admin);

  // From here on connections are accepted, where the loop runs.
  void begin();
  // What transforms need and other answers don't.
  void prepare() { prepare(*shared_.options.endpoints); }
  // Runs the loop for a moment: what is waiting now, and what that brings within a few calls.
  void answer_some();
  // Until the stop is complete. False: it was cut.
  bool run();

  // From any thread.
  void drain();
  void close_connections();
  void stop() noexcept { thread_context_.context.stop(); }
  void set_endpoints(std::shared_ptr<const http::Endpoints>);
  // Since when the peer of an unread answer of this loop has taken nothing, at the most; ConnectionSet::kNobody.
  [[nodiscard]] std::chrono::nanoseconds unread_since() const noexcept {
    return std::min(connection_set_.unread_since(), admin_connection_set_.unread_since());
  }
  [[nodiscard]] Unread unread() const noexcept {
    const bool admin = admin_connection_set_.unread_since() < connection_set_.unread_since();
    return (admin ? admin_connection_set_ : connection_set_).longest_unread();
  }
  // At the loop's next turn: cuts those with an unread answer, the longest of all loops' first, until --max-buffered is
  // kept, or asks on where that is another loop's.
  void make_room() noexcept;

  [[nodiscard]] std::size_t memory_bytes_max() const;
  [[nodiscard]] const Share& share() const noexcept { return thread_context_.share; }

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;
  using Stage = void (Loop::*)();

  void prepare(const http::Endpoints&);
  void relieve_pending_bytes();
  [[nodiscard]] bool relieve(PendingBytesPool::Step);
  void on_tick();
  void sweep();
  void look_at_connections();
  void after(Timer&, std::chrono::milliseconds, Stage);
  void quiesce();
  void close_listeners();
  void cut_off();
  void cut();

  Shared& shared_;
  Stages stages_;
  Transformer transformer_;
  ThreadContext thread_context_;
  http::Service service_;
  http::Service admin_service_;
  Upstreams upstreams_;
  ConnectionSet connection_set_;
  ConnectionSet admin_connection_set_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  Timer ticking_;
  Timer stage_;
  Timer deadline_;
  std::chrono::nanoseconds began_;
  std::chrono::nanoseconds closing_since_{};
  bool complete_ = false;  // the stop, without a cut
  std::atomic<bool> asked_for_room_{false};
};

}  // namespace planish::net
