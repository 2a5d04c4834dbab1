// The settings of an upstream: addresses and fields as text, and what http makes of them.
#pragma once

#include <app/settings.hpp>
#include <http/upstream.hpp>
#include <net/reach.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

struct UpstreamTarget {
  http::UpstreamPeer peer;  // its address alone
  std::string target;       // path and query
};

// "http://host:port/path?query" or "unix:/run/x.sock:/path". None: `why` says what is wrong, as the end of a sentence
// that begins with the text.
[[nodiscard]] std::optional<UpstreamTarget> parse_upstream(std::string_view text, std::string& why);

[[nodiscard]] std::string check_upstream(std::string_view text);        // or empty: there is none
[[nodiscard]] std::string check_upstream_field(std::string_view text);  // "Name: value", "Name: file:PATH"
// All of them with what stands in no file: within kUpstreamFieldsBytesMax, no name twice.
[[nodiscard]] std::string check_upstream_fields(std::span<const std::string> fields);
inline constexpr std::size_t kUpstreamFieldsMax = 32;
inline constexpr std::size_t kUpstreamValueBytesMax = 8 * 1024;

// Of each endpoint that has an upstream: `upstream_made`, with the files that its fields name, as they are now.
void read_upstreams(Configuration&, Complaints&);
// A reload may find other files, whether or not there is a configuration file.
[[nodiscard]] bool has_upstream_files(const Settings&) noexcept;

// What `check` prints of fields that carry credentials, where these stand in no file: a line for each.
[[nodiscard]] std::vector<std::string> credentials_told(const Configuration&);

[[nodiscard]] bool has_upstreams(const Settings&) noexcept;

// What `check --connect` says of one; `endpoints`: whose it is.
[[nodiscard]] std::string say_reached(const http::UpstreamPeer&, const std::string& endpoints, const net::Reached&);
// Says it of each. The exit code: whether all of them took a connection.
[[nodiscard]] int connect_to_upstreams(const Settings&);

}  // namespace planish::app
