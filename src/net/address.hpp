// Addresses as text: what --listen and --admin-listen say, and what start-up reports.
#pragma once

#include <net/server.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace planish::net {

// ":8080", "0.0.0.0:8080", "[::]:8080", "localhost:0", "unix:/run/planish.sock". No names but localhost: nothing is
// resolved.
[[nodiscard]] std::optional<Endpoint> parse_address(std::string_view text);

// The other way round; of an inherited descriptor, "fd:3".
[[nodiscard]] std::string to_string(const Endpoint&);

}  // namespace planish::net
