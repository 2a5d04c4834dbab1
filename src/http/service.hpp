// Service: decides what a request is answered with, and nothing else. One per thread; pure but for the clock it is
// given.
#pragma once

#include <http/counters.hpp>
#include <http/fault_table.hpp>
#include <http/problem.hpp>
#include <http/request.hpp>
#include <http/request_context.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>
#include <http/sender.hpp>
#include <http/upstream.hpp>

#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>
#include <telemetry/health.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

// A text that is written when it is asked for.
struct Document {
  // Into the span, which has bytes_max bytes at least; returns how many it wrote. From any thread. None: nothing.
  std::function<std::size_t(std::span<char>)> write;
  std::size_t bytes_max = 0;
};

// The slice of the configuration that answers depend on, beside the endpoints. Shared by all threads, immutable. The
// configuration holds each origin to kOriginBytesMax (response.hpp).
struct ServiceOptions {
  std::vector<std::string> cors_origins;  // exact origins, or "*"
  std::vector<std::string> cors_headers;  // request fields that a preflight allows beside the usual ones
  bool admin_apart = false;               // /metrics, /version, /readyz answer on the admin address only
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::size_t head_bytes_max = 16 * 1024;
  std::chrono::seconds retry_after{1};
  Document metrics;  // the scrape: sums all threads
  Document version;
};

// One request on its way to its answer.
struct Asked {
  const Request& request;
  const Routed& routed;
  std::chrono::nanoseconds received_at;  // when its last bytes came
  std::string_view request_id;
  std::span<char> room;  // for the content of the answer
};

class Service {
 public:
  using Clock = Sender::Clock;

  // References must outlive the service. `now` is a monotonic clock. `id_prefix`: 16 hex digits, unique to the thread.
  Service(const ServiceOptions&, Transformer&, std::shared_ptr<const Endpoints>, Counters&, const telemetry::Health&,
          Clock now, std::string_view id_prefix, bool admin);

  // Between two requests.
  void set_endpoints(std::shared_ptr<const Endpoints>);

  // What time it is, at least once a second: the Date field of the answers that follow (RFC 9110, section 6.6.1), and
  // when their requests came.
  void set_time(std::chrono::system_clock::time_point) noexcept;
  // What tells of the answers, and counts them.
  [[nodiscard]] Sender& sender() noexcept { return sender_; }

  // Where the request belongs. With a fault: refuse() it; without: answer() it once its content is there.
  [[nodiscard]] Routed route(const Request& request) const noexcept { return routes_.route(*endpoints_, request); }

  // Whether the content is used: decode it and give it to answer(). Otherwise read it, drop it, and answer() with an
  // empty body. Only of a request without a fault.
  [[nodiscard]] static bool uses_content(const Request& request, const Routed& routed) noexcept {
    return request.method == Method::post && routed.row->content_fault != nullptr;
  }
  // How the content is to be decoded: as the request says, or, where it says nothing, as this endpoint's content
  // begins.
  [[nodiscard]] static std::span<const Coding> codings_of(const Request&, const Routed&,
                                                          std::string_view content) noexcept;

  // Bytes that the outbox must have free before answer() is called, and before refuse() is. Where an upstream is asked,
  // more than any outbox that is not empty has.
  [[nodiscard]] std::size_t answer_bytes_max(const Request&, const Routed&, std::size_t body_bytes) const noexcept;
  static constexpr std::size_t kRefusalBytesMax = kHeadBytesMax + kPlainProblemBytesMax;
  // The most that any one answer can need: the least capacity of an outbox.
  [[nodiscard]] std::size_t outbox_bytes_max() const noexcept { return outbox_bytes_max(*endpoints_); }
  [[nodiscard]] std::size_t outbox_bytes_max(const Endpoints&) const noexcept;
  // Of them, what the head of the answer needs in front of the room for its content.
  [[nodiscard]] static std::size_t headroom(const Request&, const Routed&) noexcept;

  // The answer; its content is in `room`, which has what answer_bytes_max() says beside the headroom. `body`: the
  // content, decoded. `received_at`: when its last bytes came.
  [[nodiscard]] Response answer(const Request&, const Routed&, PaddedView body, std::chrono::nanoseconds received_at,
                                std::span<char> room);
  // What the last answer() leaves to be asked of an upstream, in its room and the headroom; null: it has answered.
  [[nodiscard]] const Forward* forward() const noexcept { return forward_.upstream == nullptr ? nullptr : &forward_; }
  // The answer that is owed, once the upstream has spoken. `acknowledged`: Forward::answer.
  [[nodiscard]] Response answer(const Owed&, std::string_view acknowledged, const UpstreamSaid&,
                                std::span<char> room) noexcept;

  // The answer to a fault of the message. The request is null where none could be read.
  [[nodiscard]] Response refuse(Fault, const Request*, const Routed&, std::span<char> room) noexcept;
  // Of what is refused before it has a route.
  [[nodiscard]] static Routed unrouted() noexcept { return {&row_of(Route::none)}; }

  // The thread's counters. Connections and active requests are counted by who holds them.
  [[nodiscard]] Counters& counters() noexcept { return *counters_; }

 private:
  friend struct RouteTable;

  Response answer_transform(const Asked&, PaddedView body);
  PaddedView prepare(const Shape&, const Request&, PaddedView body, Context&);
  Response respond_forwarded(const Asked&, Response);
  Response respond_acknowledged(Response, std::span<char> content) const noexcept;
  Response respond_relayed(const UpstreamSaid&, Response, std::span<char> room) const noexcept;
  Response respond_upstream(const Owed&, const UpstreamSaid&, std::span<char> room) noexcept;
  Response respond_refused(const Asked&, const Outcome&, std::string_view body, Response);
  static Response problem(std::span<char> room, const Problem&, Response) noexcept;
  void count(const Outcome&, std::size_t body_bytes) noexcept;
  [[nodiscard]] std::string_view fields_of(const FaultRow&) const noexcept;
  [[nodiscard]] std::string_view id_of(const Request*) noexcept;
  std::string_view make_id() noexcept;

  const ServiceOptions* options_;
  Transformer* transformer_;
  std::shared_ptr<const Endpoints> endpoints_;
  Counters* counters_;
  const telemetry::Health* health_;
  Clock now_;
  Routes routes_;
  Sender sender_;
  std::unique_ptr<RequestContext> context_;  // where an endpoint looks into the head
  std::chrono::nanoseconds wall_ahead_{0};   // of the monotonic clock: since 1970
  std::string retry_after_;                  // the whole field
  std::array<char, 32> id_{};                // 16 hex digits of the thread, 16 that count
  Forward forward_;
  std::array<char, 64> upstream_retry_after_;  // the whole field
};

}  // namespace planish::http
