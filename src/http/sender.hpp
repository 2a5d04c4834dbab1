// Sender: the one way out of a response. Writes its head in front of its content, counts it, and tells the access log.
#pragma once

#include <http/counters.hpp>
#include <http/outbox.hpp>
#include <http/request.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

// What happened, for the access log and nobody else. Views are valid during the call only.
struct Answered {
  Method method;
  std::string_view route;  // an endpoint's name, or that of a built-in route
  unsigned status;
  std::string_view request_id;
  std::size_t request_bytes;   // of the content
  std::size_t response_bytes;  // head and content
  std::chrono::nanoseconds elapsed;
};

class Sender {
 public:
  using Clock = std::chrono::nanoseconds (*)();

  // References must outlive the sender.
  Sender(const std::vector<std::string>& cors_origins, std::span<const std::string> cors_headers, Counters& counters,
         Clock now)
      : heads_(cors_origins, cors_headers), counters_(&counters), now_(now) {}

  // The Date field of what follows (RFC 9110, section 6.6.1).
  void set_date(std::chrono::sys_seconds now) noexcept { heads_.set_date(now); }
  // Null: no access log.
  void set_observer(std::function<void(const Answered&)> observer) { observer_ = std::move(observer); }

  // What a response goes out to.
  struct To {
    const Request* request;  // null: none could be read
    Routed routed;
    std::chrono::nanoseconds received_at;  // when the last bytes of the request came
    bool closes;                           // the connection, after this answer, which then says so
  };
  // The content lies in the outbox's free room, with room for its head in front.
  void send(const To&, const Response&, Outbox&);

  // When the last answer was made.
  [[nodiscard]] std::chrono::nanoseconds answered_at() const noexcept { return answered_at_; }

 private:
  HeadWriter heads_;
  Counters* counters_;
  Clock now_;
  std::function<void(const Answered&)> observer_;
  std::chrono::nanoseconds answered_at_{};
};

}  // namespace planish::http
