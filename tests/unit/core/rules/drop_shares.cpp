// drop_shares: which of many users, ids and events a share drops, a line for each share. Built for this machine and as
// WebAssembly, and compared by drop_twin.py.
#include <core/rules/share.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

constexpr int kEach = 100'000;

// As JSON has them: strings, with escapes and without, and numbers; ids where there is no user; whole events.
bool is_dropped(int i, std::uint64_t below) {
  using namespace planish::core::rules;
  const std::string digits = std::to_string(i);
  const std::array<std::string, 4> users{"\"user-" + digits + '"', digits, "\"\\u00e9\\n" + digits + '"', "null"};
  const std::string& user = users[static_cast<std::size_t>(i) % users.size()];
  const std::string id = i % 8 == 3 ? "\"id-" + digits + '"' : "";
  std::array<char, 64> room;
  return share_hash(decided_by(user, id, "{\"event\":" + digits + '}', room.data())) < below;
}

}  // namespace

int main() {
  for (const double share : {0.0, 1e-4, 0.1, 1.0 / 3, 0.5, 0.9, 0.9999}) {
    const std::uint64_t below = planish::core::rules::share_below(share);
    std::string line = std::to_string(share) + ' ' + std::to_string(below) + ' ';
    for (int i = 0; i < kEach; ++i) line += is_dropped(i, below) ? '1' : '0';
    std::puts(line.c_str());
  }
}
