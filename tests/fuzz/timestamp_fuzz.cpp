// Any bytes as a timestamp: the fast reader and the slow one agree.
#include <core/timestamp.hpp>

#include <unit/core/timestamp_oracle.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

using namespace planish::core;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedTimestamp parsed = parse_rfc3339(text);
  const bool ok = parsed.detail == TimestampDetail::ok;
  if (TimestampOracle::ms(text) != (ok ? std::optional(parsed.ms) : std::nullopt)) std::abort();
  return 0;
}
