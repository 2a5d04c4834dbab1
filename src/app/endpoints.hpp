// From settings to endpoints: each one's own settings, the shapes that the file describes, and what http makes of both.
#pragma once

#include <app/settings.hpp>
#include <http/endpoint.hpp>

#include <planish/options.hpp>
#include <planish/shape.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// Reads the tables of shapes and endpoints into the settings, and completes each endpoint with what its shape does
// where nothing is said. Complaints name the place.
void settle_endpoints(const Sources&, Configuration&, Complaints&);

// A shape by its name: one of the file's, or a ready-made one.
[[nodiscard]] std::optional<Shape> find_shape(const Settings&, std::string_view name);

// What the transform of an endpoint is compiled from.
[[nodiscard]] Options transform_options(const Settings&, const EndpointSettings&);

// The names of all endpoints that a process has had, in the order of their rows among the counters: a reload's new ones
// are counted apart, and the old ones' counts stay.
class EndpointNames {
 public:
  // None: there are http::kTransformsCounted of them already.
  [[nodiscard]] std::optional<std::uint16_t> row_of(std::string_view name);
  [[nodiscard]] const std::vector<std::string>& all() const noexcept { return names_; }

 private:
  std::vector<std::string> names_;
};

// Compiles them. Null: more names than can be counted apart.
[[nodiscard]] std::shared_ptr<const http::Endpoints> compile_endpoints(const Settings&, EndpointNames&);

}  // namespace planish::app
