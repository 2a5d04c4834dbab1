// Upstream: where the events of an endpoint go on to, what is sent there, and what the client is owed meanwhile.
// Contract section 13.
#pragma once

#include <http/request.hpp>
#include <http/response.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace planish::http {

struct Endpoint;

// Whom to connect to. Endpoints that say the same share its connections.
struct UpstreamPeer {
  std::string host = {};  // name or literal, without brackets
  std::string port = "80";
  std::string unix_path = {};  // in place of both
  std::size_t connections_max = 64;
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds idle{4'000};
  std::chrono::milliseconds resolve{30'000};

  friend bool operator==(const UpstreamPeer&, const UpstreamPeer&) = default;
};

// What a configuration says of one endpoint's upstream.
struct Upstream {
  UpstreamPeer peer;
  std::string head;     // of each request: the request line and the fields that are always the same
  bool relays = false;  // the client has the upstream's own answer
  std::chrono::milliseconds timeout{10'000};
};

// A field that `upstream_fields` sets. Empty: it may; else why not, as the end of a sentence that begins with its name.
[[nodiscard]] std::string_view upstream_field_problem(std::string_view name, std::string_view value) noexcept;

struct UpstreamField {
  std::string name;
  std::string value;
};

// Upstream::head. `target`: path and query. `media_type`: of what is sent, unless a field says another one. `version`:
// planish's own.
[[nodiscard]] std::string upstream_head(std::string_view target, std::string_view host, std::string_view media_type,
                                        std::string_view version, std::span<const UpstreamField> fields);
// How an authority is written in Host: without the port of http, a literal of IPv6 in brackets.
[[nodiscard]] std::string authority_of(const UpstreamPeer& peer);

// What one request says beside it.
struct UpstreamFields {
  std::size_t content_bytes = 0;
  std::string_view request_id = {};
  bool traced = false;  // the client's request has a valid traceparent
  EventTotals events = {};
};

// Values that are passed on, if they are not longer. A tracestate of 512 bytes has to be (Trace Context, 3.3.1.1).
inline constexpr std::size_t kTraceparentBytesMax = 256;
inline constexpr std::size_t kTracestateBytesMax = 1024;
// What write_upstream_head() writes beside Upstream::head: each name and value at its longest.
inline constexpr std::size_t kUpstreamFieldsBytesMax = 256 + 128 + kTraceparentBytesMax + kTracestateBytesMax;

// Writes the head so that it ends at `content_begin`, after upstream.head.size() + kUpstreamFieldsBytesMax writable
// bytes. `lines`: the fields of the client's request, of which traceparent and tracestate are passed on.
[[nodiscard]] std::size_t write_upstream_head(char* content_begin, const Upstream& upstream, const UpstreamFields& own,
                                              std::string_view lines) noexcept;

// What the answer to a client needs of its request, while the upstream is asked.
struct Owed {
  const Endpoint* endpoint = nullptr;  // stays while it is owed
  std::chrono::nanoseconds received_at{0};
  std::chrono::nanoseconds transform_time{0};
  std::size_t request_bytes = 0;
  EventTotals events;
  Handling prefer = Handling::not_set;
  bool http_1_0 = false;
  std::uint8_t request_id_size = 0;
  std::uint8_t origin_size = 0;
  std::array<char, 128> request_id_text;
  std::array<char, kOriginBytesMax> origin_text;

  [[nodiscard]] std::string_view request_id() const noexcept { return {request_id_text.data(), request_id_size}; }
  [[nodiscard]] std::string_view origin() const noexcept { return {origin_text.data(), origin_size}; }
};

// A request for an upstream, in the room of the answer that the client does not have yet.
struct Forward {
  const Upstream* upstream = nullptr;  // null: there is none
  std::span<const char> request;       // head and content
  std::span<const char> answer;        // the client's after a success, if not the upstream's own
  Owed owed;
};

// What became of it.
struct UpstreamSaid {
  enum class Kind : std::uint8_t {
    answered,       // with `status`
    no_connection,  // in time, or at all
    late,           // not all of an answer came in time
    broken,         // the connection broke, or no answer came that could be read
  };
  Kind kind = Kind::broken;
  unsigned status = 0;  // 0: none could be read
  std::string_view media_type = {};
  std::string_view retry_after = {};
  std::span<const char> content = {};
};

}  // namespace planish::http
