// OpenAPI: the description of the service that it gives of itself, its endpoints among it. RFC 9110 calls it a
// representation; the texts stand in openapi*.json.
#pragma once

#include <http/endpoint.hpp>

#include <cstddef>
#include <span>

namespace planish::http {

// At least the bytes of the document for a service with these endpoints; the document itself is not looked at.
[[nodiscard]] std::size_t openapi_bytes_max(const Endpoints&) noexcept;

// Writes it to the front of `out`, which has openapi_bytes_max(), and returns its bytes.
std::size_t write_openapi(const Endpoints&, std::span<char> out) noexcept;

}  // namespace planish::http
