// From settings to what the server is made of, and what start-up says about it.
#pragma once

#include <app/log.hpp>
#include <app/settings.hpp>
#include <app/systemd.hpp>
#include <net/server.hpp>

#include <cstddef>

namespace planish::app {

[[nodiscard]] net::ServerOptions server_options(const Configuration&, const InheritedSockets&);

// Connections that `open_files` allow, when `wanted` would be; the rest is for listeners, event loops and the log.
[[nodiscard]] std::size_t connections_within(std::size_t open_files, std::size_t wanted, const net::ServerOptions&);

// One line for each thing that start-up says: version, threads, kernel, limits; memory; addresses.
void log_start(Log&, const net::ServerOptions&);
void log_memory(Log&, std::size_t memory_bytes_max);
// A warning, if the cgroup allows less.
void check_memory(Log&, std::size_t memory_bytes_max);
// `bound`: the public addresses, then the admin address, if there is one.
void log_addresses(Log&, const std::vector<std::string>& bound, std::size_t admin_count);

}  // namespace planish::app
