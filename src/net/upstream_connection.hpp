// UpstreamConnection: one connection to an upstream. Connects, sends a request, reads its answer, waits for the next.
#pragma once

#include <http/upstream.hpp>
#include <http/upstream_answer.hpp>
#include <net/pending_bytes_pool.hpp>
#include <net/stream_socket.hpp>
#include <net/upstream_call.hpp>
#include <net/upstream_peer.hpp>
#include <net/wait_memory.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>

namespace planish::net {

class UpstreamPool;

//   connecting --> idle <--> asking        Each of them --> ended, and gone once no wait can come back.
//
// An idle one is watched, so that a close is noticed; an asking one may write and read at the same time, since an
// upstream may answer before it has the whole request.
class UpstreamConnection {
 public:
  using List = std::list<UpstreamConnection>;
  enum class State : std::uint8_t { connecting, idle, asking, ended };

  // What the kernel may hold for each, which it doubles for its own bookkeeping; by itself it would let both grow to
  // several MiB for an upstream that takes nothing, or sends without end. A request of 200 KB leaves in one call, and
  // towards an upstream far away they flow at as much for each round trip.
  static constexpr int kSendBufferBytes = 128 * 1024;
  static constexpr int kReceiveBufferBytes = 128 * 1024;
  // The sending side is full only after it has taken one segment too much.
  static constexpr std::size_t kKernelBytesMax = 2 * (kSendBufferBytes + kReceiveBufferBytes) + 64 * 1024;

  UpstreamConnection(UpstreamPool& pool, std::chrono::nanoseconds deadline);
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  // Called once, before all others. `turn`: which address is the first to be tried.
  void connect(List::iterator self, std::size_t turn);
  // Of one that is connecting: looks again whether its name is known by now, or whether it takes too long.
  void sweep_connecting(std::chrono::nanoseconds now);

  // Of an idle one: the upstream has neither closed it nor said anything.
  [[nodiscard]] bool is_fresh() const noexcept;
  // How many of the bytes are sent now; none: the connection is broken.
  [[nodiscard]] std::optional<std::size_t> send(std::span<const char> request) noexcept;
  // The request is sent, but for call.unsent.
  void ask(UpstreamCall& call);
  void rest(std::chrono::nanoseconds now);
  [[nodiscard]] std::chrono::nanoseconds idle_since() const noexcept { return since_; }
  // Something has to be looked at soon that nothing else tells.
  [[nodiscard]] bool is_pending() const noexcept { return addresses_ == nullptr || is_full_; }
  // Of the answer so far; 0: none.
  [[nodiscard]] unsigned status() const noexcept { return answer_.status(); }

  void end();
  [[nodiscard]] List::iterator self() const noexcept { return self_; }

 private:
  template <bool to_write>
  struct Ready;

  void try_next();
  [[nodiscard]] int begin(const SocketAddress& address);
  void connected();
  void wait_to_read();
  void wait_to_write();
  void on_ready(bool to_write);
  void on_writable();
  void on_readable();
  void read();
  void take(std::span<char> input, bool end_of_stream);
  void fail();
  void finish(std::span<const char> content);
  [[nodiscard]] bool has_sent_all(const UpstreamCall& call) const noexcept;

  UpstreamPool& pool_;
  List::iterator self_;
  StreamSocket socket_;
  std::shared_ptr<const SocketAddresses> addresses_;
  std::chrono::nanoseconds deadline_;      // of connecting
  std::chrono::nanoseconds try_until_{0};  // this address
  std::chrono::nanoseconds since_{0};      // it is idle
  std::size_t turn_ = 0;
  std::size_t tried_ = 0;
  UpstreamCall* call_ = nullptr;
  http::UpstreamAnswer answer_{http::UpstreamAnswer::Content::drop};
  PendingBytes in_;  // of the answer, what has to be looked at again
  State state_ = State::connecting;
  bool is_full_ = false;     // a unix socket takes no connection at the moment
  bool moves_on_ = false;    // to the next address, once the wait for this one has come back
  bool is_counted_ = false;  // among the open ones
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
  WaitMemory read_memory_;
  WaitMemory write_memory_;
};

}  // namespace planish::net
