// The body that all measurements use, made like the original's: 9 416 bytes for 100 events.
#pragma once

#include <string>

namespace planish::support {

[[nodiscard]] std::string benchmark_body(unsigned events = 100);

}  // namespace planish::support
