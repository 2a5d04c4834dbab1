// OpenAPI: the description of the service that it gives of itself. The document stands in openapi.json.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace planish::http {

// Bytes of the document for a service whose transform is at `path`.
[[nodiscard]] std::size_t openapi_bytes(std::string_view path) noexcept;

// Writes it to the front of `out`, which has that many bytes, and returns them.
std::size_t write_openapi(std::string_view path, std::span<char> out) noexcept;

}  // namespace planish::http
