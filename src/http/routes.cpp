// Routes: looks a path up and holds a request against its row.
#include <bytes/ascii.hpp>
#include <http/content_rules.hpp>
#include <http/problem.hpp>
#include <http/routes.hpp>

#include <algorithm>

namespace planish::http {
namespace {

constexpr std::string_view kProblemsPath = "/problems/";

// The bytes of a path as RFC 3986 has them, section 3.3. Escapes are bytes like others, since nothing is decoded.
constexpr bool is_path_byte(char c) noexcept {
  return bytes::is_alphanumeric(c) || std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

constexpr bool is_row_of(const RouteRow& row, std::string_view path) noexcept {
  if (row.route != Route::problems) return path == row.path;
  return path.starts_with(row.path) && find_problem(slug_of(path)) != nullptr;
}

bool taken(Methods methods, Method method) noexcept {
  const bool get = method == Method::get || method == Method::head;
  return method == Method::options || (methods == Methods::get && get) ||
         (methods == Methods::post && method == Method::post);
}

}  // namespace

std::string_view name_of(Route route) noexcept {
  if (route == Route::none) return "none";
  if (route == Route::problems) return "/problems/{slug}";
  const auto found =
      std::find_if(kRouteRows.begin(), kRouteRows.end(), [&](const RouteRow& row) { return row.route == route; });
  return found == kRouteRows.end() ? "other" : found->path;
}

std::string_view allow_of(Methods methods) noexcept {
  switch (methods) {
    case Methods::get:
      return "GET, HEAD, OPTIONS";
    case Methods::post:
      return "POST, OPTIONS";
    case Methods::all:
      return "GET, HEAD, POST, OPTIONS";
  }
  return "OPTIONS";
}

std::string_view path_problem(std::string_view path) noexcept {
  if (!path.starts_with('/')) return "must begin with a slash";
  if (path.size() > kPathBytesMax) return "must not be longer than 255 bytes";
  if (!std::all_of(path.begin(), path.end(), is_path_byte)) return "has a byte that no path of a URI has";
  if (!wildcards_are_whole(path)) return "has a * that is not a whole segment";
  if (path.starts_with(kProblemsPath)) return "is taken by a built-in route";
  const bool built_in =
      std::any_of(kRouteRows.begin(), kRouteRows.end(), [&](const RouteRow& row) { return row.path == path; });
  return built_in ? "is taken by a built-in route" : "";
}

std::string_view slug_of(std::string_view path) noexcept {
  return path.starts_with(kProblemsPath) ? path.substr(kProblemsPath.size()) : std::string_view{};
}

bool Routes::answers_here(ServedOn served_on) const noexcept {
  switch (served_on) {
    case ServedOn::everywhere:
      return true;
    case ServedOn::open:
      return !admin_;
    case ServedOn::admin:
      return admin_ || !admin_apart_;
  }
  return false;
}

std::optional<Routes::Match> Routes::find(const Endpoints& endpoints, std::string_view path) const noexcept {
  const auto transform = [](const Endpoint* endpoint) { return Match{Route::transform, Methods::post, endpoint}; };
  const bool open = answers_here(ServedOn::open);
  if (open) {
    if (const Endpoint* endpoint = endpoints.find_exact(path)) return transform(endpoint);
  }
  for (const RouteRow& row : kRouteRows) {
    if (!is_row_of(row, path)) continue;
    if (!answers_here(row.served_on)) return std::nullopt;
    return Match{row.route, row.methods};
  }
  if (open) {
    if (const Endpoint* endpoint = endpoints.find_wild(path)) return transform(endpoint);
  }
  return std::nullopt;
}

std::optional<Fault> Routes::fault_of(const std::optional<Match>& match, const Request& request) const noexcept {
  if (!match) return Fault::not_found;
  if (!taken(match->methods, request.method)) return Fault::method;
  if (request.method != Method::post) return std::nullopt;
  return content_fault(match->endpoint == nullptr ? nullptr : &match->endpoint->shape(), request);
}

}  // namespace planish::http
