// Lane: the connections that a thread has from one kind of address, public or admin, and who may join them.
#pragma once

#include <http/exchange.hpp>
#include <http/service.hpp>
#include <net/descriptor.hpp>
#include <net/session.hpp>
#include <net/workplace.hpp>

#include <atomic>
#include <cstddef>
#include <list>

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

class Lane {
 public:
  // Connections over the limit that may wait for their client to read the 503; the next one takes the longest's place.
  static constexpr std::size_t kTurnedAwayMax = 64;

  Lane(Workplace&, http::Service&, ConnectionCount&);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Takes an accepted socket: makes a session of it, if need be in the place of the longest-idle one.
  void admit(Descriptor);

  // Once a tick: ends what has timed out. True: not all of it, there is too much for one turn.
  [[nodiscard]] bool sweep();
  // Once a tick while draining: idle connections get their last look. True: as above.
  [[nodiscard]] bool last_look(bool also_those_just_heard, bool also_those_never_heard);
  // Ends all sessions at once.
  void cut();
  // True once no session is left.
  [[nodiscard]] bool empty() const noexcept {
    return idle_.empty() && busy_.empty() && unread_.empty() && away_.empty();
  }
  // Of those with an unread answer, the one whose peer has taken nothing for longest; null where there is none.
  [[nodiscard]] Session* longest_unread() noexcept { return unread_.empty() ? nullptr : &unread_.front(); }

  // For sessions.
  [[nodiscard]] Workplace& workplace() noexcept { return workplace_; }
  [[nodiscard]] const http::Exchange::Parts& parts() const noexcept { return parts_; }
  // To the end of a list: who has stood in it for longest stands in front.
  void move(Session::Place, Session::Line from, Session::Line to) noexcept;
  void ended(Session&) noexcept;  // its place among the connections is free
  void bury(Session::Place);      // destroys it

 private:
  [[nodiscard]] bool make_room();
  void turn_away(Descriptor);
  void end_longest_away();
  void add(Descriptor, bool counted);
  [[nodiscard]] std::list<Session>& list_of(Session::Line) noexcept;

  Workplace& workplace_;
  const http::Exchange::Parts parts_;
  ConnectionCount& count_;
  std::list<Session> idle_;
  std::list<Session> busy_;
  std::list<Session> unread_;  // answers wait for the peer
  std::list<Session> away_;    // over the limit: they read their 503
  std::size_t away_open_ = 0;
};

}  // namespace planish::net
