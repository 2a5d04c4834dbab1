// OpenAPI: openapi.json with the transform's path in its place.
#include <http/openapi.hpp>

#include <algorithm>
#include <array>
#include <cassert>

namespace planish::http {

extern const std::string_view kOpenapiDocument;  // made from openapi.json by embed_openapi.cmake

namespace {

// The path item of the transform; the document as it stands is that of the default path.
constexpr std::string_view kPathItem = "\"paths\":{\"/";

std::array<std::string_view, 3> parts(std::string_view path) noexcept {
  const std::size_t at = kOpenapiDocument.find(kPathItem);
  assert(at != std::string_view::npos);
  const std::size_t end = at + kPathItem.size();
  return {kOpenapiDocument.substr(0, end - 1), path, kOpenapiDocument.substr(end)};
}

}  // namespace

std::size_t openapi_bytes(std::string_view path) noexcept {
  return kOpenapiDocument.size() - 1 + path.size();
}

std::size_t write_openapi(std::string_view path, std::span<char> out) noexcept {
  assert(out.size() >= openapi_bytes(path));
  char* end = out.data();
  for (const std::string_view part : parts(path)) end = std::copy(part.begin(), part.end(), end);
  return static_cast<std::size_t>(end - out.data());
}

}  // namespace planish::http
