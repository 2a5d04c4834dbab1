// ConnectionSet: the connections that a thread has from one kind of address, public or admin, and who may join them.
#pragma once

#include <http/server_connection.hpp>
#include <http/service.hpp>
#include <net/clock.hpp>
#include <net/connection.hpp>
#include <net/descriptor.hpp>
#include <net/thread_context.hpp>
#include <net/unread.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <string_view>

namespace planish::net {

// The process's account of --max-connections, or that of the admin address. Touched at accept and close only.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t max) noexcept : max_(max) {}
  // False: that would be one too many, and nothing was counted.
  [[nodiscard]] bool join() noexcept {
    if (count_.fetch_add(1, std::memory_order_relaxed) < max_) return true;
    leave();
    return false;
  }
  [[nodiscard]] std::size_t max() const noexcept { return max_; }
  // Before there are several threads. Those that are counted stay.
  void set_max(std::size_t max) noexcept { max_ = max; }
  void leave() noexcept { count_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> count_{0};
  std::size_t max_;
};

class ConnectionSet {
 public:
  // Connections over the limit that may wait for their client to read the 503; the next one takes the longest's place.
  static constexpr std::size_t kTurnedAwayMax = 64;

  ConnectionSet(ThreadContext&, http::Service&, ConnectionCount&);
  ~ConnectionSet();
  ConnectionSet(const ConnectionSet&) = delete;
  ConnectionSet& operator=(const ConnectionSet&) = delete;

  // Takes an accepted socket: makes a connection of it, if need be in the place of the longest-idle one.
  void admit(Descriptor);

  // Once a tick: ends what has timed out. True: not all of it, there is too much for one turn.
  [[nodiscard]] bool sweep();
  // Once a tick while draining: idle connections get their last look. True: as above.
  [[nodiscard]] bool last_look(LastLooks);
  // Ends all connections at once.
  void cut();
  // True once no connection is left.
  [[nodiscard]] bool empty() const noexcept {
    return idle_.empty() && busy_.empty() && unread_.empty() && leaving_.empty() && away_.empty();
  }
  // Where one is to be ended for others, so many of the leaving and of the idle ones are looked at, a system call or
  // two each, which is less than an answer takes.
  static constexpr int kLooksMax = 16;
  // One step towards room. Of those with an unread answer, the one whose peer has taken nothing for longest is cut;
  // but, while `sparing`, it is written to instead where its peer has taken all that there was: a busy thread had not
  // come to it. Less would not do: the kernel of a peer that reads nothing takes a little more now and then.
  // `young_too`: also one that is_young().
  enum class Relieved : std::uint8_t { nobody, wrote, cut };
  [[nodiscard]] Relieved relieve(bool sparing, bool young_too);
  // Since when its peer has taken nothing; kNobody where there is none. From any thread.
  static constexpr std::chrono::nanoseconds kNobody = std::chrono::nanoseconds::max();
  [[nodiscard]] std::chrono::nanoseconds unread_since() const noexcept {
    return std::chrono::nanoseconds{unread_since_.load(std::memory_order_acquire)};
  }
  // What is left of its answer.
  [[nodiscard]] Unread longest_unread() const noexcept { return longest_unread_.load(std::memory_order_relaxed); }

  // Each of these may end a connection, and destroys it then: its handler has come back; its upstream has spoken, or
  // failed to; what it has not taken is given up.
  void ready(Connection&);
  void answer(Connection&, const http::Owed&, std::string_view answer, const http::UpstreamSaid&);
  void cut(Connection&);

  // For connections.
  [[nodiscard]] ThreadContext& thread_context() noexcept { return thread_context_; }
  [[nodiscard]] const http::ServerConnection::Parts& parts() const noexcept { return parts_; }
  // To the end of a list: who has stood in it for longest stands in front.
  void move(Connection::Place, Line from, Line to) noexcept;
  void ended(Connection&) noexcept;  // its place among the connections is free

 private:
  [[nodiscard]] bool make_room();
  void turn_away(Descriptor);
  void end_longest_away();
  void erase_if_gone(Connection&);
  void add(Descriptor, bool counted);
  [[nodiscard]] std::list<Connection>& list_of(Line) noexcept;

  ThreadContext& thread_context_;
  const http::ServerConnection::Parts parts_;
  ConnectionCount& count_;
  std::list<Connection> idle_;
  std::list<Connection> busy_;
  std::atomic<std::chrono::nanoseconds::rep> unread_since_{kNobody.count()};
  std::atomic<Unread> longest_unread_{{}};
  static_assert(std::atomic<Unread>::is_always_lock_free);
  std::list<Connection> unread_;   // answers wait for the peer
  std::list<Connection> leaving_;  // their last answers wait in the kernel for the peer, and nothing else is waited for
  std::list<Connection> away_;     // over the limit: they read their 503
  std::size_t away_open_ = 0;
};

}  // namespace planish::net
