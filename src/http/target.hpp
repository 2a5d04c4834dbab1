// Target: the path in a request target, whichever of its four forms it has. RFC 9112, section 3.2.
#pragma once

#include <http/request.hpp>

#include <optional>
#include <string_view>

namespace planish::http {

// The path, undecoded, without the query:
//   origin     /path?query              any method but CONNECT
//   absolute   http://host/path?query   any method but CONNECT; http and https, no case; an empty path is "/"
//   authority  host:port                CONNECT only; the path is "*": what is asked for is no resource of ours
//   asterisk   *                        OPTIONS only; so is an absolute target without path and query
// None: a form that the method does not allow. `target` is made of 0x21 to 0x7e without '#'.
[[nodiscard]] std::optional<std::string_view> path_of(std::string_view target, Method method) noexcept;

// What stands after the first question mark, undecoded; empty where there is none.
[[nodiscard]] std::string_view query_of(std::string_view target) noexcept;

}  // namespace planish::http
