// Transforming: a Transformer between unreadable pages, for tests. Every call checks that it kept to its memory.
#pragma once

#include <planish/transformer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::support {

// Bytes that end where an unreadable page begins, and begin behind bytes that are watched. Kept from one use to the
// next.
class GuardedBytes {
 public:
  GuardedBytes() = default;
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes();

  // So many bytes, with anything in them. Invalidates what came before.
  std::span<char> take(std::size_t size);
  // Whether the bytes in front of those are as they were.
  [[nodiscard]] bool front_untouched() const;

 private:
  static constexpr std::size_t kFront = 1024;
  void map(std::size_t size);

  char* pages_ = nullptr;
  std::size_t pages_size_ = 0;
  char* end_ = nullptr;
  char* begin_ = nullptr;
};

struct Outcome {
  Verdict verdict{};
  std::string text;                 // the answer, after Verdict::ok
  std::string acknowledged;         // what the client has then, where the answer goes to somebody else
  std::vector<std::string> faults;  // as they are written
  std::size_t syntax_offset = 0;    // after Verdict::not_json
  std::uint32_t events_total = 0;
  std::uint32_t events_invalid = 0;
  std::uint32_t events_dropped = 0;
  std::uint32_t request_faults = 0;
  std::array<std::uint32_t, kErrcCount> count{};
  bool kept_to_its_memory = false;  // padding restored, nothing written around the buffers
};

class Transforming {
 public:
  explicit Transforming(const Options& options = {}, const Limits& limits = {})
      : transform_(options), transformer_(limits) {}

  Outcome operator()(std::string_view body, InvalidEvents mode = InvalidEvents::refuse,
                     std::optional<std::string_view> trace_id = std::nullopt,
                     std::chrono::nanoseconds elapsed = std::chrono::nanoseconds{0});
  Outcome operator()(std::string_view body, const Context& context,
                     std::chrono::nanoseconds elapsed = std::chrono::nanoseconds{0});

 private:
  Transform transform_;
  Transformer transformer_;
  GuardedBytes in_;
  GuardedBytes out_;
};

// A request around the elements of "events".
[[nodiscard]] std::string request_of(std::string_view events);
// An event around the value of its payload.
[[nodiscard]] std::string event_of(std::string_view payload);

}  // namespace planish::support
