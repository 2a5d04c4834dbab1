// Routes: looks a path up and holds a request against its row.
#include <bytes/ascii.hpp>
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

bool is_row_of(const RouteRow& row, std::string_view path) noexcept {
  if (row.route != Route::problems) return path == row.name;
  return path.starts_with(kProblemsPath) && find_problem(slug_of(path)) != nullptr;
}

bool taken(Methods methods, Method method) noexcept {
  const bool get = method == Method::get || method == Method::head;
  return method == Method::options || (methods == Methods::get && get) ||
         (methods == Methods::post && method == Method::post);
}

}  // namespace

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
  if (path.starts_with(kProblemsPath)) return "is taken by the built-in route /problems/{slug}";
  const bool built_in =
      std::any_of(route_rows().begin(), route_rows().end(), [&](const RouteRow& row) { return row.name == path; });
  return built_in ? "is taken by the built-in route of that name" : "";
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
    case ServedOn::nowhere:
      break;
  }
  return false;
}

Routed Routes::find(const Endpoints& endpoints, std::string_view path) const noexcept {
  const auto transform = [](const Endpoint* endpoint) { return Routed{&row_of(Route::transform), endpoint}; };
  const bool open = answers_here(ServedOn::open);
  if (open) {
    if (const Endpoint* endpoint = endpoints.find_exact(path)) return transform(endpoint);
  }
  for (const RouteRow& row : route_rows()) {
    if (is_row_of(row, path)) return {answers_here(row.served_on) ? &row : &row_of(Route::other)};
  }
  if (open) {
    if (const Endpoint* endpoint = endpoints.find_wild(path)) return transform(endpoint);
  }
  return {&row_of(Route::other)};
}

Routed Routes::route(const Endpoints& endpoints, const Request& request) const noexcept {
  Routed routed = find(endpoints, request.path);
  const RouteRow& row = *routed.row;
  if (row.route == Route::other) {
    routed.fault = Fault::not_found;
  } else if (!taken(row.methods, request.method)) {
    routed.fault = Fault::method;
  } else if (request.method == Method::post && row.content_fault != nullptr && routed.endpoint != nullptr) {
    routed.fault = row.content_fault(routed.endpoint->shape(), request);
  }
  return routed;
}

}  // namespace planish::http
