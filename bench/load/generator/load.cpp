// One thread of load. With a rate, requests are due at random times that the server knows nothing of; if no connection
// is free one waits in line, and its latency counts from when it was due. All that is due within the time is sent, and
// counted, however late.
#include "load.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "arrivals.hpp"
#include "connection.hpp"

namespace load {
namespace {

class Generator {
 public:
  explicit Generator(const Plan& plan) : plan_(plan), shared_(plan) {
    shared_.over = [this](Clock::time_point due, Clock::time_point now) { record(due, now); };
  }

  Result run();

 private:
  void open_all();
  void prime();
  void turn(Clock::time_point now);
  void start_due(Clock::time_point now);
  void start_free(Clock::time_point now);
  void sweep(Clock::time_point now);
  void give_up(Clock::time_point now);
  void record(Clock::time_point due, Clock::time_point now);

  bool is_open_loop() const { return plan_.rate > 0; }
  Clock::time_point next_due() const { return start_ + arrivals_->next(); }
  bool is_all_sent(Clock::time_point now) const {
    if (plan_.requests > 0 && sent_ >= plan_.requests) return true;
    return is_open_loop() ? next_due() >= end_ : now >= end_;
  }

  const Plan& plan_;
  Shared shared_;
  boost::asio::io_context io_{1};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::optional<Arrivals> arrivals_;
  std::optional<Windows> windows_;
  Clock::time_point start_;
  Clock::time_point end_;
  Clock::time_point last_turn_;
  Clock::time_point next_sweep_;
  std::uint64_t sent_ = 0;
  std::size_t next_ = 0;   // the connection whose turn it is
  bool was_full_ = false;  // no connection was free when one was wanted last
  bool was_idle_ = false;  // the last turn had nothing to do
};

void Generator::record(Clock::time_point due, Clock::time_point now) {
  const auto ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(now - due).count());
  shared_.result.latency.record(ns);
  if (windows_) windows_->record(due - start_, ns);
}

void Generator::open_all() {
  for (unsigned i = 0; i < plan_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(shared_, io_));
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
  while (shared_.under_way > 0 && Clock::now() < give_up) {
    io_.poll();
    io_.restart();
  }
  auto& result = shared_.result;
  result.primed = std::exchange(result.right, 0);
  result.latency = {};
  result.body_bytes = 0;
}

// Closed loop: every connection is kept full.
void Generator::start_free(Clock::time_point now) {
  for (auto& connection : connections_) {
    while (connection->is_free(plan_.depth) && !is_all_sent(now)) {
      connection->send(now);
      ++sent_;
    }
  }
}

// Open loop: all that is due goes out, connection by connection in turn, as long as one is free.
void Generator::start_due(Clock::time_point now) {
  while (!is_all_sent(now)) {
    const auto due = next_due();
    if (due > now) return;
    std::size_t tried = 0;
    while (tried < connections_.size() && !connections_[next_]->is_free(plan_.depth)) {
      next_ = (next_ + 1) % connections_.size();
      ++tried;
    }
    if (tried == connections_.size()) {
      was_full_ = true;
      return;
    }
    connections_[next_]->send(due);
    next_ = (next_ + 1) % connections_.size();
    ++sent_;
    ++shared_.result.due;
    arrivals_->advance();
    if (was_full_) continue;  // late by the server's doing
    const auto late = static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - due).count());
    shared_.result.lateness.record(late);
    if (windows_) windows_->late(due - start_, late);
  }
}

void Generator::sweep(Clock::time_point now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + std::chrono::milliseconds(100);
  const auto limit = now - std::chrono::duration_cast<Clock::duration>(plan_.timeout);
  for (auto& connection : connections_) {
    if (!connection->is_late(limit)) continue;
    connection->time_out();
    if (shared_.may_reopen) connection->open();
  }
}

// What is still due has waited until now, and nobody will answer it.
void Generator::give_up(Clock::time_point now) {
  for (; !is_all_sent(now) && next_due() < end_; arrivals_->advance()) {
    ++shared_.result.due;
    ++shared_.result.unsent;
    record(next_due(), now);
  }
}

void Generator::turn(Clock::time_point now) {
  const auto gap = static_cast<std::uint64_t>(std::chrono::nanoseconds(now - last_turn_).count());
  shared_.result.gap_ns = std::max(shared_.result.gap_ns, gap);
  last_turn_ = now;
  if (windows_) windows_->turn(now - start_, was_idle_);
  const auto sent = sent_;
  if (is_open_loop()) {
    start_due(now);
    was_full_ = was_full_ && !is_all_sent(now) && next_due() <= now;
  } else {
    start_free(now);
  }
  sweep(now);
  // In an open loop one answer at a time, so that what becomes due meanwhile does not wait for all of them.
  const auto read = is_open_loop() ? io_.poll_one() : io_.poll();
  was_idle_ = sent_ == sent && read == 0;
  io_.restart();
}

Result Generator::run() {
  open_all();
  prime();
  auto& result = shared_.result;
  if (plan_.mark) plan_.mark("begin");
  const auto duration = std::chrono::duration_cast<Clock::duration>(plan_.duration);
  if (is_open_loop()) {
    arrivals_.emplace(plan_.rate, plan_.seed);
    if (plan_.windows) windows_.emplace(duration, plan_.watch);
  }
  last_turn_ = next_sweep_ = start_ = Clock::now();
  end_ = start_ + duration;
  const auto last_moment = end_ + std::chrono::duration_cast<Clock::duration>(plan_.timeout);
  auto now = start_;
  for (; now < last_moment; now = Clock::now()) {
    if (is_all_sent(now) && shared_.under_way == 0 && (!is_open_loop() || now >= end_ || plan_.requests > 0)) break;
    if (result.connect_errors >= plan_.connections && shared_.under_way == 0) break;
    turn(now);
  }
  shared_.may_reopen = false;
  if (is_open_loop() && plan_.requests == 0) give_up(now);
  // Those under way at the end are counted, and so is the time that they took.
  result.seconds = std::chrono::duration<double>(now - start_).count();
  if (plan_.mark) plan_.mark("end");
  for (auto& connection : connections_) connection->close();
  io_.poll();
  if (windows_) result.windows = windows_->all();
  return std::move(result);
}

}  // namespace

void Result::add(const Result& other) {
  latency.add(other.latency);
  lateness.add(other.lateness);
  gap_ns = std::max(gap_ns, other.gap_ns);
  due += other.due;
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
  if (windows.empty()) windows = other.windows;
}

Result run(const Plan& plan) {
  return Generator(plan).run();
}

}  // namespace load
