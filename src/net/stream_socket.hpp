// StreamSocket: a connected socket, and all that its kernel is asked: to read, to write, to tell when it may, and what
// lies there. What follows from the answers is for who owns it.
#pragma once

#include <net/descriptor.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace planish::net {

class StreamSocket {
 public:
  using Executor = boost::asio::io_context::executor_type;

  // What came of one call.
  struct Moved {
    enum class Kind : std::uint8_t {
      some,    // `bytes`; of a read, none: the peer has shut down its side
      later,   // nothing now
      broken,  // nothing any more
    };
    Kind kind = Kind::some;
    std::size_t bytes = 0;

    [[nodiscard]] bool later() const noexcept { return kind == Kind::later; }
    [[nodiscard]] bool broken() const noexcept { return kind == Kind::broken; }
  };

  explicit StreamSocket(const Executor& executor) noexcept : socket_(executor) {}

  // Takes it, which does not block. False: there is no memory for it.
  [[nodiscard]] bool adopt(Descriptor descriptor);
  void close() noexcept;
  // What the peer has not taken is not offered to it any more once this is closed.
  void drop_unsent_at_close() noexcept;
  void shut_down_sending() noexcept;
  void send_without_delay() noexcept;

  [[nodiscard]] Moved read(std::span<char> room) noexcept;
  [[nodiscard]] Moved read(std::span<char> room, std::span<char> more_room) noexcept;
  [[nodiscard]] Moved send(std::span<const char> bytes) noexcept;
  // All pieces in one system call.
  static constexpr std::size_t kPiecesMax = 64;
  [[nodiscard]] Moved send(std::span<const std::string_view> pieces) noexcept;

  // One byte is looked at and left where it is.
  [[nodiscard]] Moved peek() const noexcept;
  // Of what was sent; 0 where that is not known.
  [[nodiscard]] std::uint32_t bytes_not_taken() const noexcept;
  // The same, as long as the kernel goes on offering them: not to a peer that has reset the connection.
  [[nodiscard]] std::uint32_t bytes_offered() const noexcept;
  // Why it could not be connected; 0: it is.
  [[nodiscard]] int connect_error() const noexcept;

  template <class Callback>
  void wait_to_read(Callback when_ready) {
    socket_.async_wait(socket_.wait_read, std::move(when_ready));
  }
  template <class Callback>
  void wait_to_write(Callback when_ready) {
    socket_.async_wait(socket_.wait_write, std::move(when_ready));
  }
  // The handlers that wait come back.
  void cancel() noexcept;
  [[nodiscard]] Executor executor() { return socket_.get_executor(); }

 private:
  [[nodiscard]] int number() const noexcept;

  boost::asio::posix::basic_stream_descriptor<Executor> socket_;
};

}  // namespace planish::net
