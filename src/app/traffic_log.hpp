// What the server tells while it runs: a sample of its answers, and notices.
#pragma once

#include <app/log.hpp>
#include <http/service.hpp>
#include <net/server.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

namespace planish::app {

// The access log: one line for a share of the answers. Null for a share of 0. From any thread. The
// log must outlive the function.
[[nodiscard]] std::function<void(const http::Answered&)> access_log(Log&, double share);

// Notices of all threads, at most one a second of each kind: those between are counted and said with the next.
class NoticeLog {
 public:
  explicit NoticeLog(Log& log) : log_(&log) {}
  void operator()(net::Notice);

 private:
  struct Kind {
    std::atomic<std::int64_t> said_at_ms{0};
    std::atomic<std::int64_t> unsaid{0};
  };
  Log* log_;
  std::array<Kind, net::kNoticeKinds> kinds_;
};

}  // namespace planish::app
