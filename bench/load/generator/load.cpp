// One thread of load. With a rate, request k is due at start + k / rate whatever the server does; if no connection is
// free it waits in line, and its latency counts from when it was due. So a stall is seen by all whom it delayed.
#include "load.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace load {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Generator;

class Connection {
 public:
  Connection(Generator& generator, asio::io_context& io) : generator_(generator), socket_(io) {}

  void open();
  void send(Clock::time_point from);
  void close();
  bool is_free(unsigned depth) const { return is_open_ && due_.size() < depth; }
  bool is_late(Clock::time_point limit) const { return !due_.empty() && due_.front() < limit; }

 private:
  void wait();
  void read();
  void write();

  Generator& generator_;
  tcp::socket socket_;
  std::deque<Clock::time_point> due_;  // when each request under way was to start
  std::unique_ptr<AnswerReader> reader_;
  std::size_t unwritten_ = 0;  // bytes of the requests under way that the kernel has not taken yet
  bool is_open_ = false;
  bool is_writing_ = false;
};

class Generator {
 public:
  explicit Generator(const Plan& plan) : plan_(plan), scratch_(256 * 1024) {
    request_ = "POST " + plan.path + " HTTP/1.1\r\nHost: " + plan.host + "\r\nContent-Type: application/json\r\n" +
               "Content-Length: " + std::to_string(plan.body.size()) + "\r\n\r\n" + plan.body;
  }

  Result run();

 private:
  friend class Connection;
  void open_all();
  void prime();
  void start_due(Clock::time_point now);
  void start_free(Clock::time_point now);
  void sweep(Clock::time_point now);
  void answered(Verdict verdict, Clock::time_point due, Clock::time_point now);

  Clock::time_point due_at(std::uint64_t k) const {
    return start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(double(k) / plan_.rate));
  }
  bool is_over() const { return stopping_ || (plan_.requests > 0 && sent_ >= plan_.requests); }

  const Plan& plan_;
  asio::io_context io_{1};
  std::string request_;
  std::vector<char> scratch_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Result result_;
  Clock::time_point start_;
  Clock::time_point next_sweep_;
  std::uint64_t sent_ = 0;
  std::uint64_t under_way_ = 0;
  std::size_t turn_ = 0;
  bool stopping_ = false;
  bool may_reopen_ = true;
};

void Connection::open() {
  error_code error;
  socket_ = tcp::socket(socket_.get_executor());
  socket_.connect({asio::ip::make_address(generator_.plan_.host), generator_.plan_.port}, error);
  if (error) {
    ++generator_.result_.connect_errors;
    return;
  }
  socket_.set_option(tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  reader_ = std::make_unique<AnswerReader>(generator_.plan_.expected);
  unwritten_ = 0;
  is_open_ = true;
  is_writing_ = false;
  wait();
}

void Connection::wait() {
  socket_.async_wait(tcp::socket::wait_read, [this](error_code error) {
    if (!error && is_open_) read();
  });
}

void Connection::read() {
  error_code error;
  auto& scratch = generator_.scratch_;
  const std::size_t got = socket_.read_some(asio::buffer(scratch), error);
  if (error == asio::error::would_block) return wait();
  const auto now = Clock::now();
  if (error) {
    close();
    if (generator_.may_reopen_) open();
    return;
  }
  bool broken = false;
  const auto had = reader_->body_bytes();
  reader_->feed({scratch.data(), got}, [&](Verdict verdict) {
    broken |= verdict == Verdict::malformed || due_.empty();
    if (due_.empty()) return;
    const auto due = due_.front();
    due_.pop_front();
    generator_.answered(verdict, due, now);
  });
  generator_.result_.body_bytes += reader_->body_bytes() - had;
  if (broken) {
    close();
    return open();
  }
  wait();
}

void Connection::send(Clock::time_point due) {
  due_.push_back(due);
  ++generator_.under_way_;
  ++generator_.sent_;
  unwritten_ += generator_.request_.size();
  if (!is_writing_) write();
}

void Connection::write() {
  const std::string& request = generator_.request_;
  while (unwritten_ > 0) {
    const std::size_t part = (unwritten_ - 1) % request.size() + 1;  // the rest of the first request not written whole
    error_code error;
    const auto put = socket_.write_some(asio::buffer(request.data() + request.size() - part, part), error);
    if (error == asio::error::would_block) {
      is_writing_ = true;
      socket_.async_wait(tcp::socket::wait_write, [this](error_code waited) {
        is_writing_ = false;
        if (!waited && is_open_) write();
      });
      return;
    }
    if (error) {
      unwritten_ = 0;  // the read will say the same
      return;
    }
    unwritten_ -= put;
  }
}

void Connection::close() {
  auto& result = generator_.result_;
  if (!due_.empty() && reader_ && !reader_->between_answers()) ++result.short_answers;
  result.closed += due_.size();
  generator_.under_way_ -= due_.size();
  due_.clear();
  is_open_ = false;
  error_code ignored;
  socket_.close(ignored);
}

void Generator::answered(Verdict verdict, Clock::time_point due, Clock::time_point now) {
  --under_way_;
  switch (verdict) {
    case Verdict::right:
      ++result_.right;
      result_.latency.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(now - due).count()));
      return;
    case Verdict::wrong_status:
      ++result_.wrong_status;
      return;
    case Verdict::wrong_body:
      ++result_.wrong_body;
      return;
    case Verdict::malformed:
      ++result_.malformed;
      return;
  }
}

