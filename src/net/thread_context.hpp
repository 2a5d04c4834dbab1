// ThreadContext: what a thread has once and each of its connections uses in turn.
#pragma once

#include <http/decoders.hpp>
#include <http/limits.hpp>
#include <http/outbox.hpp>
#include <http/request_head.hpp>
#include <http/server_connection.hpp>
#include <net/clock.hpp>
#include <net/decoder_queue.hpp>
#include <net/pending_bytes_pool.hpp>
#include <net/server.hpp>
#include <net/share.hpp>

#include <boost/asio/io_context.hpp>
#include <net/counters.hpp>
#include <planish/padded_view.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <thread>

namespace planish::net {

class Upstreams;

// One connection's turn, after which the others have theirs. In 2 ms a thread answers some 200 usual requests, so
// changing over costs nothing that could be measured, and fifty connections that never stop asking let another one wait
// a tenth of a second. The work, one default body's bytes, ends it where no clock is looked at.
inline constexpr std::chrono::milliseconds kTurnTime{2};
inline constexpr std::size_t kTurnWork = std::size_t{1} << 20;
// Who decodes a large body has the thread's decoder, and others wait for it while everybody else has a turn, which may
// be a body of 50 ms. So it has more of a turn than others, and most bodies are through in one. The work stands for the
// same time, usually: what is dearest by the byte would take 50 ms.
inline constexpr std::chrono::milliseconds kTurnDecodingTime{10};
inline constexpr std::size_t kTurnDecodingWork = 4 * kTurnWork;
// A small body has no other turn.
static_assert(http::kSmallWorkMax <= kTurnDecodingWork);

// So long a thread that has run ahead of --max-buffered waits for others to make room. They do between two turns, and
// the longest is that of a body: the dearest MiB takes 50 ms. Nobody waits for a body of seconds.
inline constexpr std::chrono::milliseconds kRoomPatience{100};

struct ThreadContext {
  ThreadContext(const http::Limits& of_messages, std::size_t outbox_bytes, BufferedBytes& buffered_bytes,
                TickLimits ticks, Counters& of_thread, const std::function<void(Notice)>& on_notice)
      : message_limits(of_messages),
        limits(ticks),
        share(buffered_bytes.bytes_max(), http::ServerConnection::kept_bytes_max(of_messages), outbox_bytes),
        outbox(outbox_bytes),
        decoders(of_messages.body_bytes_max),
        buffered(buffered_bytes),
        pending_bytes(buffered_bytes),
        counters(of_thread),
        on_notice_(on_notice) {}

  // For a recv(); kPadding writable bytes follow.
  [[nodiscard]] std::span<char> arena() const noexcept { return {arena_.get(), kArenaBytes}; }

  // Every one: how many of them are said, and that some were not, is for who says them.
  void notice(Notice notice) {
    if (on_notice_) on_notice_(notice);
  }

  // Whether no other turn may begin yet.
  [[nodiscard]] bool waits_for_room() { return pending_bytes.is_ahead() && room_is_on_its_way(); }

  // Between two turns: answers may come to so many bytes from now on.
  void fit_answers(std::size_t outbox_bytes) {
    outbox.grow(outbox_bytes);
    share = Share(buffered.bytes_max(), http::ServerConnection::kept_bytes_max(message_limits), outbox.capacity());
    pending_bytes.run_ahead(share.of_a_turn);
  }

  // Locks only what other threads may do, post() and stop(): descriptors and timers are the thread's own.
  boost::asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  const http::Limits message_limits;
  const TickLimits limits;
  Share share;             // of each connection
  Tick tick = 0;           // the present one
  http::RequestHead head;  // of the request whose bytes lie in the arena
  bool draining = false;   // the listeners are closed; connections follow
  http::Outbox outbox;
  http::Decoders decoders;
  DecoderQueue decoder_queue;
  BufferedBytes& buffered;
  PendingBytesPool pending_bytes;
  Upstreams* upstreams = nullptr;  // the thread's
  Counters& counters;

 private:
  [[nodiscard]] bool room_is_on_its_way();

  std::chrono::nanoseconds ahead_since_{};  // 0: it is not ahead, or has not asked yet
  std::unique_ptr<char[]> arena_ = std::make_unique_for_overwrite<char[]>(kArenaBytes + kPadding);
  const std::function<void(Notice)>& on_notice_;
};

inline bool ThreadContext::room_is_on_its_way() {
  if (!pending_bytes.waits_for_others()) {
    ahead_since_ = {};
    return false;
  }
  const std::chrono::nanoseconds at = now();
  if (ahead_since_ == std::chrono::nanoseconds::zero()) ahead_since_ = at;
  std::this_thread::yield();  // to those it waits for, where there are fewer processors than threads
  return at - ahead_since_ < kRoomPatience;
}

}  // namespace planish::net
