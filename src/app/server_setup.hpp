// From settings to what the server is made of, and what start-up says about it.
#pragma once

#include <app/endpoints.hpp>
#include <app/log.hpp>
#include <app/machine.hpp>
#include <app/settings.hpp>
#include <app/systemd.hpp>
#include <net/server.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace planish::app {

// The endpoints get their names and rows from `names`.
[[nodiscard]] net::ServerOptions server_options(const Configuration&, const InheritedSockets&, EndpointNames& names);

// What was done about RLIMIT_NOFILE.
struct FittedFiles {
  OpenFiles limit;
  std::size_t connections_max = 0;  // fewer than the options ask for, where the limit is too small for them
  std::size_t of_upstreams = 0;     // set aside for connections to upstreams, and for their lookups
};

// Raises the soft limit to the hard one and looks how many of options.connections_max fit into it.
[[nodiscard]] FittedFiles fit_open_files(const net::ServerOptions& options, unsigned threads);

// Connections that `open_files` allow, when options.connections_max would be; the rest is for listeners, event loops,
// upstreams and the log.
[[nodiscard]] std::size_t connections_within(std::size_t open_files, const net::ServerOptions& options,
                                             unsigned threads);

// One line for each thing that start-up says: version, threads, kernel, limits; open files; memory; addresses.
void log_start(Log&, const net::ServerOptions&, unsigned threads, const FittedFiles&);
// A warning, if a reload brought more upstreams than there is room for.
void check_descriptors(Log&, const http::Endpoints&, const FittedFiles&);
void log_memory(Log&, std::size_t memory_bytes_max, std::size_t kernel_bytes_max);
// A warning, if the cgroup allows less than both together: what the kernel holds for a process's sockets counts there
// too.
void check_memory(Log&, std::size_t memory_bytes_max, std::size_t kernel_bytes_max,
                  std::optional<std::uint64_t> allowed);
// `bound`: the public addresses, then the admin address, if there is one.
void log_addresses(Log&, const std::vector<std::string>& bound, std::size_t admin_count);

}  // namespace planish::app
