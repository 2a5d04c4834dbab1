// Any bytes as a connection: however they are cut, the same bytes come back. The first two bytes say how they are cut.
#include <http/field_value.hpp>
#include <support/server_connection_wire.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace planish;

namespace {

struct Seen {
  std::string received;
  bool open;
  http::ServerConnection::Phase phase;
  bool operator==(const Seen&) const = default;
};

Seen run(test::Thread& thread, std::string_view bytes, std::size_t first, std::size_t step) {
  thread.restart();
  test::ServerConnectionWire wire(thread);
  wire.send(bytes.substr(0, first));
  wire.send_in_steps(bytes.substr(std::min(first, bytes.size())), step);
  if (!wire.valid || wire.kept_max > http::ServerConnection::kept_bytes_max(thread.limits)) std::abort();
  return {wire.received, wire.next == http::ServerConnection::Next::read, wire.server_connection.phase()};
}

// Whether a client waits for its interim answer is a matter of when one looks.
bool may_wait(std::string_view bytes) {
  std::string lower(bytes);
  std::transform(lower.begin(), lower.end(), lower.begin(), http::lower);
  return lower.find("100-continue") != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::Thread thread(2048);
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Seen whole = run(thread, bytes, bytes.size(), 1);
  const Seen cut = run(thread, bytes, data[0], data[1] % 64U + 1U);
  if (!may_wait(bytes) && whole != cut) std::abort();
  return 0;
}
