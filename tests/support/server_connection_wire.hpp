// ServerConnectionWire: drives an ServerConnection as a connection does, without one: bytes in, whatever comes out in
// one string.
#pragma once

#include <http/server_connection.hpp>

#include <planish/transformer.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::test {

inline std::chrono::nanoseconds standing_clock() {
  return std::chrono::nanoseconds{0};
}

// What a thread of the server owns. The clock stands still and the ids count from 0, so answers can be compared by
// byte.
struct Thread {
  explicit Thread(std::size_t body_bytes_max = 4096, http::ServiceOptions service_options = {},
                  std::vector<http::Endpoint> all = {{.paths = {"/"}}})
      : served(std::move(service_options)),
        endpoints(std::make_shared<const http::Endpoints>(std::move(all))),
        limits{.body_bytes_max = body_bytes_max},
        transformer(planish::Limits{.body_bytes_max = body_bytes_max}),
        decoders(body_bytes_max) {
    served.body_bytes_max = body_bytes_max;
    served.version = {[](std::span<char> out) { return std::string_view("{}").copy(out.data(), out.size()); }, 100};
    served.metrics.bytes_max = 100;
    served.metrics.write = [](std::span<char> out) {
      std::memcpy(out.data(), "m 1\n", 4);
      return std::size_t{4};
    };
    health.set(telemetry::Phase::ready);
    restart();
  }

  // The ids begin again.
  void restart() {
    service.emplace(served, transformer, endpoints, counters, health, &standing_clock, "0123456789abcdef", false);
    service->set_time(std::chrono::sys_seconds{});
    if (!outbox) outbox.emplace(service->outbox_bytes_max());
    outbox->clear();
  }

  http::ServiceOptions served;
  std::shared_ptr<const http::Endpoints> endpoints;
  http::Limits limits;
  Transformer transformer;
  http::Decoders decoders;
  http::Counters counters;
  telemetry::Health health;
  std::optional<http::Service> service;
  std::optional<http::Outbox> outbox;
};

class ServerConnectionWire {
 public:
  using Next = http::ServerConnection::Next;

  explicit ServerConnectionWire(Thread& thread) : thread_(thread) {}

  // Bytes arrive. Whatever comes after the end of the exchange is ignored, as a connection that drains does.
  ServerConnectionWire& send(std::string_view bytes, bool end_of_stream = false) {
    if (next == Next::close || next == Next::refuse) return *this;
    // A new block of the exact size each time: what is read or written beside it does not go unseen.
    std::vector<char> input(kept_.begin(), kept_.end());
    input.insert(input.end(), bytes.begin(), bytes.end());
    do {
      const std::size_t size = input.size();
      input.resize(size + kPadding, '}');
      http::Budget budget{.work = turn_work, .decoding = turn_work};
      const auto progress =
          server_connection.advance({{input.data(), size}, head_}, end_of_stream, received_at, budget, parts());
      next = progress.next;
      if (next == Next::ask) keep_forward();
      valid = valid && progress.consumed + progress.kept <= size;
      for (const std::string_view piece : thread_.outbox->pieces()) received += piece;
      thread_.outbox->clear();
      const auto from = input.begin() + static_cast<std::ptrdiff_t>(progress.consumed);
      input = std::vector<char>(from, from + static_cast<std::ptrdiff_t>(progress.kept));
      if (input.empty()) head_ = of_another();
      if (next == Next::flush) ++flushes;
      if (next == Next::yield) ++yields;
    } while (next == Next::flush || next == Next::yield);
    kept_.assign(input.begin(), input.end());
    kept_max = std::max(kept_max, kept_.size());
    return *this;
  }

  // In pieces of `step` bytes.
  ServerConnectionWire& send_in_steps(std::string_view bytes, std::size_t step) {
    for (std::size_t at = 0; at < bytes.size(); at += step) send(bytes.substr(at, step));
    return *this;
  }

  ServerConnectionWire& end() { return send({}, true); }

  // The upstream has spoken of what was asked of it.
  Next answer(const http::UpstreamSaid& said) {
    next = server_connection.answer(owed, owed_answer, said, {kept_.data(), kept_.size()}, parts());
    for (const std::string_view piece : thread_.outbox->pieces()) received += piece;
    thread_.outbox->clear();
    if (next == Next::yield) send({});
    return next;
  }

  Next refuse(http::Fault fault) {
    const std::string_view kept(kept_.data(), kept_.size());
    next = next == Next::ask ? server_connection.refuse_asked(fault, owed, parts())
                             : server_connection.refuse(fault, std::chrono::nanoseconds{0}, parts(), kept, head_);
    for (const std::string_view piece : thread_.outbox->pieces()) received += piece;
    thread_.outbox->clear();
    return next;
  }

  // The status codes of all answers so far, each "200 " with a trailing "close " where the answer says so.
  [[nodiscard]] std::string statuses() const {
    std::string all;
    std::string_view rest = received;
    while (!rest.empty()) {
      const std::string_view head = rest.substr(0, rest.find("\r\n\r\n") + 4);
      all += std::string(head.substr(9, 3)) + " ";
      if (head.find("\r\nConnection: close\r\n") != std::string_view::npos) all += "close ";
      const std::size_t length = head.find("Content-Length: ");
      std::size_t content =
          length == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(length + 16, 10)));
      if (without_content) content = 0;
      rest.remove_prefix(std::min(head.size() + content, rest.size()));
    }
    return all;
  }

  [[nodiscard]] std::size_t kept() const { return kept_.size(); }

  http::ServerConnection server_connection;
  std::string received;
  std::vector<std::string> asked;  // of upstreams
  http::Owed owed;
  std::string owed_answer;
  Next next = Next::read;
  std::size_t kept_max = 0;
  unsigned flushes = 0;
  unsigned yields = 0;
  std::size_t turn_work = std::numeric_limits<std::size_t>::max();
  std::chrono::nanoseconds received_at{0};  // when what is sent comes
  bool valid = true;                        // every Progress was possible
  bool without_content = false;             // all requests are HEAD

 private:
  http::ServerConnection::Parts parts() {
    return {thread_.limits, *thread_.service, thread_.decoders, *thread_.outbox};
  }

  // What is left where another connection has had its turn.
  static http::RequestHead of_another() {
    http::RequestHead head;
    head.content_length = 1'000;
    head.framing = http::Framing::chunked;
    head.http_1_0 = head.expect_continue = true;
    head.keep_alive = head.codings_ok = false;
    head.request_id_at = head.origin_at = head.trace_id_at = 100'000;
    head.request_id_size = 10;
    head.target_at = 1;
    head.path = http::RequestHead::Path::asterisk;
    return head;
  }

  void keep_forward() {
    const http::Forward& forward = *thread_.service->forward();
    valid = valid && thread_.outbox->empty();
    asked.emplace_back(forward.request.data(), forward.request.size());
    owed = forward.owed;
    owed_answer.assign(forward.answer.data(), forward.answer.size());
  }

  Thread& thread_;
  std::vector<char> kept_;
  http::RequestHead head_ = of_another();
};

}  // namespace planish::test
