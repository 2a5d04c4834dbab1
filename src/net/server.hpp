// Server: the event loops. The process (app) makes one, runs it and tells it to stop; everything else happens inside.
#pragma once

#include <http/limits.hpp>
#include <http/service.hpp>
#include <net/timeouts.hpp>

#include <net/counters.hpp>
#include <planish/options.hpp>
#include <telemetry/health.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace planish::net {

// An address to listen on. Exactly one of the three forms.
struct Endpoint {
  std::string host;        // IPv4 or IPv6 literal, without brackets; empty: every address of both families
  std::uint16_t port = 0;  // 0: the kernel picks; bound_addresses() tells
  std::string unix_path;   // unix:PATH
  unsigned unix_mode = 0660;
  int inherited = -1;  // a listening descriptor from LISTEN_FDS
};

struct ServerOptions {
  std::vector<Endpoint> listen;
  std::vector<Endpoint> admin;           // at most one
  bool shared = false;                   // further threads may come: add_loops()
  std::size_t connections_max = 10'000;  // until add_loops() says it
  std::size_t admin_connections_max = 64;
  std::size_t buffered_bytes_max = std::size_t{256} << 20;
  Timeouts timeouts;
  http::Limits limits;
  // By default one, at "/".
  std::shared_ptr<const http::Endpoints> endpoints =
      std::make_shared<const http::Endpoints>(std::vector<http::Endpoint>{{.paths = {"/"}}});
  planish::Limits transform_limits;
};

// Something that went on and that a log may tell; never a client's content.
enum class Notice : std::uint8_t {
  out_of_descriptors,
  accept_failed,
  buffered_full,
  connections_full,
  upstream_away,
  upstream_late,
  upstream_broken,
  drain_began,
  drain_cut
};
inline constexpr std::size_t kNoticeKinds = static_cast<std::size_t>(Notice::drain_cut) + 1;

class Server {
 public:
  // Binds and listens, for the first thread, whose counters these are; throws std::system_error with the address in
  // what() if one cannot be had. All references must outlive the server.
  Server(ServerOptions, http::ServiceOptions, Counters&, telemetry::Health&, std::function<void(Notice)> notice,
         std::function<void(const http::Answered&)> observer);
  ~Server();

  [[nodiscard]] const ServerOptions& options() const noexcept;
  // As bound, with the ports that the kernel picked: "127.0.0.1:8080", "[::1]:8080", "unix:/run/x.sock".
  [[nodiscard]] std::vector<std::string> bound_addresses() const;
  // Bytes that the process may come to use, by contract section 5's arithmetic. After add_loops().
  [[nodiscard]] std::size_t memory_bytes_max() const;
  // Beside them, what the kernel may hold for all connections, also to upstreams: what is not taken, or not read yet.
  [[nodiscard]] std::size_t kernel_bytes_max() const;

  // The three steps of a server's life, in this order and once each: the first answers of a start wait for what they
  // need and for no more.
  //
  // Answers those who wait already, here and now, for a moment.
  void begin();
  // Makes a loop for each of these counters, beside the first one, and prepares the transforms. From now on there are
  // at most so many connections. Throws as the constructor.
  void add_loops(std::span<Counters> counters, std::size_t connections_max);
  // Runs the loops until the stop is complete. Returns true if all requests were answered, false if the stop was cut.
  // Throws what ended a loop: std::system_error, std::bad_alloc. `started` is called once all threads are there.
  bool run(const std::function<void()>& started = {});

  // From any thread, before it runs as well; not from a signal handler.
  void drain();                                                       // the first SIGTERM
  void stop();                                                        // the second one: at once
  void set_endpoints(const std::shared_ptr<const http::Endpoints>&);  // SIGHUP: each loop, between two requests
  void remove_paths();  // of unix sockets, where run() cannot be waited for

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace planish::net
