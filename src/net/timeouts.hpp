// Timeouts of a connection and of the stop, as contract section 5 lists them; all are looked at once a tick.
#pragma once

#include <chrono>

namespace planish::net {

struct Timeouts {
  std::chrono::milliseconds header{10'000};  // whole head, from its first byte
  std::chrono::milliseconds body{30'000};    // whole body
  std::chrono::milliseconds idle{75'000};    // between requests
  std::chrono::milliseconds write{30'000};   // no byte of an answer taken
  std::chrono::milliseconds drain_delay{0};  // after SIGTERM, before the listeners close
  std::chrono::milliseconds shutdown{10'000};
  std::chrono::milliseconds linger{5'000};  // after a refusal: how long the client's bytes are drained
  std::chrono::milliseconds tick{1'000};    // how often all of these are looked at
};

}  // namespace planish::net
