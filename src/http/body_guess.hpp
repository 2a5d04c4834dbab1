// Body guess: what a body that is no JSON seems to be instead, so that a problem can name the sender's mistake.
#pragma once

#include <string_view>

namespace planish::http {

// A sentence for `detail`; empty where nothing better is known than the byte at which the body stops being JSON. Holds
// nothing of the body. `body`: as it stands after content codings were undone; it is no JSON.
[[nodiscard]] std::string_view body_guess(std::string_view body) noexcept;

}  // namespace planish::http
