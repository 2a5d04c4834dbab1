// A connection of the generator.
#include "connection.hpp"

#include <boost/asio/buffer.hpp>

namespace load {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Shared::Shared(const Plan& wanted) : plan(wanted), scratch(256 * 1024) {
  request = "POST " + plan.path + " HTTP/1.1\r\nHost: " + plan.host + "\r\nContent-Type: application/json\r\n" +
            "Content-Length: " + std::to_string(plan.body.size()) + "\r\n\r\n" + plan.body;
}

void Connection::open() {
  error_code error;
  socket_ = tcp::socket(socket_.get_executor());
  socket_.connect({asio::ip::make_address(shared_.plan.host), shared_.plan.port}, error);
  if (error) {
    ++shared_.result.connect_errors;
    return;
  }
  socket_.set_option(tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  reader_ = std::make_unique<AnswerReader>(shared_.plan.expected);
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
  const std::size_t got = socket_.read_some(asio::buffer(shared_.scratch), error);
  if (error == asio::error::would_block) return wait();
  const auto now = Clock::now();
  if (error) {
    close();
    if (shared_.may_reopen) open();
    return;
  }
  bool broken = false;
  const auto had = reader_->body_bytes();
  reader_->feed({shared_.scratch.data(), got}, [&](Verdict verdict) {
    broken |= verdict == Verdict::malformed || due_.empty();
    if (!due_.empty()) answered(verdict, now);
  });
  shared_.result.body_bytes += reader_->body_bytes() - had;
  if (broken) {
    close();
    return open();
  }
  wait();
}

void Connection::answered(Verdict verdict, Clock::time_point now) {
  const auto due = due_.front();
  due_.pop_front();
  --shared_.under_way;
  switch (verdict) {
    case Verdict::right:
      ++shared_.result.right;
      break;
    case Verdict::wrong_status:
      ++shared_.result.wrong_status;
      break;
    case Verdict::wrong_body:
      ++shared_.result.wrong_body;
      break;
    case Verdict::malformed:
      ++shared_.result.malformed;
      break;
  }
  shared_.over(due, now);
}

void Connection::send(Clock::time_point due) {
  due_.push_back(due);
  ++shared_.under_way;
  unwritten_ += shared_.request.size();
  if (!is_writing_) write();
}

void Connection::write() {
  const std::string& request = shared_.request;
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
  drop(shared_.result.closed);
}

void Connection::time_out() {
  drop(shared_.result.timeouts);
}

void Connection::drop(std::uint64_t& counter) {
  if (!due_.empty() && reader_ && !reader_->between_answers()) ++shared_.result.short_answers;
  counter += due_.size();
  shared_.under_way -= due_.size();
  const auto now = Clock::now();
  for (const auto due : due_) shared_.over(due, now);
  due_.clear();
  is_open_ = false;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace load
