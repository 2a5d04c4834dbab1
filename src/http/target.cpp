// Target: told apart by their first byte and the method; nothing is decoded.
#include <http/field_value.hpp>
#include <http/host.hpp>
#include <http/target.hpp>

#include <algorithm>
#include <cstddef>

namespace planish::http {
namespace {

std::optional<std::string_view> path_of_absolute(std::string_view target, Method method) noexcept {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, colon);
  if (!equals_no_case(scheme, "http") && !equals_no_case(scheme, "https")) return std::nullopt;
  target.remove_prefix(colon + 3);
  const std::size_t authority = std::min(target.find_first_of("/?"), target.size());
  if (!authority_valid(target.substr(0, authority))) return std::nullopt;
  target.remove_prefix(authority);
  if (target.empty() && method == Method::options) return "*";
  const std::string_view path = target.substr(0, target.find('?'));
  return path.empty() ? "/" : path;
}

}  // namespace

std::optional<std::string_view> path_of(std::string_view target, Method method) noexcept {
  if (method == Method::connect) {
    // With a port: the last colon has only digits after it, at least one.
    const std::size_t port = target.find_last_not_of("0123456789") + 1;
    if (port == target.size() || port == 0 || target[port - 1] != ':' || !authority_valid(target)) return std::nullopt;
    return "*";
  }
  if (target.starts_with('/')) return target.substr(0, target.find('?'));
  if (target == "*") return method == Method::options ? std::optional(target) : std::nullopt;
  return path_of_absolute(target, method);
}

std::string_view query_of(std::string_view target) noexcept {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

}  // namespace planish::http