void Generator::open_all() {
  for (unsigned i = 0; i < plan_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(*this, io_));
    connections_.back()->open();
  }
}

// One request on each connection before the clock runs: a server that accepts slowly is not to be measured by that.
void Generator::prime() {
  const auto start = Clock::now();
  for (auto& connection : connections_) {
    if (connection->is_free(1)) connection->send(start);
  }
  const auto give_up = start + std::chrono::duration_cast<Clock::duration>(plan_.timeout);
  while (under_way_ > 0 && Clock::now() < give_up) {
    sweep(Clock::now());
    io_.poll();
    io_.restart();
  }
  result_.primed = std::exchange(result_.right, 0);
  result_.latency = {};
  result_.body_bytes = 0;
  sent_ = 0;
}

// Closed loop: every connection is kept full.
void Generator::start_free(Clock::time_point now) {
  for (auto& connection : connections_) {
    while (connection->is_free(plan_.depth) && !is_over()) connection->send(now);
  }
}

// Open loop: all that is due goes out, connection by connection in turn, as long as one is free.
void Generator::start_due(Clock::time_point now) {
  while (!is_over()) {
    const auto due = due_at(sent_);
    if (due > now) return;
    std::size_t tried = 0;
    while (tried < connections_.size() && !connections_[turn_]->is_free(plan_.depth)) {
      turn_ = (turn_ + 1) % connections_.size();
      ++tried;
    }
    if (tried == connections_.size()) return;
    connections_[turn_]->send(due);
    turn_ = (turn_ + 1) % connections_.size();
  }
}

void Generator::sweep(Clock::time_point now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + std::chrono::milliseconds(100);
  const auto limit = now - std::chrono::duration_cast<Clock::duration>(plan_.timeout);
  for (auto& connection : connections_) {
    if (!connection->is_late(limit)) continue;
    const auto closed = result_.closed;
    connection->close();
    result_.timeouts += result_.closed - closed;
    result_.closed = closed;
    if (!stopping_) connection->open();
  }
}

Result Generator::run() {
  open_all();
  prime();
  if (plan_.mark) plan_.mark("begin");
  start_ = Clock::now();
  next_sweep_ = start_;
  const auto end = start_ + std::chrono::duration_cast<Clock::duration>(plan_.duration);
  const auto give_up = end + std::chrono::duration_cast<Clock::duration>(plan_.timeout);
  for (;;) {
    const auto now = Clock::now();
    if (now >= end && !stopping_) {
      stopping_ = true;
      result_.seconds = std::chrono::duration<double>(now - start_).count();
      if (plan_.rate > 0 && due_at(sent_) < end) {
        result_.unsent = static_cast<std::uint64_t>(plan_.duration.count() * plan_.rate) - sent_;
      }
    }
    const bool refused = result_.connect_errors >= plan_.connections && under_way_ == 0;
    if (refused || now >= give_up || (is_over() && under_way_ == 0)) break;
    plan_.rate > 0 ? start_due(now) : start_free(now);
    sweep(now);
    io_.poll();
    io_.restart();
  }
  may_reopen_ = false;
  const auto last = Clock::now();
  // In a closed loop those under way at the end are counted, and so is the time that they took.
  if (result_.seconds == 0 || plan_.rate == 0) result_.seconds = std::chrono::duration<double>(last - start_).count();
  if (plan_.mark) plan_.mark("end");
  for (auto& connection : connections_) connection->close();
  io_.poll();
  return result_;
}

}  // namespace

void Result::add(const Result& other) {
  latency.add(other.latency);
  primed += other.primed;
  right += other.right;
  wrong_status += other.wrong_status;
  wrong_body += other.wrong_body;
  malformed += other.malformed;
  closed += other.closed;
  short_answers += other.short_answers;
  timeouts += other.timeouts;
  connect_errors += other.connect_errors;
  unsent += other.unsent;
  body_bytes += other.body_bytes;
  seconds = std::max(seconds, other.seconds);
}

Result run(const Plan& plan) {
  return Generator(plan).run();
}

}  // namespace load
