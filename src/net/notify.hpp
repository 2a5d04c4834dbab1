// notify: sd_notify(3) without its library: one datagram to the service manager.
#pragma once

#include <string>
#include <string_view>

namespace planish::net {

// `socket`: $NOTIFY_SOCKET, a path, or @name in the abstract namespace; empty: nobody asked, and nothing is done.
// Whether the message went out.
bool notify(const std::string& socket, std::string_view state) noexcept;

// Whether `descriptor` is a stream socket that listens, as LISTEN_FDS promises. Sets close-on-exec.
[[nodiscard]] bool is_listening(int descriptor) noexcept;

}  // namespace planish::net
