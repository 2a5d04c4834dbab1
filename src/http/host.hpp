// Host: the syntax of uri-host [ ":" port ], as in a Host field and in a target. RFC 9110, section 7.2; RFC 3986, 3.2.
#pragma once

#include <string_view>

namespace planish::http {

// uri-host [ ":" port ] with a host that is not empty and a port of at most 65535, which may be empty.
[[nodiscard]] bool authority_valid(std::string_view) noexcept;

// As a Host field may have it: an authority, or nothing at all.
[[nodiscard]] bool host_valid(std::string_view) noexcept;

}  // namespace planish::http
