// Lines about traffic. Methods and routes are names of ours; the request id is the one thing that a client may choose.
#include <app/traffic_log.hpp>

#include <chrono>
#include <string_view>

namespace planish::app {
namespace {

std::string_view name_of(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "GET";
    case http::Method::head:
      return "HEAD";
    case http::Method::post:
      return "POST";
    case http::Method::options:
      return "OPTIONS";
    case http::Method::connect:
      return "CONNECT";
    case http::Method::other:
      return "other";
  }
  return "other";
}

struct Said {
  LogLevel level;
  std::string_view message;
};

Said said(net::Notice notice) {
  switch (notice) {
    case net::Notice::out_of_descriptors:
      return {LogLevel::warn, "out of file descriptors: connections wait"};
    case net::Notice::accept_failed:
      return {LogLevel::warn, "a connection could not be accepted"};
    case net::Notice::buffered_full:
      return {LogLevel::warn, "the limit of buffered bytes is reached: unread answers are cut off, requests refused"};
    case net::Notice::connections_full:
      return {LogLevel::warn, "the limit of connections is reached"};
    case net::Notice::upstream_away:
      return {LogLevel::warn, "there is no connection to an upstream: its clients are told 502"};
    case net::Notice::upstream_late:
      return {LogLevel::warn, "an upstream does not answer in time: its clients are told 504"};
    case net::Notice::upstream_broken:
      return {LogLevel::warn, "an upstream's answer is none, or its connection broke: its clients are told 502"};
    case net::Notice::drain_began:
      return {LogLevel::info, "draining"};
    case net::Notice::drain_cut:
      return {LogLevel::warn, "the time to stop is over: connections are cut off"};
  }
  return {LogLevel::error, "unknown"};
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A share of all calls, spread by chance: splitmix64 over a counter of the thread.
bool sampled(double share) {
  if (share >= 1) return true;
  thread_local std::uint64_t state = static_cast<std::uint64_t>(now_ms()) ^ reinterpret_cast<std::uintptr_t>(&state);
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-53 < share;
}

}  // namespace

std::function<void(const http::Answered&)> access_log(Log& log, double share) {
  if (share <= 0) return {};
  return [&log, share](const http::Answered& answered) {
    if (!log.wants(LogLevel::info) || !sampled(share)) return;
    const double milliseconds = std::chrono::duration<double, std::milli>(answered.elapsed).count();
    log.info("answered", {{"method", name_of(answered.method)},
                          {"route", answered.route},
                          {"status", static_cast<std::int64_t>(answered.status)},
                          {"request_id", answered.request_id},
                          {"request_bytes", static_cast<std::int64_t>(answered.request_bytes)},
                          {"response_bytes", static_cast<std::int64_t>(answered.response_bytes)},
                          {"duration_ms", milliseconds}});
  };
}

void NoticeLog::operator()(net::Notice notice) {
  Kind& kind = kinds_[static_cast<std::size_t>(notice)];
  const std::int64_t now = now_ms();
  std::int64_t last = kind.said_at_ms.load(std::memory_order_relaxed);
  const bool due = last == 0 || now - last >= 1'000;
  if (!due || !kind.said_at_ms.compare_exchange_strong(last, now, std::memory_order_relaxed)) {
    kind.unsaid.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const auto [level, message] = said(notice);
  const std::int64_t unsaid = kind.unsaid.exchange(0, std::memory_order_relaxed);
  if (unsaid == 0) {
    log_->write(level, message);
  } else {
    log_->write(level, message, {{"times_unsaid", unsaid}});
  }
}

}  // namespace planish::app
