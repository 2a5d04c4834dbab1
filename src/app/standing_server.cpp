// An exchange is driven as a connection drives it.
#include <app/standing_server.hpp>

#include <app/local_service.hpp>

#include <planish/padded_view.hpp>

#include <vector>

namespace planish::app {
namespace {

std::chrono::nanoseconds standing() {
  return std::chrono::nanoseconds{0};
}

}  // namespace

StandingServer::StandingServer(const Settings& settings, std::chrono::sys_seconds now)
    : options_(service_options(settings)),
      limits_{.body_bytes_max = settings.body_bytes_max, .head_bytes_max = settings.head_bytes_max},
      transformer_(transform_limits(settings)),
      service_(options_, transformer_, compile_endpoints(settings, names_), *counters_, health_, &standing,
               "0000000000000000", false),
      decoders_(settings.body_bytes_max),
      outbox_(service_.outbox_bytes_max()) {
  health_.set(telemetry::Phase::ready);
  service_.set_time(now);
}

std::string StandingServer::answer(std::string_view sent) {
  using Next = http::ServerConnection::Next;
  http::ServerConnection exchange;
  http::RequestHead head;
  const http::ServerConnection::Parts parts{limits_, service_, decoders_, outbox_};
  std::vector<char> input(sent.begin(), sent.end());
  std::string received;
  for (;;) {
    const std::size_t size = input.size();
    input.resize(size + kPadding);
    http::Budget budget;
    const auto progress = exchange.advance({{input.data(), size}, head}, true, standing(), budget, parts);
    for (const std::string_view piece : outbox_.pieces()) received += piece;
    outbox_.clear();
    if (progress.next != Next::flush && progress.next != Next::yield) break;
    const auto from = input.begin() + static_cast<std::ptrdiff_t>(progress.consumed);
    input = std::vector<char>(from, from + static_cast<std::ptrdiff_t>(progress.kept));
  }
  exchange.abandon(parts);
  return received;
}

}  // namespace planish::app
