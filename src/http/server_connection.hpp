// ServerConnection: the server's side of one connection, without the connection. Bytes received go in, answers come out
// in the outbox; how the bytes were cut never changes them. RFC 9112.
#pragma once

#include <http/body_framing.hpp>
#include <http/budget.hpp>
#include <http/decoders.hpp>
#include <http/fault.hpp>
#include <http/limits.hpp>
#include <http/outbox.hpp>
#include <http/request.hpp>
#include <http/request_head.hpp>
#include <http/request_parser.hpp>
#include <http/service.hpp>

#include <planish/padded_view.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// What a connection remembers between two reads: a few dozen bytes, held by idle connections too.
class ServerConnection {
 public:
  enum class Next : std::uint8_t {
    read,    // send the outbox (it may hold an interim answer), then wait for more bytes and call advance() with the
             // kept ones and the new ones
    flush,   // the outbox is full: send it, then call advance() again with the kept bytes
    yield,   // the turn's budget is used up: send the outbox, and call advance() again in another turn, as for flush
    ask,     // nothing is in the outbox but Service::forward(), which is to be asked of an upstream; then answer()
    queue,   // the decoder of large bodies is another exchange's: the same, once it is held for this one
    close,   // send the outbox, then close: everything was answered, nothing of the client's is unread
    refuse,  // send the outbox, shut down the sending side, drain for a bounded time, close
  };
  enum class Phase : std::uint8_t {
    idle,     // between requests; nothing is kept
    head,     // a head has begun
    body,     // a head is complete, its content is awaited
    asked,    // an upstream is asked for the answer; what stands after the request is kept
    discard,  // answered; what is left of the content is dropped as it comes; nothing is kept
    closed,
  };

  struct Progress {
    std::size_t consumed;  // bytes at the front of the input that are done with
    std::size_t kept;      // bytes after them to offer again, with what arrives appended. Chunked bodies are closed up
                           // in place, so consumed + kept may be less than what was given.
    Next next;
  };

  // What is not done with.
  struct Input {
    std::span<char> bytes;  // kPadding writable bytes after them
    RequestHead& head;      // what was read so far of the head that they begin with; it goes where they go
  };

  // What an exchange needs of its thread.
  struct Parts {
    const Limits& limits;
    Service& service;
    Decoders& decoders;
    Outbox& outbox;  // capacity: at least service.outbox_bytes_max()
  };

  // NOLINTNEXTLINE(modernize-use-equals-default): user-provided, for the union
  ServerConnection() noexcept {}

  // The most bytes that can be kept: a whole head and a whole body.
  [[nodiscard]] static constexpr std::size_t kept_bytes_max(const Limits& limits) noexcept {
    return limits.head_bytes_max + limits.body_bytes_max;
  }

  // Takes all bytes not yet consumed. Answers every complete request in them, in order, as far as the budget goes, and
  // one at least or a part of its decoding. Where none is kept, nothing of their head is wanted any more.
  // `end_of_stream`: the client has shut down its side, nothing more will come. `received_at`: when the last bytes
  // came.
  [[nodiscard]] Progress advance(Input, bool end_of_stream, std::chrono::nanoseconds received_at, Budget&,
                                 const Parts&);

  // The connection's own faults: a timeout, a buffer refused. Appends the answer if the client can still be answered:
  // not where nothing was asked yet, nor where the answer was given already. `kept`, `head`: what advance() said to
  // keep; the request's id and origin are read from it as far as they are there. The outbox must have
  // Service::kRefusalBytesMax free.
  [[nodiscard]] Next refuse(Fault, std::chrono::nanoseconds now, const Parts&, std::string_view kept = {},
                            const RequestHead& head = {});

  // After Next::ask: nobody could be asked. As refuse(), of the request that is owed an answer.
  [[nodiscard]] Next refuse_asked(Fault, const Owed&, const Parts&);

  // After Next::ask: answers what is owed. `rest`: what advance() said to keep, and what came since. Then send the
  // outbox, which was empty, and do what is next: yield, close or refuse.
  [[nodiscard]] Next answer(const Owed&, std::string_view answer, const UpstreamSaid&, std::string_view rest,
                            const Parts&);

