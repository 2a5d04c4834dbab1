// UpstreamPool: one thread's connections to one upstream, and the requests that wait for one, in order.
#pragma once

#include <net/upstream_call.hpp>
#include <net/upstream_connection.hpp>
#include <net/upstream_peer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

namespace planish::net {

class Upstreams;
struct ThreadContext;

// What one read may bring of an answer of which a part is held already.
inline constexpr std::size_t kUpstreamReadBytes = std::size_t{16} << 10;

class UpstreamPool {
 public:
  UpstreamPool(Upstreams& all, std::shared_ptr<UpstreamPeer> peer);
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  // Sends the request, or has it wait. `free`: the list in which the call stands. False: --max-buffered has no room.
  [[nodiscard]] bool ask(UpstreamCall::List& free, UpstreamCall& call, std::span<const char> request);
  // Of one that waits: it is given up.
  void leave(UpstreamCall::List& free, UpstreamCall& call);
  // Of one that is under way: its time is over.
  void expire(UpstreamCall& call);
  // What is idle for too long, or has to be tried again.
  void sweep(std::chrono::nanoseconds now);
  // No endpoint is its any more.
  void retire();
  void cut();

  [[nodiscard]] const UpstreamPeer& peer() const noexcept { return *peer_; }
  [[nodiscard]] bool quiet() const noexcept { return waiting_.empty() && asking_.empty(); }
  // Nothing of it is left.
  [[nodiscard]] bool empty() const noexcept { return quiet() && connections() == 0 && ended_.empty(); }
  [[nodiscard]] bool needs_sweeps() const noexcept { return !quiet() || connections() != 0; }
  [[nodiscard]] bool is_pending() const noexcept;

  // For its connections.
  [[nodiscard]] ThreadContext& thread_context() noexcept;
  [[nodiscard]] UpstreamPeer& peer() noexcept { return *peer_; }
  void look_soon();
  void connected(UpstreamConnection& connection);    // it was connecting
  void unreachable(UpstreamConnection& connection);  // the same
  void release(UpstreamConnection& connection);      // its call is done, and it may have another
  void gone(UpstreamConnection& connection);         // it is of no further use
  void finish(UpstreamCall& call);                   // `said` stands
  // It has left the state that it was in; `at_once`: no wait of its can come back.
  void ended(UpstreamConnection& connection, UpstreamConnection::State left, bool at_once);
  void bury(UpstreamConnection::List::iterator place);

 private:
  [[nodiscard]] bool ask_an_idle_one(UpstreamCall& call, std::span<const char>& request, bool& kept);
  void give(UpstreamConnection& connection);
  void open_connections();
  [[nodiscard]] bool may_open();
  void set_starving(bool starving);
  void fail(UpstreamCall& call, http::UpstreamSaid said);
  void move_waiting(UpstreamCall& call, UpstreamCall::List& from, UpstreamCall::List& to);
  [[nodiscard]] std::size_t connections() const noexcept { return connecting_.size() + idle_.size() + busy_.size(); }
  [[nodiscard]] std::size_t share() const noexcept;

  Upstreams& all_;
  std::shared_ptr<UpstreamPeer> peer_;
  UpstreamCall::List waiting_;
  UpstreamCall::List asking_;
  UpstreamConnection::List connecting_;
  UpstreamConnection::List idle_;  // the one that is idle for longest in front
  UpstreamConnection::List busy_;
  UpstreamConnection::List ended_;
  std::size_t turn_ = 0;  // which address the next connection tries first
  bool retired_ = false;
  bool opening_ = false;  // within open_connections()
  bool starving_ = false;
};

}  // namespace planish::net
