// Connection: one connection. Waits until there is something to read, lets the exchange answer it, writes the answers.
#pragma once

#include <http/server_connection.hpp>
#include <net/clock.hpp>
#include <net/decoder_queue.hpp>
#include <net/descriptor.hpp>
#include <net/pending_bytes_pool.hpp>
#include <net/stream_socket.hpp>
#include <net/unread.hpp>
#include <net/wait_memory.hpp>
#include <net/waiting.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string_view>

namespace planish::net {

class ConnectionSet;
struct UpstreamCall;

//   waits for      recv                advance                send
//   request, head -----> arena or in_ -------> thread's outbox ------> client, and waiting for a request again
//   or content                                            \--> out_: waits for room until it is empty; nothing is read
//   turn:      the budget is used up; the next turn is posted after what the others have to do
//   decoder:   until it is handed over
//   upstream:  until it has spoken, or not in time
//   farewell, silence: the answers are out and the sending side is shut; what still comes is dropped, until the peer
//              has all
//   nothing:   closed; a handler that was cancelled may have yet to come back
//
// Its set calls it, moves it between its lists, and destroys it once it is gone: after each call that may end it.
class Connection {
 public:
  using Place = std::list<Connection>::iterator;

  // `counted`: it has a place among the connections, which ConnectionSet::ended() frees.
  Connection(ConnectionSet&, bool counted) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Called once, before all others: waits for a request.
  void start(Place self, Descriptor);
  // In place of start(): answers the fault without reading anything, and closes.
  void start_refused(Place self, Descriptor, http::Fault);

  void sweep();      // the deadline has passed
  void last_look();  // an idle one, while draining: what has come is answered, else it closes
  void end();        // closes at once
  void cut();        // the same, and what the kernel still holds for its peer goes too

  // An upstream has spoken, or failed to. `answer`: http::Forward::answer.
  void answer(const http::Owed&, std::string_view answer, const http::UpstreamSaid&);

  // The reactor's handler has come back.
  void on_ready();

  [[nodiscard]] const Waiting& waiting() const noexcept { return waiting_; }
  // Of one with an unread answer: since when its peer has taken nothing.
  [[nodiscard]] std::chrono::nanoseconds not_taken_since() const noexcept { return not_taken_since_; }
  [[nodiscard]] Unread unread() const noexcept { return {unread_since_, not_taken_}; }
  // Of the same: what was written to it last has all been taken, so the next is for us to write.
  [[nodiscard]] bool has_taken_all() const noexcept { return socket_.bytes_offered() == 0; }
  // Of the same, in the middle of another's turn: writes what its peer has made room for since the last time. False:
  // its peer has taken nothing, or is gone.
  [[nodiscard]] bool write_some();
  [[nodiscard]] bool heard() const noexcept { return heard_; }
  [[nodiscard]] bool counted() const noexcept { return counted_; }
  [[nodiscard]] bool ended() const noexcept { return waiting_.what == WaitsFor::nothing; }
  // Ended, and no handler can come back to it.
  [[nodiscard]] bool gone() const noexcept { return ended() && !handler_due_; }
  [[nodiscard]] Place place() const noexcept { return self_; }
  [[nodiscard]] ConnectionSet& set() const noexcept { return connection_set_; }
  // Which of the set's lists it stands in.
  [[nodiscard]] Line line() const noexcept { return line_; }
  [[nodiscard]] bool has_something_to_read() const noexcept;

 private:
  using Next = http::ServerConnection::Next;
  using Phase = http::ServerConnection::Phase;

  // Room for the one wait that a connection may have going: for its socket, for the decoder, or for an upstream.
  union WaitRoom {
    WaitMemory memory;
    QueueLink link;
    UpstreamCall* call;
  };
  struct Ready;

  void wait_to_read();
  void wait_to_write();
  void take_turn_later();
  void come_back();
  [[nodiscard]] bool waits_for_room();
  void wait_for_decoder();
  void pass_decoder_on();
  void ask_upstream();

  void read();
  void read_more();
  void received(std::size_t size, std::size_t asked) noexcept;
  void serve(std::span<char> input);
  void serve_kept();
  void write_rest();
  void drop_input();
  void refuse(http::Fault, std::string_view kept);
  [[nodiscard]] http::RequestHead& head() noexcept;
  void refuse_to_ask();
  void send_refusal();

  enum class Sent : std::uint8_t { all, part, failed };
  [[nodiscard]] Sent send_outbox();
  [[nodiscard]] bool keep(std::span<char> input);
  [[nodiscard]] std::string_view held() const noexcept;
  void wait_for(WaitsFor) noexcept;
  void write_later();
  void wait_anew_for_room() noexcept;
  void go_on(bool progressed);
  void be_idle();
  void linger(WaitsFor);
  void await_peer();
  void sweep_unread();
  void stand_in(Line) noexcept;
  void set_active(bool) noexcept;

  ConnectionSet& connection_set_;
  Place self_;
  StreamSocket socket_;
  http::ServerConnection server_connection_;
  PendingBytes in_;   // received, not answered yet
  PendingBytes out_;  // answered, not taken by the client yet
  Waiting waiting_;
  // Of answers. In the line of unread ones: what the account of those has of them; while lingering: what the kernel
  // held when it was last looked at.
  std::uint32_t not_taken_ = 0;
  Moment unread_since_{};
  std::chrono::nanoseconds not_taken_since_{};
  Next next_ = Next::read;    // what follows once out_ is written
  bool handler_due_ = false;  // of the reactor, or posted
  bool counted_;
  bool heard_ = false;   // a byte has come
  bool active_ = false;  // a request is in hand: it has begun, or its answer is not all out
  Line line_;
  bool end_of_stream_ = false;  // the client has shut down its side
  bool drained_ = true;         // the last recv() took all that there was
  WaitRoom wait_;
};

}  // namespace planish::net
