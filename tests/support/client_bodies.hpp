// Bodies as real clients send them, where the benchmark's is as plain as they come: spaced, escaped, nested, with
// doubles, and what an analytics library reports.
#pragma once

#include <string>
#include <vector>

namespace planish::support {

struct ClientBody {
  std::string name;
  std::string text;
};

// Always the same bytes.
[[nodiscard]] std::vector<ClientBody> client_bodies();

}  // namespace planish::support
