// Probes: how `healthcheck` and `smoke` find a running server, and what their requests look like.
#pragma once

#include <net/client.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// `url` if there is one, else the first of `listen` that can be connected to: for a wildcard, the loopback address.
// None: `why` says what is wrong with the url or, without one, that none of `listen` will do.
[[nodiscard]] std::optional<net::Url> probe_url(std::string_view url, const std::vector<std::string>& listen,
                                                std::string& why);

// One request, for a connection of its own. `fields`: further lines, each with its CRLF. With content, or for a POST,
// there is a Content-Length, unless `fields` frame it otherwise.
[[nodiscard]] std::string probe_request(const net::Url&, std::string_view method, std::string_view target,
                                        std::string_view fields, std::string_view content);

}  // namespace planish::app
