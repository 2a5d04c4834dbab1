// Prefer: which handling of invalid events the client asks for. RFC 7240.
#pragma once

#include <http/request.hpp>

#include <string_view>

namespace planish::http {

// Reads one Prefer field. `so_far`: what the Prefer fields before it said; the first word on "handling" counts
// (section 2). Preferences that planish does not know, and elements with a fault of syntax, are passed over.
[[nodiscard]] Handling prefer_handling(std::string_view field_value, Handling so_far) noexcept;

// The whole field that says what was done; empty where nothing was asked for.
[[nodiscard]] std::string_view preference_applied(Handling) noexcept;

}  // namespace planish::http
