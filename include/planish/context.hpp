// Context: what a transform is told of a request beside its body. Plain values and views; no HTTP is known here.
#pragma once

#include <planish/shape.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace planish {

// How a body holds its events.
enum class Framing : std::uint8_t {
  json,    // one JSON text, as the shape says
  lines,   // one event a line (NDJSON); only where Shape::takes_lines()
  binary,  // CloudEvents' binary mode: the body is the data, `attributes` are the rest; only of that shape
};

// Finds a value by its name, if there is one. The value must stay until finish(), or until a transform() that does not
// say Verdict::ok returns.
struct Lookup {
  const void* of = nullptr;
  std::optional<std::string_view> (*find)(const void* of, std::string_view name) noexcept = nullptr;

  [[nodiscard]] std::optional<std::string_view> operator()(std::string_view name) const noexcept {
    return find == nullptr ? std::nullopt : find(of, name);
  }
};

// An attribute of a CloudEvent in binary mode, decoded: {"type", "com.example.made"}.
struct Attribute {
  std::string_view name;
  std::string_view value;
};

struct Context {
  InvalidEvents invalid_events = InvalidEvents::refuse;
  Framing framing = Framing::json;
  std::int64_t received_at_ms = 0;          // since 1970: when the head of the request was complete
  std::string_view trace_id{};              // of traceparent: 32 hex digits, or empty
  std::string_view request_id{};            // sane, as it stands in JSON
  std::string_view path{};                  // as sent
  std::string_view endpoint{};              // its first path
  Lookup header{};                          // for "header:NAME": the field's value
  Lookup query{};                           // for "query:NAME": percent-decoded
  std::span<const Attribute> attributes{};  // of Framing::binary, in the order they came
};

// Of what does not stand in the event itself (path, request id, trace), an answer tells each event so many bytes at
// most: null where it is longer. What a request costs is then within a multiple of its size.
inline constexpr std::size_t kToldBytesMax = 256;

}  // namespace planish