  // The connection is over: what the exchange holds of its thread, it gives back.
  void abandon(const Parts& parts) const noexcept {
    if (parts.decoders.in_turns().held_by(this)) parts.decoders.in_turns().release();
  }

  // For draining. The last answer in hand says `Connection: close`, then comes Next::close: the last one is that of the
  // request after which no byte of the input stands. One that has begun is awaited. Call it when what the kernel holds
  // has been read.
  void close_after_next() noexcept { draining_ = true; }

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  // After Next::queue, `head` as for refuse(): by how many bytes its body is worth waiting for. A second coding makes
  // any body of a few.
  [[nodiscard]] std::size_t coded_bytes(const RequestHead& head) const noexcept {
    return head.codings_count > 1 ? std::numeric_limits<std::size_t>::max() : content_kept();
  }

 private:
  // One call of advance().
  //
  //   input: | done with | kept of the request in hand | closed up | not read yet |
  //          ^ 0         ^ at                          ^ kept_end  ^ end
  struct Turn {
    std::span<char> input;
    RequestHead& head;
    std::chrono::nanoseconds received_at;
    Budget& budget;
    const Parts& parts;
    std::size_t at = 0;
    std::size_t kept_end = 0;
    std::size_t end = 0;
    BodyFraming::Result taken{};  // of the content

    [[nodiscard]] std::string_view rest() const noexcept { return {input.data() + end, input.size() - end}; }
    [[nodiscard]] PaddedView body(std::size_t head_bytes, std::size_t bytes) const noexcept {
      const std::size_t from = at + head_bytes;
      return {{input.data() + from, input.size() - from + kPadding}, bytes};
    }
    void pass(std::size_t position) noexcept { at = kept_end = end = position; }
  };
  enum class EmptyLine : std::uint8_t { none, begun, passed };  // before the request
  // None: go on with the next phase or request.
  using Step = std::optional<Next>;

  Step read_head(Turn&);
  Step begin_content(Turn&, const Request&, const Routed&, bool waits);
  Step read_content(Turn&);
  bool take_content(Turn&) noexcept;
  Step content_taken(Turn&, const Request&, const Routed&);
  Step answer_coded(Turn&, const Request&, const Routed&, std::span<const Coding>);
  Step answer_decoded(Turn&, const Request&, const Routed&, ContentDecoder&, const ContentDecoder::Progress&);
  bool send_answer(const Turn&, const Request&, const Routed&, PaddedView body, bool closes);
  static void send_refusal(Fault, const Sender::To&, const Parts&);
  [[nodiscard]] static Request request_of(const Owed&) noexcept;
  Step refuse_route(Turn&, const Request&, const Routed&, bool waits);
  Step discard(Turn&);
  Next refuse(Turn&, const Request&, const Routed&, Fault);
  Step finish(Turn&, bool closes);
  Step ask(Turn&, const Request&) noexcept;
  void begin_anew() noexcept;
  Next close(Next) noexcept;
  [[nodiscard]] bool closes_after(const Turn&, const Request&) const noexcept;
  [[nodiscard]] std::size_t content_kept() const noexcept;
  static Progress progress(const Turn&, Next) noexcept;

  [[nodiscard]] Request request_in(const Turn& turn) const noexcept {
    return turn.head.over({turn.input.data() + turn.at, head_bytes_});
  }
  void begin_framing(const RequestHead&) noexcept;

  // A head is parsed until it is complete, then its content is framed.
  union {
    RequestParser parser_{};
    BodyFraming framing_;
  };
  std::uint32_t head_bytes_ = 0;
  Phase phase_ = Phase::idle;
  EmptyLine empty_line_ = EmptyLine::none;
  bool uses_content_ : 1 = false;
  bool draining_ : 1 = false;
  bool keeps_alive_ : 1 = true;  // of Phase::asked: what its client wants
};

static_assert(sizeof(ServerConnection) <= 48);

}  // namespace planish::http
