// Service: what a request is answered with. One per thread; pure but for the clock it is given.
#pragma once

#include <http/fault_table.hpp>
#include <http/outbox.hpp>
#include <http/problem.hpp>
#include <http/request.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>

#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>
#include <telemetry/counters.hpp>
#include <telemetry/health.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

// What happened, for the access log and nobody else. Views are valid during the call only.
struct Answered {
  Method method;
  telemetry::Route route;
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

// The slice of the configuration that answers depend on. Shared by all threads, immutable. The configuration holds
// `path` to path_problem(), each origin to kOriginBytesMax (routes.hpp, response.hpp).
struct ServiceOptions {
  std::string path = "/";
  bool skip_invalid_events = false;       // --invalid-events skip
  std::vector<std::string> cors_origins;  // exact origins, or "*"
  std::vector<std::string> cors_headers;  // request fields that a preflight allows beside the usual ones
  bool admin_apart = false;               // /metrics, /version, /readyz answer on the admin address only
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::chrono::seconds retry_after{1};
  Document metrics;  // the scrape: sums all threads
  Document version;
};

class Service {
 public:
  using Clock = std::chrono::nanoseconds (*)();

  // References must outlive the service; the transform may be replaced between two requests. `now` is a monotonic
  // clock. `id_prefix`: 16 hex digits, unique to the thread.
  Service(const ServiceOptions&, Transformer&, const Transform&, telemetry::Counters&, const telemetry::Health&,
          Clock now, std::string_view id_prefix, bool admin);

  // Called once a second at most: the Date field of the answers that follow (RFC 9110, section 6.6.1).
  void set_date(std::chrono::sys_seconds) noexcept;
  // Null: no access log.
  void set_observer(std::function<void(const Answered&)>);

  // What routing has against the request: 404, 405, 411, 415, in this order. None: answer() it once its content is
  // there.
  [[nodiscard]] std::optional<Fault> route_fault(const Request&) const noexcept;

  // Whether the content is used: decode it and give it to answer(). Otherwise read it, drop it, and answer() with an
  // empty body. Only of a request without route_fault().
  [[nodiscard]] bool uses_content(const Request&) const noexcept;

  // Bytes that the outbox must have free before answer() is called, and before refuse() is.
  [[nodiscard]] std::size_t answer_bytes_max(const Request&, std::size_t body_bytes) const noexcept;
  static constexpr std::size_t kRefusalBytesMax = kHeadBytesMax + kPlainProblemBytesMax;
  // The most that any one answer can need: the least capacity of an outbox.
  [[nodiscard]] std::size_t outbox_bytes_max() const noexcept;

  // Answers a request without route_fault(). `body`: the content, decoded. `received_at`: when its last bytes came.
  // `close`: the connection closes after this answer, which then says so.
  void answer(const Request&, PaddedView body, std::chrono::nanoseconds received_at, bool close, Outbox&);

  // When the last answer was made.
  [[nodiscard]] std::chrono::nanoseconds answered_at() const noexcept { return answered_at_; }

  // Answers with a fault of the message. The request is null where none could be read.
  void refuse(Fault, const Request*, bool close, std::chrono::nanoseconds received_at, Outbox&);

  // The thread's counters. Connections and active requests are counted by who holds them.
  [[nodiscard]] telemetry::Counters& counters() noexcept { return *counters_; }

 private:
  // One request and its answer in the making.
  struct Exchanged {
    const Request* request;  // null: none could be read
    Outbox& outbox;
    std::chrono::nanoseconds received_at;
    bool close;
    telemetry::Route route;
    std::string_view request_id;
    std::size_t request_bytes = 0;
    std::chrono::nanoseconds answered_at{0};  // 0: when it is sent

    // Where the content of the answer is written: the head comes in front.
    [[nodiscard]] std::span<char> content_room() const noexcept { return outbox.free().subspan(kHeadBytesMax); }
  };

  void transform(Exchanged&, PaddedView body);
  void send_refusal(Exchanged&, const Outcome&, std::string_view body, Head);
  void serve(Exchanged&);
  void serve_options(Exchanged&, Methods);
  void serve_ready(Exchanged&);
  void serve_document(Exchanged&, const Head&, const Document&);
  void send_text(Exchanged&, Head, std::string_view content);
  void send_problem(Exchanged&, Head, Problem);
  void send(Exchanged&, Head, std::span<char> content);
  void count_events(const Outcome&) noexcept;
  [[nodiscard]] telemetry::Route route_of_refusal(const FaultRow&, const Request*) const noexcept;
  [[nodiscard]] std::string_view fields_of(const FaultRow&) const noexcept;
  std::string_view make_id() noexcept;

  const ServiceOptions* options_;
  Transformer* transformer_;
  const Transform* transform_;
  telemetry::Counters* counters_;
  const telemetry::Health* health_;
  Clock now_;
  Routes routes_;
  HeadWriter heads_;
  std::string retry_after_;  // the whole field
  std::function<void(const Answered&)> observer_;
  std::chrono::nanoseconds answered_at_{};
  std::array<char, 32> id_{};  // 16 hex digits of the thread, 16 that count
};

}  // namespace planish::http
