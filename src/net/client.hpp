// Client: one blocking HTTP exchange at a time, with a deadline. For `healthcheck` and `smoke`, not for serving.
#pragma once

#include <net/url.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planish::net {

struct ClientResponse {
  unsigned status = 0;
  std::string head;  // status line and fields, without the empty line
  std::string content;
  // Value of a field, by its name without case; null: it is not there.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
};

// What a server can make its client hold: heads, interim ones too, and content.
inline constexpr std::size_t kClientHeadBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kClientContentBytesMax = std::size_t{16} << 20;

// Why there is no answer.
struct NoAnswer {
  std::string why;
  bool unbounded = false;  // something came, but it was more, or slower, than the client takes
};

// Connects, sends `request`, reads one answer until the server closes or its Content-Length is reached. Empty: nobody
// answered in time, or not in HTTP, or too much; then `none` is set. `head_only`: the answer has no content (HEAD).
[[nodiscard]] std::optional<ClientResponse> exchange(const Url&, std::string_view request, bool head_only,
                                                     std::chrono::milliseconds patience, NoAnswer& none);

}  // namespace planish::net
