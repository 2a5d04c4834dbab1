// Sixteen bytes at a time, by the vector types that gcc and clang have in common, so for any machine.
#pragma once

#include <cstdint>
#include <cstring>

namespace planish::core {

using Bytes16 = std::uint8_t __attribute__((vector_size(16)));
using SignedBytes16 = std::int8_t __attribute__((vector_size(16)));
using Words2 = std::uint64_t __attribute__((vector_size(16)));

[[nodiscard]] inline Bytes16 load_bytes16(const char* bytes) noexcept {
  Bytes16 vector;
  std::memcpy(&vector, bytes, sizeof vector);
  return vector;
}

// Byte by byte, the smaller of both.
[[nodiscard]] inline Bytes16 least_of(Bytes16 a, Bytes16 b) noexcept {
  return a < b ? a : b;
}

[[nodiscard]] inline bool any_bit(Bytes16 vector) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &vector, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace planish::core
