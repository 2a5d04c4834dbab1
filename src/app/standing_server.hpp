// StandingServer: all of a server but its sockets, on a clock that stands: the same bytes in, the same bytes out.
#pragma once

#include <app/endpoints.hpp>
#include <app/settings.hpp>
#include <http/counters.hpp>
#include <http/decoders.hpp>
#include <http/outbox.hpp>
#include <http/server_connection.hpp>
#include <http/service.hpp>

#include <planish/transformer.hpp>
#include <telemetry/health.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace planish::app {

class StandingServer {
 public:
  // `now`: when every request comes.
  StandingServer(const Settings&, std::chrono::sys_seconds now);

  // What goes out on a new connection on which `sent` comes in, and then nothing more.
  [[nodiscard]] std::string answer(std::string_view sent);

 private:
  http::ServiceOptions options_;
  http::Limits limits_;
  EndpointNames names_;
  Transformer transformer_;
  std::unique_ptr<http::Counters> counters_ = std::make_unique<http::Counters>();
  telemetry::Health health_;
  http::Service service_;
  http::Decoders decoders_;
  http::Outbox outbox_;
};

}  // namespace planish::app
