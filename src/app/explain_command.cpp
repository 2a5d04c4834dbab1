// planish explain: how one body is read, for the operator's terminal alone, since it shows payloads.
#include <app/body_reader.hpp>
#include <app/commands.hpp>
#include <app/endpoints.hpp>
#include <app/explanation.hpp>
#include <app/local_service.hpp>
#include <app/regular_file.hpp>
#include <app/run.hpp>
#include <app/setting_checks.hpp>
#include <http/content_rules.hpp>
#include <http/media_type.hpp>
#include <http/routes.hpp>
#include <net/descriptor.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

namespace planish::app {
namespace {

// As a request for `path` would find it; the first one where none is named. Null: there is none.
const EndpointSettings* find_endpoint(const Settings& settings, const std::string& path) {
  if (path.empty()) return &settings.endpoints.front();
  EndpointNames names;
  const auto endpoints = compile_endpoints(settings, names);
  http::Request request;
  request.method = http::Method::post;
  request.path = path;
  const http::Endpoint* const found = http::Routes(false, false).route(*endpoints, request).endpoint;
  return found == nullptr ? nullptr : &settings.endpoints[static_cast<std::size_t>(found - endpoints->all().data())];
}

}  // namespace

int explain(const Arguments& arguments, const Settings& settings) {
  const EndpointSettings* const endpoint = find_endpoint(settings, arguments.endpoint);
  if (endpoint == nullptr) {
    print_error("--endpoint: no endpoint has the path " + in_quotes(arguments.endpoint));
    return kExitUsage;
  }
  const bool standard = arguments.file.empty() || arguments.file == kStandardInput;
  net::Descriptor opened;
  if (standard && !take_standard_input()) {
    print_error("standard input: was read for another file already; name the request's");
    return kExitUsage;
  }
  if (!standard) opened = net::Descriptor(::open(arguments.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!standard && !opened) {
    print_error(arguments.file + ": cannot be read: " + std::strerror(errno));
    return kExitBadInput;
  }
  BodyReader reader{standard ? STDIN_FILENO : opened.number(), settings.body_bytes_max, [] {}};
  reader.read_all();
  if (reader.failed() || reader.size() > settings.body_bytes_max) {
    print_error((standard ? "standard input" : arguments.file) +
                (reader.failed() ? ": cannot be read" : ": is longer than max_body"));
    return kExitBadInput;
  }
  const Options options = transform_options(settings, *endpoint);
  http::Request request;
  request.media_type = http::media_type_of(arguments.content_type);
  Context context;
  context.framing = http::framing_of(options.shape, request);
  context.received_at_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  context.path = arguments.endpoint.empty() ? std::string_view(endpoint->paths.front()) : arguments.endpoint;
  context.endpoint = endpoint->paths.front();
  if (context.framing == planish::Framing::binary) context.framing = planish::Framing::json;
  return print(explain(options, transform_limits(settings), context, reader.buffer(), reader.size()));
}

}  // namespace planish::app
