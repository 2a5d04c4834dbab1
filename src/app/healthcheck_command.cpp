// planish healthcheck: /readyz of the server that the same settings make. For images that have no curl.
#include <app/commands.hpp>
#include <app/probe.hpp>
#include <app/run.hpp>

#include <fmt/format.h>

#include <chrono>
#include <string>

namespace planish::app {

int healthcheck(const Arguments& arguments, const Settings& settings) {
  std::string why;
  const auto& listen = settings.admin_listen.empty() ? settings.listen : settings.admin_listen;
  const auto url = probe_url(arguments.url, listen, why);
  if (!url) {
    print_error("healthcheck: " + why);
    return arguments.url.empty() ? kExitFailed : kExitUsage;
  }
  net::NoAnswer none;
  const std::string request = probe_request(*url, "GET", "/readyz", "", "");
  const auto answer = net::exchange(*url, request, false, std::chrono::seconds{5}, none);
  if (!answer) {
    print_error("healthcheck: no answer: " + none.why);
    return none.unbounded ? kExitUnreachable : kExitFailed;
  }
  if (answer->status != 200) {
    print_error(fmt::format("healthcheck: not ready: status {}", answer->status));
    return kExitFailed;
  }
  return print("ready\n");
}

}  // namespace planish::app
