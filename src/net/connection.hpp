// Connection: one connection. Waits until there is something to read, lets the exchange answer it, writes the answers.
#pragma once

#include <http/server_connection.hpp>
#include <net/clock.hpp>
#include <net/decoder_queue.hpp>
#include <net/descriptor.hpp>
#include <net/pending_bytes_pool.hpp>
#include <net/wait_memory.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string_view>

namespace planish::net {

class ConnectionSet;
struct UpstreamCall;

//            recv                advance                send
//   reading ------> arena or in_ -------> thread's outbox ------> client, and reading again
//                                                        \--> out_: writing until it is empty, nothing is read
//   The turn's budget is used up:         working, the next turn is posted behind what the others have to do
//   The thread's decoder is another's:    queued, until it is handed over
//   The answer is an upstream's to give:  asking, until it has spoken, or not in time
//   lingering: the answers are out and the sending side is shut; what still comes is dropped, until the peer has all
//   ended:     closed; a wait that was cancelled has yet to come back
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
  void end();        // closes at once; the connection is destroyed as soon as no handler can come back to it
  void cut();        // the same, and what the kernel still holds for its peer goes too

  // An upstream has spoken, or failed to. `answer`: http::Forward::answer.
  void answer(const http::Owed&, std::string_view answer, const http::UpstreamSaid&);

  [[nodiscard]] Tick deadline() const noexcept { return deadline_; }
  // Whether its deadline counts: not while what takes the time is ours, nor where it is over already.
  [[nodiscard]] bool timed() const noexcept {
    return state_ == State::reading || state_ == State::writing || state_ == State::lingering;
  }
  [[nodiscard]] bool heard() const noexcept { return heard_; }
  [[nodiscard]] bool counted() const noexcept { return counted_; }
  [[nodiscard]] bool ended() const noexcept { return state_ == State::ended; }
  // Which of the set's lists it stands in.
  enum class Line : std::uint8_t { idle, busy, unread };
  [[nodiscard]] Line line() const noexcept { return line_; }
  [[nodiscard]] bool idle_for_a_second() const noexcept;  // of one that is idle; ticks tell, so it may well be longer
  [[nodiscard]] bool has_something_to_read() const noexcept;

 private:
  friend class DecoderQueue;
  enum class State : std::uint8_t { reading, working, queued, asking, writing, lingering, ended };
  using Next = http::ServerConnection::Next;
  using Phase = http::ServerConnection::Phase;

  // Room for the one wait that a connection may have going: for its socket, for the decoder, or for an upstream.
  union Waiting {
    WaitMemory memory;
    QueueLink link;
    UpstreamCall* call;
  };
  struct Ready;

  [[nodiscard]] bool adopt(Place self, Descriptor);
  void wait_to_read();
  void wait_to_write();
  void on_ready();
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

  enum class Sent : std::uint8_t { all, part, failed };
  [[nodiscard]] Sent send_outbox();
  [[nodiscard]] bool keep(std::span<char> input);
  [[nodiscard]] std::string_view held() const noexcept;
  void renew_deadline();
  void write_later();
  void go_on();
  void rest();
  void stay_idle();
  void linger(Tick limit);
  void await_peer();
  [[nodiscard]] std::uint32_t bytes_not_taken() const noexcept;
  void sweep_unread();
  void stand_in(Line) noexcept;
  void set_active(bool) noexcept;

  ConnectionSet& connection_set_;
  Place self_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> socket_;
  http::ServerConnection server_connection_;
  PendingBytes in_;   // received, not answered yet
  PendingBytes out_;  // answered, not taken by the client yet
  Tick deadline_ = 0;
  Tick not_taken_since_ = 0;
  std::uint32_t not_taken_ = 0;  // of answers, while lingering: what the kernel held when it was last looked at
  State state_ = State::reading;
  Next next_ = Next::read;  // what follows once out_ is written
  bool waiting_ = false;    // a handler will come back
  bool counted_;
  bool heard_ = false;   // a byte has come
  bool active_ = false;  // a request is in hand: it has begun, or its answer is not all out
  Line line_;
  bool end_of_stream_ = false;  // the client has shut down its side
  bool drained_ = true;         // the last recv() took all that there was
  Waiting wait_;
};

}  // namespace planish::net
