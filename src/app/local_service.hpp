// LocalService: the service of http without a server, so that `planish transform` says what a POST would get.
#pragma once

#include <app/endpoints.hpp>
#include <app/settings.hpp>
#include <http/service.hpp>

#include <http/counters.hpp>
#include <planish/transformer.hpp>
#include <telemetry/health.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace planish::app {

class LocalService {
 public:
  struct Answer {
    unsigned status;
    std::string_view content;  // valid until the next answer
  };
  // What stands in the head of each request.
  struct Head {
    std::string path;          // empty: that of the first endpoint
    std::string content_type;  // empty: none
  };

  // Throws std::runtime_error, with the words for it, where no endpoint has the path.
  explicit LocalService(const Settings&, Head = {});

  // `buffer`: the body, `size` bytes of it, and kPadding writable bytes after it. A body over the limit is 413.
  [[nodiscard]] Answer answer(std::span<char> buffer, std::size_t size);

 private:
  http::ServiceOptions options_;
  Head head_;
  std::size_t body_bytes_max_;
  EndpointNames names_;
  Transformer transformer_;
  std::unique_ptr<http::Counters> counters_ = std::make_unique<http::Counters>();
  telemetry::Health health_;
  http::Service service_;
  std::size_t room_bytes_;
  std::unique_ptr<char[]> room_;
};

// The slices of the settings that the transform and the service depend on.
[[nodiscard]] planish::Limits transform_limits(const Settings&);
[[nodiscard]] http::ServiceOptions service_options(const Settings&);

}  // namespace planish::app
