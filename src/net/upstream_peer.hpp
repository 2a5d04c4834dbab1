// UpstreamPeer: what the threads share of one upstream: its addresses, and how many connections to it there are.
#pragma once

#include <http/upstream.hpp>
#include <net/socket_address.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace planish::net {

// Made with std::make_shared: a lookup that goes on when everybody else is gone has its own share of it.
class UpstreamPeer : public std::enable_shared_from_this<UpstreamPeer> {
 public:
  explicit UpstreamPeer(http::UpstreamPeer settings);

  [[nodiscard]] const http::UpstreamPeer& settings() const noexcept { return settings_; }
  // Nothing has to be looked up.
  [[nodiscard]] bool is_literal() const noexcept { return is_literal_; }

  // What the name means; null: that is not known yet. Starts a lookup on a thread of its own where it is time for one,
  // and where `failed` says that nobody was there, but no more than one a second.
  [[nodiscard]] std::shared_ptr<const SocketAddresses> addresses(std::chrono::nanoseconds now, bool failed);

  // The account of connections_max. False: that would be one too many.
  [[nodiscard]] bool join() noexcept;
  void leave() noexcept { open_.fetch_sub(1, std::memory_order_relaxed); }
  // A thread has no more than its share while others starve; it is so many connections.
  void add_thread(int n) noexcept { threads_.fetch_add(n, std::memory_order_relaxed); }
  void add_starving(int n) noexcept { starving_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] bool has_starving() const noexcept { return starving_.load(std::memory_order_relaxed) > 0; }
  [[nodiscard]] std::size_t share() const noexcept;

 private:
  void look_up() noexcept;

  const http::UpstreamPeer settings_;
  bool is_literal_ = false;
  std::atomic<std::size_t> open_{0};
  std::atomic<int> threads_{0};
  std::atomic<int> starving_{0};
  std::atomic<bool> looking_{false};
  std::mutex mutex_;  // of what is looked at once a connection:
  std::shared_ptr<const SocketAddresses> addresses_;
  std::chrono::nanoseconds looked_at_{-1};  // never
};

// The peers of a process: those that somebody still uses.
class UpstreamPeers {
 public:
  [[nodiscard]] std::shared_ptr<UpstreamPeer> of(const http::UpstreamPeer& settings);

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<UpstreamPeer>> known_;
};

}  // namespace planish::net
