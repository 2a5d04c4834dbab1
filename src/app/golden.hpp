// The golden requests of `planish smoke`, and what a planish with the default settings answers.
#pragma once

#include <net/client.hpp>

#include <span>
#include <string>
#include <string_view>

namespace planish::app {

struct Golden {
  std::string_view name;
  std::string_view method;
  std::string_view target;  // "@": the route of the transform
  std::string_view fields;  // further ones, each with its CRLF
  std::string_view content;
  unsigned status;
  std::string_view answer;              // a pattern, '*' for any bytes
  std::string_view answer_fields = {};  // "name: pattern", of one field
};

[[nodiscard]] std::span<const Golden> golden_requests() noexcept;

// Whether `text` is `pattern`, in which each '*' stands for any bytes.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text) noexcept;

// What is wrong with the answer; empty: nothing. `any_hash`: hashes are not those of the default settings.
[[nodiscard]] std::string difference(const Golden&, const net::ClientResponse&, bool any_hash);

}  // namespace planish::app
