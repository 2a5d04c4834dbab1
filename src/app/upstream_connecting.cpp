// planish check --connect: each upstream once, all at the same time, a line each.
#include <app/commands.hpp>
#include <app/run.hpp>
#include <app/upstream_settings.hpp>
#include <net/reach.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace planish::app {
namespace {

struct Asked {
  http::UpstreamPeer peer;
  std::string endpoints;  // whose upstream it is
  net::Reached reached;
};

std::string name_of(const http::UpstreamPeer& peer) {
  return peer.unix_path.empty() ? "http://" + http::authority_of(peer) : "unix:" + peer.unix_path;
}

std::vector<Asked> upstreams_of(const Settings& settings) {
  std::vector<Asked> out;
  for (const EndpointSettings& endpoint : settings.endpoints) {
    if (endpoint.upstream_made == nullptr) continue;
    const http::UpstreamPeer& peer = endpoint.upstream_made->peer;
    const auto known = std::find_if(out.begin(), out.end(), [&](const Asked& one) { return one.peer == peer; });
    if (known == out.end()) {
      out.push_back({peer, endpoint.paths.front(), {}});
    } else {
      known->endpoints += ", " + endpoint.paths.front();
    }
  }
  return out;
}

}  // namespace

// What of an upstream is no path or query, which may carry a key.
std::string say_reached(const http::UpstreamPeer& peer, const std::string& endpoints, const net::Reached& reached) {
  const auto ms = [](std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); };
  std::string out = fmt::format("upstream {} of {}: ", name_of(peer), endpoints);
  if (!reached.failure.empty()) return out + reached.failure;
  auto to = std::back_inserter(out);
  if (reached.addresses > 1) fmt::format_to(to, "{} addresses; ", reached.addresses);
  for (std::size_t i = 0; i < reached.tries.size(); ++i) {
    const net::Reached::Try& one = reached.tries[i];
    if (i != 0) out += "; ";
    fmt::format_to(to, "{}: {} {:.1f} ms", one.address, one.failure.empty() ? "connected in" : one.failure + " after",
                   ms(one.took));
  }
  return out;
}

// Together they take as long as the one that takes longest, which is no longer than its upstream_connect_timeout. Where
// the system gives no thread, one follows the other.
int connect_to_upstreams(const Settings& settings) {
  std::vector<Asked> all = upstreams_of(settings);
  std::vector<std::thread> threads;
  for (Asked& one : all) {
    const auto ask = [&one] { one.reached = net::reach(one.peer); };
    try {
      threads.emplace_back(ask);
    } catch (const std::system_error&) {
      ask();
    }
  }
  for (std::thread& thread : threads) thread.join();
  if (all.empty()) return print("# no endpoint has an upstream\n");
  int code = kExitOk;
  for (const Asked& one : all) {
    const std::string said = say_reached(one.peer, one.endpoints, one.reached);
    if (!one.reached.connected()) {
      print_error(said);
      code = kExitUnreachable;
    } else if (print("# " + said + '\n') != kExitOk) {
      return kExitFailed;
    }
  }
  return code;
}

}  // namespace planish::app
