// Slices of the settings for the server; the words of start-up.
#include <app/server_setup.hpp>

#include <app/build_info.hpp>
#include <app/local_service.hpp>
#include <net/address.hpp>
#include <net/upstreams.hpp>

#include <planish/transformer.hpp>

#include <algorithm>

namespace planish::app {
namespace {

std::int64_t number(std::size_t n) {
  return static_cast<std::int64_t>(n);
}

void add_endpoints(std::vector<net::Endpoint>& to, const std::vector<int>& inherited,
                   const std::vector<std::string>& addresses, unsigned unix_mode) {
  for (const int descriptor : inherited) {
    net::Endpoint endpoint;
    endpoint.inherited = descriptor;
    to.push_back(endpoint);
  }
  for (const std::string& address : addresses) {
    auto endpoint = net::parse_address(address);
    if (!endpoint) continue;  // checked when the settings were read
    endpoint->unix_mode = unix_mode;
    to.push_back(*std::move(endpoint));
  }
}

}  // namespace

net::ServerOptions server_options(const Configuration& configuration, const InheritedSockets& inherited,
                                  EndpointNames& names) {
  const Settings& settings = configuration.settings;
  net::ServerOptions options;
  // Inherited sockets stand for the default address; those that were asked for are listened on as well.
  const std::string_view place = configuration.place_of("listen");
  const bool asked = !place.empty() && place != "PORT";
  const bool listen = inherited.open.empty() || asked;
  add_endpoints(options.listen, inherited.open, listen ? settings.listen : std::vector<std::string>{},
                settings.unix_mode);
  add_endpoints(options.admin, inherited.admin,
                inherited.admin.empty() ? settings.admin_listen : std::vector<std::string>{}, settings.unix_mode);
  options.shared = settings.threads != 1;
  options.connections_max = settings.connections_max;
  options.buffered_bytes_max = settings.buffered_bytes_max;
  options.timeouts = settings.timeouts;
  options.limits.body_bytes_max = settings.body_bytes_max;
  options.limits.head_bytes_max = settings.head_bytes_max;
  options.endpoints = compile_endpoints(settings, names);
  options.transform_limits = transform_limits(settings);
  return options;
}

std::size_t connections_within(std::size_t open_files, const net::ServerOptions& options, unsigned threads) {
  constexpr std::size_t kOfTheProcess = 32;  // standard streams, files of /proc, a descriptor to refuse with
  constexpr std::size_t kOfALoop = 4;        // epoll, eventfd, timerfd, and a spare
  const std::size_t listeners = options.listen.size() + options.admin.size();
  const std::size_t reserved = kOfTheProcess + options.admin_connections_max + threads * (kOfALoop + listeners) +
                               net::Upstreams::descriptors_max(*options.endpoints);
  const std::size_t wanted = options.connections_max;
  if (open_files >= reserved + wanted) return wanted;
  return std::max<std::size_t>(open_files > reserved ? open_files - reserved : 0, 1);
}

FittedFiles fit_open_files(const net::ServerOptions& options, unsigned threads) {
  const OpenFiles limit = raise_open_files();
  return {limit, connections_within(limit.now, options, threads), net::Upstreams::descriptors_max(*options.endpoints)};
}

void log_start(Log& log, const net::ServerOptions& options, unsigned threads, const FittedFiles& files) {
  log.info("starting", {{"version", kVersion},
                        {"commit", kCommit},
                        {"threads", number(threads)},
                        {"kernel", simd_kernel()},
                        {"max_body", number(options.limits.body_bytes_max)},
                        {"max_header", number(options.limits.head_bytes_max)},
                        {"max_events", number(options.transform_limits.events_max)},
                        {"max_connections", number(files.connections_max)},
                        {"max_buffered", number(options.buffered_bytes_max)},
                        {"header_timeout_ms", options.timeouts.header.count()},
                        {"body_timeout_ms", options.timeouts.body.count()},
                        {"idle_timeout_ms", options.timeouts.idle.count()},
                        {"write_timeout_ms", options.timeouts.write.count()},
                        {"shutdown_timeout_ms", options.timeouts.shutdown.count()}});
  log.info("open files", {{"limit", number(files.limit.now)}, {"limit_before", number(files.limit.before)}});
  if (files.connections_max < options.connections_max) {
    log.warn("max_connections is lowered: too few open files are allowed",
             {{"max_connections", number(files.connections_max)},
              {"asked", number(options.connections_max)},
              {"open_files", number(files.limit.now)}});
  }
}

void check_descriptors(Log& log, const http::Endpoints& endpoints, const FittedFiles& files) {
  const std::size_t wanted = net::Upstreams::descriptors_max(endpoints);
  if (wanted <= files.of_upstreams) return;
  log.warn("upstreams may need more open files than the start set aside for them; a new start does",
           {{"open_files", number(wanted)}, {"set_aside", number(files.of_upstreams)}});
}

void log_memory(Log& log, std::size_t memory_bytes_max, std::size_t kernel_bytes_max) {
  log.info("memory in use is bounded",
           {{"memory_bytes_max", number(memory_bytes_max)}, {"kernel_bytes_max", number(kernel_bytes_max)}});
}

void check_memory(Log& log, std::size_t memory_bytes_max, std::size_t kernel_bytes_max,
                  std::optional<std::uint64_t> allowed) {
  if (!allowed || *allowed >= memory_bytes_max + kernel_bytes_max) return;
  log.warn("memory in use may come to more than the cgroup allows", {{"memory_bytes_max", number(memory_bytes_max)},
                                                                     {"kernel_bytes_max", number(kernel_bytes_max)},
                                                                     {"cgroup_bytes_max", number(*allowed)}});
}

void log_addresses(Log& log, const std::vector<std::string>& bound, std::size_t admin_count) {
  const std::size_t open_count = bound.size() - std::min(admin_count, bound.size());
  for (std::size_t i = open_count; i < bound.size(); ++i) log.info("listening", {{"admin_address", bound[i]}});
  for (std::size_t i = 0; i < open_count; ++i) log.info("listening", {{"address", bound[i]}});
}

}  // namespace planish::app
