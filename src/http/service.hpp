// Service: what a request is answered with. One per thread; pure but for the clock it is given.
#pragma once

#include <http/counters.hpp>
#include <http/fault_table.hpp>
#include <http/outbox.hpp>
#include <http/problem.hpp>
#include <http/request.hpp>
#include <http/request_context.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>
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

class Service {
 public:
  using Clock = std::chrono::nanoseconds (*)();

  // References must outlive the service. `now` is a monotonic clock. `id_prefix`: 16 hex digits, unique to the thread.
  Service(const ServiceOptions&, Transformer&, std::shared_ptr<const Endpoints>, Counters&, const telemetry::Health&,
          Clock now, std::string_view id_prefix, bool admin);

  // Between two requests.
  void set_endpoints(std::shared_ptr<const Endpoints>);

  // What time it is, at least once a second: the Date field of the answers that follow (RFC 9110, section 6.6.1), and
  // when their requests came.
  void set_time(std::chrono::system_clock::time_point) noexcept;
  // Null: no access log.
  void set_observer(std::function<void(const Answered&)>);

  // What routing has against the request: 404, 405, 411, 415, in this order. None: answer() it once its content is
  // there.
  [[nodiscard]] std::optional<Fault> route_fault(const Request&) const noexcept;

  // How the content is to be decoded: as the request says, or, where it says nothing, as this endpoint's content
  // begins.
  [[nodiscard]] std::span<const Coding> codings_of(const Request&, std::string_view content) const noexcept;

  // Whether the content is used: decode it and give it to answer(). Otherwise read it, drop it, and answer() with an
  // empty body. Only of a request without route_fault().
  [[nodiscard]] bool uses_content(const Request&) const noexcept;

  // Bytes that the outbox must have free before answer() is called, and before refuse() is. Where an upstream is asked,
  // more than any outbox that is not empty has.
  [[nodiscard]] std::size_t answer_bytes_max(const Request&, std::size_t body_bytes) const noexcept;
  static constexpr std::size_t kRefusalBytesMax = kHeadBytesMax + kPlainProblemBytesMax;
  // The most that any one answer can need: the least capacity of an outbox.
  [[nodiscard]] std::size_t outbox_bytes_max() const noexcept { return outbox_bytes_max(*endpoints_); }
  [[nodiscard]] std::size_t outbox_bytes_max(const Endpoints&) const noexcept;

  // Answers a request without route_fault(). `body`: the content, decoded. `received_at`: when its last bytes came.
  // `close`: the connection closes after this answer, which then says so.
  void answer(const Request&, PaddedView body, std::chrono::nanoseconds received_at, bool close, Outbox&);

  // What the last answer() leaves to be asked of an upstream, in the outbox's free room; null: it has answered.
  [[nodiscard]] const Forward* forward() const noexcept { return forward_.upstream == nullptr ? nullptr : &forward_; }
  // Answers what is owed once the upstream has spoken. `answer`: Forward::answer.
  void answer(const Owed&, std::string_view answer, const UpstreamSaid&, bool close, Outbox&);

  // When the last answer was made.
  [[nodiscard]] std::chrono::nanoseconds answered_at() const noexcept { return answered_at_; }

  // The same as a value, of any request, for who has no connection: `room` is for its content, answer_bytes_max()
  // bytes.
  [[nodiscard]] Response respond(const Request&, PaddedView body, std::chrono::nanoseconds received_at,
                                 std::span<char> room);

  [[nodiscard]] Response refuse(Fault, const Request&, std::span<char> room);

  // Answers with a fault of the message. The request is null where none could be read.
  void refuse(Fault, const Request*, bool close, std::chrono::nanoseconds received_at, Outbox&);

  // The thread's counters. Connections and active requests are counted by who holds them.
  [[nodiscard]] Counters& counters() noexcept { return *counters_; }

 private:
  // One request on its way through.
  struct Asked {
    const Request& request;
    Routes::Match match;
    std::chrono::nanoseconds received_at;
    std::string_view request_id;
    std::span<char> room;  // for the content of the answer
  };

  Response respond(const Asked&, PaddedView body);
  Response respond_transform(const Asked&, PaddedView body);
  PaddedView prepare(const Shape&, const Request&, PaddedView body, Context&);
  Response respond_forwarded(const Asked&, Response);
  Response respond_acknowledged(Response, std::span<char> content) const noexcept;
  Response respond_relayed(const UpstreamSaid&, Response, std::span<char> room) const noexcept;
  Response respond_upstream(const Owed&, const UpstreamSaid&, std::span<char> room) noexcept;
  Response respond_ready(const Asked&);
  Response respond_refused(const Asked&, const Outcome&, std::string_view body, Response);
  Response text(const Asked&, std::string_view content_type, std::string_view fields, std::string_view content);
  static Response document(const Asked&, std::string_view content_type, std::string_view fields, const Document&);
  [[nodiscard]] Response refusal(Fault, const std::optional<Routes::Match>&, std::string_view request_id,
                                 std::span<char> room) const noexcept;
  static Response problem(std::span<char> room, const Problem&, Response) noexcept;
  void send(const Request*, const std::optional<Routes::Match>&, std::string_view request_id,
            std::chrono::nanoseconds received_at, bool close, const Response&, Outbox&);
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
  HeadWriter heads_;
  std::unique_ptr<RequestContext> context_;  // where an endpoint looks into the head
  std::chrono::nanoseconds wall_ahead_{0};   // of the monotonic clock: since 1970
  std::string retry_after_;                  // the whole field
  std::function<void(const Answered&)> observer_;
  std::chrono::nanoseconds answered_at_{};
  std::array<char, 32> id_{};  // 16 hex digits of the thread, 16 that count
  Forward forward_;
  std::array<char, 64> upstream_retry_after_;  // the whole field
};

}  // namespace planish::http
