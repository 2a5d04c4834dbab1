// Request id: which X-Request-Id of a client is taken over. Contract section 5.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::http {

inline constexpr std::size_t kRequestIdBytesMax = 128;

// 1 to 128 of A-Z a-z 0-9 . _ ~ + / = : -, so that it can stand in a field, in JSON and in a log line as it is.
[[nodiscard]] bool request_id_sane(std::string_view) noexcept;

}  // namespace planish::http
