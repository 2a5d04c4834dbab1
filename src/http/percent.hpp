// Percent-decoding (RFC 3986, section 2.1), and values by name out of a query or a form.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

enum class Plus : bool { as_it_is, as_blank };

// Decodes `text` to `out`, which has as many bytes and may be the text's own. A `%` without two hex digits stays.
// Returns the number of bytes.
std::size_t percent_decode(std::string_view text, char* out, Plus plus = Plus::as_it_is) noexcept;

// What stands for the first parameter of that name in "a=b&c=d", still encoded; names are compared decoded.
[[nodiscard]] std::optional<std::string_view> find_parameter(std::string_view parameters,
                                                             std::string_view name) noexcept;

// A query whose values are decoded when they are asked for, each to its own place in `room`.
class Query {
 public:
  // `room`: as many bytes as the query. Both must outlive the object and what find() says.
  Query(std::string_view query, std::span<char> room) noexcept : query_(query), room_(room) {}

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

 private:
  std::string_view query_;
  std::span<char> room_;
};

}  // namespace planish::http
