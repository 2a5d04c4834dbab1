// Tally: what plugins have done. Each batch counts for itself, as one writer; a scrape sums those there are and all
// that there were.
#pragma once

#include <planish/batch.hpp>

#include <telemetry/counter.hpp>
#include <telemetry/histogram.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace planish::plugin {

using Action = BatchAction;
enum class Failure : std::uint8_t { none, trap, deadline, stack, memory, result };
inline constexpr std::size_t kActions = 4;
inline constexpr std::size_t kFailures = 6;

// Plain numbers: of one batch, or of all.
struct Counts {
  std::array<std::uint64_t, kActions> actions{};    // events, by Action
  std::array<std::uint64_t, kFailures> failures{};  // events, by Failure
  std::uint64_t calls = 0;
  std::uint64_t memory_bytes = 0;    // of guests that there are
  std::uint64_t put_back_bytes = 0;  // of them, after each request
  std::array<std::uint64_t, telemetry::Histogram::kBuckets> requests{};
  std::uint64_t requests_ns = 0;

  void add(const Counts&) noexcept;
};

class Tally {
 public:
  Tally();
  ~Tally();
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  std::array<telemetry::Counter, kActions> actions;
  std::array<telemetry::Counter, kFailures> failures;
  telemetry::Counter calls;
  telemetry::Histogram requests;

  void set_memory(std::size_t bytes, std::size_t put_back) noexcept {
    memory_bytes_.add(bytes - memory_bytes_.value());
    put_back_bytes_.add(put_back - put_back_bytes_.value());
  }
  // From any thread.
  [[nodiscard]] Counts counts() const noexcept;

  // Of all that ever were, but for the memory of those that are gone.
  [[nodiscard]] static Counts sum();

 private:
  telemetry::Counter memory_bytes_;
  telemetry::Counter put_back_bytes_;
};

// The plugins that are loaded, by their digests in hex: while one lives it is among them.
class LoadedName {
 public:
  explicit LoadedName(std::string sha256);
  ~LoadedName();
  LoadedName(const LoadedName&) = delete;
  LoadedName& operator=(const LoadedName&) = delete;

  // Each once, in order.
  [[nodiscard]] static std::vector<std::string> all();

 private:
  std::string sha256_;
};

}  // namespace planish::plugin
