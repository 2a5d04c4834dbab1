// Upstreams: a thread's requests to upstreams, from the moment a client's answer depends on one until it is told.
#pragma once

#include <http/endpoint.hpp>
#include <http/upstream.hpp>
#include <net/upstream_call.hpp>
#include <net/upstream_deadlines.hpp>
#include <net/upstream_peer.hpp>
#include <net/upstream_pool.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace planish::net {

struct ThreadContext;

class Upstreams {
 public:
  Upstreams(ThreadContext& thread_context, UpstreamPeers& peers);
  ~Upstreams();
  Upstreams(const Upstreams&) = delete;
  Upstreams& operator=(const Upstreams&) = delete;

  // From now on the upstreams of these are asked. Those of others go on with what they have begun.
  void set(std::shared_ptr<const http::Endpoints> endpoints);

  // The client is answered later, never within this call. Null: there is no memory for it within --max-buffered.
  [[nodiscard]] UpstreamCall* ask(UpstreamClient client, const http::Forward& forward);
  // The client is to have no answer any more.
  void leave(UpstreamCall& call);
  // Nothing is under way. What was begun for clients that have gone is.
  [[nodiscard]] bool quiet() const noexcept;
  void cut();

  // What each of so many clients may come to need beside its connection, and all connections to upstreams.
  [[nodiscard]] static std::size_t memory_bytes_max(const http::Endpoints& endpoints, std::size_t connections_max);
  // And what the kernel may hold for those.
  [[nodiscard]] static std::size_t kernel_bytes_max(const http::Endpoints& endpoints);
  // Descriptors of a process: of its connections to upstreams, and of a lookup of each name, of which one at a time is
  // under way: a file, and sockets to the name servers.
  static constexpr std::size_t kDescriptorsOfALookup = 4;
  [[nodiscard]] static std::size_t descriptors_max(const http::Endpoints& endpoints);

  // For the pools.
  [[nodiscard]] ThreadContext& thread_context() noexcept { return thread_context_; }
  void look_soon();
  void finish(UpstreamCall::List& from, UpstreamCall& call);
  void fail(UpstreamCall::List& from, UpstreamCall& call);

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;

  [[nodiscard]] UpstreamPool* pool_of(const http::Upstream* upstream) const noexcept;
  void keep_answer(UpstreamCall& call, const http::Forward& forward, bool& kept);
  void tell(UpstreamCall& call);
  void tell_failed();
  void sweep();
  void drop_paid_endpoints();
  void wait_for_sweep(std::chrono::milliseconds period);

  ThreadContext& thread_context_;
  UpstreamPeers& peers_;
  std::list<OwingEndpoints> endpoints_;  // the last, and those that still owe something
  std::vector<std::unique_ptr<UpstreamPool>> pools_;
  std::vector<std::unique_ptr<UpstreamPool>> retired_;
  std::vector<std::pair<const http::Upstream*, UpstreamPool*>> by_upstream_;
  UpstreamDeadlines deadlines_;  // of those that are under way
  UpstreamCall::List free_;
  UpstreamCall::List failed_;  // to be told as soon as nobody's turn is under way
  std::chrono::milliseconds period_;
  Timer timer_;
  bool sweeping_ = false;       // the timer runs
  bool sweeping_soon_ = false;  // in its shortest period
  bool telling_ = false;
};

}  // namespace planish::net
