// SmokeRequest: a golden request as it is put to one server, whose settings it allows for.
#pragma once

#include <app/asked_server.hpp>
#include <app/golden.hpp>
#include <app/settings.hpp>
#include <net/client.hpp>

#include <string>

namespace planish::app {

struct SmokeRequest {
  std::string request;
  std::string answer;    // the pattern of its content
  std::string left_out;  // not empty: why it is not to be put to this server
};

// `own`: the settings of this program, which may name an event type that the server allows.
[[nodiscard]] SmokeRequest make_smoke_request(const Golden&, const AskedServer&, const Settings& own, const net::Url&);

// Whether the answer shows that a setting that is not known is in the way: why the request is left out, or nothing.
[[nodiscard]] std::string excuse(const Golden&, const AskedServer&, const net::ClientResponse&);

}  // namespace planish::app
