// Connecting by a deadline, for commands that have nothing else to do meanwhile. The loops never wait like this.
#pragma once

#include <net/descriptor.hpp>
#include <net/socket_address.hpp>

#include <chrono>

namespace planish::net {

using Deadline = std::chrono::steady_clock::time_point;

// False, with errno set: not by then.
[[nodiscard]] bool wait_for(int descriptor, short events, Deadline deadline);

// A connected socket that does not block; none with errno set. Where as many wait to be accepted as may wait, a unix
// socket says so at once and nothing tells when there is room: it is asked again until the deadline.
[[nodiscard]] Descriptor connect_to(const SocketAddress& address, Deadline deadline);

}  // namespace planish::net
