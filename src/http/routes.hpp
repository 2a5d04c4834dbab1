// Routes: THE route table. Which path answers to which methods, and on which address.
#pragma once

#include <http/endpoint.hpp>
#include <http/fault.hpp>
#include <http/request.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

// As logs and metrics say it; never what a client has sent. A transform's is its endpoint's name.
[[nodiscard]] std::string_view name_of(Route) noexcept;

// What a path answers to. HEAD stands wherever GET does.
enum class Methods : std::uint8_t { get, post, all };

// The value of Allow (RFC 9110, section 10.2.1).
[[nodiscard]] std::string_view allow_of(Methods) noexcept;

enum class ServedOn : std::uint8_t { everywhere, open, admin };  // admin: only there, if there is one

struct RouteRow {
  std::string_view path;  // byte for byte; of `problems`, the part before the slug
  Route route;
  Methods methods;
  ServedOn served_on;
};

// The endpoints' paths are settings.
inline constexpr std::array kRouteRows = {
    RouteRow{"/healthz", Route::healthz, Methods::get, ServedOn::everywhere},
    RouteRow{"/readyz", Route::readyz, Methods::get, ServedOn::admin},
    RouteRow{"/metrics", Route::metrics, Methods::get, ServedOn::admin},
    RouteRow{"/version", Route::version, Methods::get, ServedOn::admin},
    RouteRow{"/openapi.json", Route::openapi, Methods::get, ServedOn::open},
    RouteRow{"/problems/", Route::problems, Methods::get, ServedOn::everywhere},
    RouteRow{"*", Route::asterisk, Methods::all, ServedOn::everywhere},
};

inline constexpr std::size_t kPathBytesMax = 255;

// Why `path` cannot be an endpoint's: not absolute, too long, bytes that no target has, a `*` that is no whole segment,
// or taken by a built-in route. Empty: it can.
[[nodiscard]] std::string_view path_problem(std::string_view path) noexcept;

// The routes of one listener.
class Routes {
 public:
  struct Match {
    Route route;
    Methods methods;
    const Endpoint* endpoint = nullptr;  // of Route::transform
  };

  // `admin_apart`: there is an admin address; `admin`: this is it.
  Routes(bool admin_apart, bool admin) noexcept : admin_apart_(admin_apart), admin_(admin) {}

  // None: 404.
  [[nodiscard]] std::optional<Match> find(const Endpoints&, std::string_view path) const noexcept;

  // 404, 405, 411, 415, in this order.
  [[nodiscard]] std::optional<Fault> fault_of(const std::optional<Match>&, const Request&) const noexcept;

 private:
  [[nodiscard]] bool answers_here(ServedOn) const noexcept;

  bool admin_apart_;
  bool admin_;
};

// The slug of a path that Routes matched as `problems`.
[[nodiscard]] std::string_view slug_of(std::string_view path) noexcept;

}  // namespace planish::http
