// One connection of the generator: sends requests whole, reads answers, and says of each what became of it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "load.hpp"

namespace load {

// What the connections of a thread have in common.
struct Shared {
  explicit Shared(const Plan& wanted);

  const Plan& plan;
  std::string request;
  std::vector<char> scratch;
  Result result;
  std::function<void(Clock::time_point due, Clock::time_point now)> over;  // a request is, however it went
  std::uint64_t under_way = 0;
  bool may_reopen = true;
};

class Connection {
 public:
  Connection(Shared& shared, boost::asio::io_context& io) : shared_(shared), socket_(io) {}

  void open();
  void send(Clock::time_point due);
  void close();
  void time_out();  // as close(); what was under way was too slow
  bool is_free(unsigned depth) const { return is_open_ && due_.size() < depth; }
  bool is_late(Clock::time_point limit) const { return !due_.empty() && due_.front() < limit; }

 private:
  void wait();
  void read();
  void write();
  void answered(Verdict verdict, Clock::time_point now);
  void drop(std::uint64_t& counter);

  Shared& shared_;
  boost::asio::ip::tcp::socket socket_;
  std::deque<Clock::time_point> due_;  // of each request under way
  std::unique_ptr<AnswerReader> reader_;
  std::size_t unwritten_ = 0;  // bytes of the requests under way that the kernel has not taken yet
  bool is_open_ = false;
  bool is_writing_ = false;
};

}  // namespace load
