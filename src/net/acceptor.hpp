// Acceptor: takes the connections of one listening socket into a set.
#pragma once

#include <net/connection_set.hpp>
#include <net/descriptor.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace planish::net {

class Acceptor {
 public:
  // `own_tcp`: as in Listener.
  Acceptor(ConnectionSet&, Descriptor, bool own_tcp);

  void start() { wait(); }
  // Lets no new handshake begin, as far as that is ours to say; those under way are still accepted.
  void quiesce() noexcept;
  // Accepts all that is queued and closes at once.
  void finish();
  // Closes.
  void cut() noexcept;

 private:
  enum class Outcome : std::uint8_t { more, drained, starved };

  void wait();
  void on_ready();
  [[nodiscard]] Outcome accept_some(int connections_max);
  [[nodiscard]] Outcome after_failure(int error);

  ConnectionSet& connection_set_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> socket_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      retry_;
  bool own_tcp_;
  bool starved_ = false;  // out of descriptors, and it was said
};

}  // namespace planish::net
