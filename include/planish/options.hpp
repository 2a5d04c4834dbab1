// Options: what the transform depends on beside the body. Plain values; defaults are the contract's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

enum class HashAlgorithm : std::uint8_t { xxh3_128, xxh3_64, sha256, prefix8 };
enum class Canonical : std::uint8_t { jcs, raw };
enum class TimestampUnit : std::uint8_t { ms, s, us, ns, automatic };
enum class InvalidEvents : std::uint8_t { refuse, skip };

// The allow-list of event types: an immutable set, shared between threads and replaced as a whole on reload.
class EventTypes {
 public:
  explicit EventTypes(std::vector<std::string> names);
  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<std::string> names_;  // sorted, unique
};

struct Options {
  HashAlgorithm hash = HashAlgorithm::xxh3_128;
  Canonical canonical = Canonical::jcs;
  TimestampUnit timestamp_unit = TimestampUnit::ms;
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::uint32_t events_max = 10'000;
  std::shared_ptr<const EventTypes> event_types;  // null: every event type is allowed
};

inline constexpr std::size_t kEventTypeBytesMax = 256;  // of UTF-8, after unescaping
inline constexpr unsigned kDepthMax = 128;              // the request object is level 1
inline constexpr std::size_t kFaultsListed = 100;       // in any answer; the totals count all

}  // namespace planish
