// Endpoint: what a configuration says of one transform, as one immutable value. Contract section 8.
#pragma once

#include <http/path_table.hpp>
#include <http/upstream.hpp>

#include <planish/transformer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

struct Endpoint {
  std::vector<std::string> paths;  // at least one; the first is its name in metrics and logs
  Transform transform{};
  InvalidEvents invalid_events = InvalidEvents::refuse;  // where a request does not say
  std::uint16_t counted_as = 0;                          // its row among the counters of transforms
  // Null: the events go back to the client. Else the transform acknowledges.
  std::shared_ptr<const Upstream> upstream = {};

  [[nodiscard]] const Shape& shape() const noexcept { return transform.options().shape; }
  [[nodiscard]] std::string_view name() const noexcept { return paths.front(); }
};

// All endpoints of a process. Threads share it; a reload hands each of them a new one between two requests.
class Endpoints {
 public:
  // No path stands twice, and none is a built-in route's: path_problem() of routes.hpp.
  explicit Endpoints(std::vector<Endpoint> all);

  // Null: none. An exact path comes before a built-in route of the same name, and that before a path with `*`.
  [[nodiscard]] const Endpoint* find_exact(std::string_view path) const noexcept { return at(paths_.find_exact(path)); }
  [[nodiscard]] const Endpoint* find_wild(std::string_view path) const noexcept { return at(paths_.find_wild(path)); }

  [[nodiscard]] std::span<const Endpoint> all() const noexcept { return all_; }
  // What the client libraries of all of them read; `none` where they differ.
  [[nodiscard]] Sdk sdk_of_all() const noexcept;

 private:
  [[nodiscard]] const Endpoint* at(std::optional<std::uint16_t> number) const noexcept {
    return number ? &all_[*number] : nullptr;
  }

  std::vector<Endpoint> all_;
  PathTable paths_;
};

}  // namespace planish::http
