// ServiceTest: a service with a clock that the test moves, and what it has sent, counted and told.
#pragma once

#include <http/service.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::http {

using namespace std::chrono_literals;
using http::Route;

inline std::chrono::nanoseconds clock_now{0};
inline std::chrono::nanoseconds clock_step{0};
inline std::chrono::nanoseconds tick() {
  return clock_now += clock_step;
}

inline constexpr std::string_view kEvents = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]})";
inline constexpr std::string_view kHalf = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}},)"
                                          R"({"event_type":"","timestamp":1,"payload":{}}]})";

inline constexpr std::string_view kVersionJson = R"({"version":"0.1.0"})";

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
inline std::string_view head_of(std::string_view answer) {
  return answer.substr(0, answer.find("\r\n\r\n") + 4);
}
inline std::string_view content_of(std::string_view answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

inline Request request(Method method, std::string_view path) {
  Request made;
  made.method = method;
  made.path = path;
  made.framing = method == Method::post ? Framing::length : Framing::none;
  made.request_id = "id-1";
  return made;
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    clock_now = 1s;
    clock_step = 0ns;
    options.version = {[](std::span<char> out) { return kVersionJson.copy(out.data(), out.size()); }, 100};
    options.metrics.bytes_max = 100;
    options.metrics.write = [](std::span<char> out) {
      constexpr std::string_view text = "planish_build_info 1\n";
      std::copy(text.begin(), text.end(), out.begin());
      return text.size();
    };
    health.set(telemetry::Phase::ready);
  }

  Service& service(bool admin = false) {
    if (!made) {
      made.emplace(options, transformer, endpoints(), counters, health, tick, "0123456789abcdef", admin);
      made->set_time(std::chrono::sys_seconds{784111777s});
      made->sender().set_observer(
          [this](const Answered& answered) { seen.emplace_back(answered.status, answered.route); });
    }
    return *made;
  }

  // One of each of these paths, all of the same transform.
  std::shared_ptr<const Endpoints> endpoints() const {
    return std::make_shared<const Endpoints>(std::vector<Endpoint>{
        {.paths = paths, .transform = Transform(transform_options), .invalid_events = invalid_events}});
  }

  std::string sent() {
    std::string all;
    for (const std::string_view piece : outbox.pieces()) all += piece;
    outbox.clear();
    return all;
  }

  std::string answer(const Request& asked, std::string_view body = {}, bool close = false) {
    std::string buffer(body);
    buffer.resize(body.size() + kPadding);
    send_answer(asked, PaddedView(buffer, body.size()), close);
    return sent();
  }

  void send_answer(const Request& asked, PaddedView body, bool close) {
    const Routed routed = service().route(asked);
    const std::chrono::nanoseconds received_at = clock_now;  // after a service was made, which asks for the time
    EXPECT_TRUE(routed.fault || outbox.free().size() >= service().answer_bytes_max(asked, routed, body.size()));
    const std::span<char> room = outbox.free().subspan(Service::headroom(asked, routed));
    const Response response = service().answer(asked, routed, body, received_at, room);
    service().sender().send({&asked, routed, received_at, close}, response, outbox);
  }

  // As a connection does: what is found in the head, or without a request, has no route.
  std::string refuse(Fault fault, const Request* asked, bool close) {
    const auto found = row_of(fault).found;
    const bool routed = asked != nullptr && (found == FaultRow::Found::routing || found == FaultRow::Found::content);
    const Sender::To to{asked, routed ? service().route(*asked) : Service::unrouted(), clock_now, close};
    const std::span<char> room = outbox.free().subspan(kHeadBytesMax);
    service().sender().send(to, service().refuse(fault, asked, to.routed, room), outbox);
    return sent();
  }

  std::uint64_t counted(Route route, unsigned status) const {
    const auto found = std::find(http::kStatuses.begin(), http::kStatuses.end(), status);
    const auto& row =
        route == Route::transform ? counters.transforms[0] : counters.requests[static_cast<std::size_t>(route)];
    return row[static_cast<std::size_t>(found - http::kStatuses.begin())].value();
  }

  ServiceOptions options;
  Options transform_options;
  std::vector<std::string> paths{"/"};
  InvalidEvents invalid_events = InvalidEvents::refuse;
  Transformer transformer;
  http::Counters counters;
  telemetry::Health health;
  Outbox outbox{std::size_t{8} << 20};
  std::vector<std::pair<unsigned, std::string_view>> seen;
  std::optional<Service> made;
};

}  // namespace planish::http
