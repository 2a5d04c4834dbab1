// Url: where a client connects to, as text: what --url says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace planish::net {

// Where a client connects to, and the prefix of its targets.
struct Url {
  std::string host;  // name or literal, without brackets
  std::string port = "80";
  std::string unix_path;  // unix:PATH; then host is "localhost"
  std::string path;       // of http://host:port/path, without a slash at its end; targets are appended
};

// http://host[:port][/path] or unix:PATH. None: `why` says what is wrong with the text, as the end of a sentence that
// begins with it: "has no http:// in front".
[[nodiscard]] std::optional<Url> parse_url(std::string_view text, std::string& why);

}  // namespace planish::net
