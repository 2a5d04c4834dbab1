// Client: one blocking HTTP exchange at a time, with a deadline. For `healthcheck` and `smoke`, not for serving.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

// http://host[:port][/path] or unix:PATH.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

struct ClientResponse {
  unsigned status = 0;
  std::string head;  // status line and fields, without the empty line
  std::string content;
  // Value of a field, by its name without case; null: it is not there.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
};

// Connects, sends `request`, reads one answer until the server closes or its Content-Length is reached. Empty: nobody
// answered in time, or not in HTTP; `why` then says so. `head_only`: the answer has no content (HEAD).
[[nodiscard]] std::optional<ClientResponse> exchange(const Url&, std::string_view request, bool head_only,
                                                     std::chrono::milliseconds patience, std::string& why);

}  // namespace planish::net
