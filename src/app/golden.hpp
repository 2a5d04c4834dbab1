// The golden requests of `planish smoke`, and what a planish answers. What depends on its settings is left open.
#pragma once

#include <net/client.hpp>

#include <span>
#include <string>
#include <string_view>

namespace planish::app {

struct Golden {
  std::string_view name;
  std::string_view method;
  std::string_view target;   // "@": the route of the transform
  std::string_view fields;   // further ones, each with its CRLF
  std::string_view content;  // $type: an event type that is allowed; $time: an instant in the server's unit
  unsigned status;
  std::string_view answer;  // a pattern, '*' for any bytes; $ms: the instant; $hash1, $hash2: of the payloads
  std::string_view answer_fields = {};  // "name: pattern", of one field
  bool skipping = false;                // only where the server skips invalid events of itself
};

[[nodiscard]] std::span<const Golden> golden_requests() noexcept;

// Whether `text` is `pattern`, in which each '*' stands for any bytes.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text) noexcept;

// What is wrong with the answer, whose content is to match `pattern`; empty: nothing.
[[nodiscard]] std::string difference(const Golden&, std::string_view pattern, const net::ClientResponse&);

}  // namespace planish::app
