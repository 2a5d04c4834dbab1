// Exchange: the server's side of one connection, without the connection. Bytes received go in, answers come out in the
// outbox; how the bytes were cut never changes them. RFC 9112.
#pragma once

#include <http/fault.hpp>
#include <http/head_scan.hpp>
#include <http/body_framing.hpp>
#include <http/limits.hpp>
#include <http/outbox.hpp>
#include <http/service.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace planish::http {

// What a connection remembers between two reads: a few dozen bytes, held by idle connections too.
class Exchange {
 public:
  enum class Next : std::uint8_t {
    read,    // wait for more bytes, then call advance() with the kept ones and the new ones
    flush,   // the outbox is full: send it, then call advance() again with the kept bytes
    close,   // send the outbox, then close: everything was answered, nothing of the client's is unread
    refuse,  // send the outbox, shut down the sending side, drain for a bounded time, close
  };
  enum class Phase : std::uint8_t { idle, head, body, discard, closed };

  struct Progress {
    std::size_t consumed;  // bytes at the front of the input that are done with
    std::size_t kept;      // bytes behind them to offer again, with what arrives appended. Chunked bodies are closed up
                           // in place, so consumed + kept may be less than what was given.
    Next next;
  };

  // Takes `input`: all bytes not yet consumed, kPadding writable bytes behind them. Answers every complete request in
  // it, in order. `padding` bytes behind input.end() must be writable. `end_of_stream`: the client has shut down its
  // side, nothing more will come. `received_at`: when the last bytes came.
  Progress advance(std::span<char> input, bool end_of_stream, std::chrono::nanoseconds received_at, Service&, Outbox&);

  // The connection's own faults: a timeout, a buffer refused. Appends the answer if the client can still be answered.
  Next refuse(Fault, Service&, Outbox&);

  // From the next answer on: `Connection: close`, then Next::close. For draining.
  void close_after_next() noexcept;

  [[nodiscard]] Phase phase() const noexcept;
};

}  // namespace planish::http
