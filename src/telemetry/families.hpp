// Families: metrics as sums over the threads that count them, each with its two lines in front.
#pragma once

#include <telemetry/counter.hpp>
#include <telemetry/exposition.hpp>
#include <telemetry/histogram.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::telemetry {

// `Thread`: the counters of one, a struct that its owner declares.
template <class Thread>
class Families {
 public:
  Families(Exposition& out, std::span<const Thread* const> threads) noexcept : out_(out), threads_(threads) {}

  // Of what `get` says of each thread.
  template <class Get>
  [[nodiscard]] std::uint64_t sum(Get get) const noexcept {
    std::uint64_t total = 0;
    for (const Thread* thread : threads_) total += get(*thread);
    return total;
  }

  void counter(std::string_view name, std::string_view help, Counter Thread::*which) noexcept {
    out_.metric(name, "counter", help);
    out_.sample().value(sum([&](const Thread& thread) { return (thread.*which).value(); }));
  }

  // One is counted up and down by several threads; while it is summed it can look negative.
  void gauge(std::string_view name, std::string_view help, Counter Thread::*which) noexcept {
    const auto total = static_cast<std::int64_t>(sum([&](const Thread& thread) { return (thread.*which).value(); }));
    out_.metric(name, "gauge", help);
    out_.sample().value(total < 0 ? 0 : static_cast<std::uint64_t>(total));
  }

  void histogram(std::string_view name, std::string_view help, Histogram Thread::*which) noexcept {
    out_.metric(name, "histogram", help);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
      cumulative += sum([&](const Thread& thread) { return (thread.*which).bucket(i); });
      out_.sample("_bucket").label("le", Histogram::kBounds[i]).value(cumulative);
    }
    out_.sample("_sum").seconds(sum([&](const Thread& thread) { return (thread.*which).sum_ns(); }));
    out_.sample("_count").value(cumulative);
  }

 private:
  Exposition& out_;
  std::span<const Thread* const> threads_;
};

}  // namespace planish::telemetry
