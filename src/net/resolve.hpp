// What a host's name means, for commands that ask a server. The system's resolver knows no deadline.
#pragma once

#include <netdb.h>

#include <chrono>
#include <memory>
#include <string>

namespace planish::net {

// The addresses for a TCP connection, or null and why. A resolver that is not done by then is left to itself: its
// thread goes on until the process ends.
[[nodiscard]] std::shared_ptr<const addrinfo> resolve(const std::string& host, const std::string& port,
                                                      std::chrono::steady_clock::time_point deadline, std::string& why);

}  // namespace planish::net
