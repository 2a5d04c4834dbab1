// The body that all measurements use.
#include "support/benchmark_body.hpp"

#include <cstdint>

namespace planish::support {

std::string benchmark_body(unsigned events) {
  constexpr std::uint64_t kFirstTimestamp = 1'699'123'456'789;
  std::string body = R"({"user_id":12345,"events":[)";
  for (unsigned i = 0; i < events; ++i) {
    const std::string number = std::to_string(i);
    if (i != 0) body += ',';
    body += R"({"event_type":")";
    body += i % 2 == 0 ? "click" : "view";
    body += R"(","timestamp":)" + std::to_string(kFirstTimestamp + i);
    body += R"(,"payload":{"id":)" + number + R"(,"data":"test-payload-)" + number + R"("}})";
  }
  return body + R"(],"metadata":{"source":"benchmark","trace_id":"bench-1234"}})";
}

}  // namespace planish::support
