// The file's [shape.NAME] tables.
#pragma once

#include <app/settings.hpp>

#include <span>
#include <string>
#include <vector>

namespace planish::app {

// Complaints name the place; a shape with a fault is left out.
[[nodiscard]] std::vector<OwnShape> read_shapes(std::span<const Table>, Complaints&);

// As a table that is read back to the same.
[[nodiscard]] std::string to_toml(const OwnShape&);

}  // namespace planish::app
