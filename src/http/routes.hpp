// Routes: which row of the route table a request belongs to, and what that row has against it.
#pragma once

#include <http/endpoint.hpp>
#include <http/fault.hpp>
#include <http/request.hpp>

#include <planish/padded_view.hpp>
#include <planish/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

enum class Route : std::uint8_t {
  transform,  // each endpoint's
  healthz,
  readyz,
  metrics,
  version,
  openapi,
  problems,
  asterisk,  // OPTIONS *
  other,     // 404
  none,      // refused before routing
};
inline constexpr std::size_t kRouteCount = static_cast<std::size_t>(Route::none) + 1;

// What a path answers to. HEAD stands wherever GET does.
enum class Methods : std::uint8_t { get, post, all };

// The value of Allow (RFC 9110, section 10.2.1).
[[nodiscard]] std::string_view allow_of(Methods) noexcept;

// admin: only there, if there is one; nowhere: its name is no path.
enum class ServedOn : std::uint8_t { everywhere, open, admin, nowhere };

class Service;
struct Asked;
struct Response;
struct RouteRow;

// Where a request belongs. Looked up once; again if a reload may have come between its head and its content.
struct Routed {
  const RouteRow* row;
  const Endpoint* endpoint = nullptr;  // of Route::transform
  std::optional<Fault> fault = {};     // 404, 405, 411, 415, in this order
};

// All that is known of a route. The rows stand in service_routes.cpp, beside the answers.
struct RouteRow {
  Route route;
  std::string_view name;  // as logs and metrics say it, never what a client has sent; and its path, byte for byte
  Methods methods;
  ServedOn served_on;
  // What is wrong with the content of a POST, by its head. Null: content is not used.
  std::optional<Fault> (*content_fault)(const Shape&, const Request&) noexcept;
  Response (*answer)(Service&, const Asked&, PaddedView body);  // null: there is none but a refusal
  // The most bytes that the content of the answer to a body of so many can have.
  std::size_t (*bytes_max)(const Service&, const Endpoint*, std::size_t body_bytes) noexcept;
};

[[nodiscard]] std::span<const RouteRow, kRouteCount> route_rows() noexcept;
[[nodiscard]] inline const RouteRow& row_of(Route route) noexcept {
  return route_rows()[static_cast<std::size_t>(route)];
}

inline constexpr std::size_t kPathBytesMax = 255;

// Why `path` cannot be an endpoint's: not absolute, too long, bytes that no target has, a `*` that is no whole segment,
// or taken by a built-in route. Empty: it can.
[[nodiscard]] std::string_view path_problem(std::string_view path) noexcept;

// The routes of one listener.
class Routes {
 public:
  // `admin_apart`: there is an admin address; `admin`: this is it.
  Routes(bool admin_apart, bool admin) noexcept : admin_apart_(admin_apart), admin_(admin) {}

  [[nodiscard]] Routed route(const Endpoints&, const Request&) const noexcept;

 private:
  [[nodiscard]] Routed find(const Endpoints&, std::string_view path) const noexcept;
  [[nodiscard]] bool answers_here(ServedOn) const noexcept;

  bool admin_apart_;
  bool admin_;
};

// The slug of a path that belongs to Route::problems.
[[nodiscard]] std::string_view slug_of(std::string_view path) noexcept;

}  // namespace planish::http
