// Whether bytes of a guest's memory are zeros, and to make them so: much of it is looked at in each request, and little
// of that was written to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace planish::plugin {

// Words that lie anywhere. An alignment that is given to a vector's own type is heeded by gcc, not by clang.
using Words16 = std::uint64_t __attribute__((vector_size(16)));
struct __attribute__((packed, may_alias)) Loose16 {
  Words16 words;
};
// Numbers of bytes are multiples of it here.
inline constexpr std::size_t kZerosAtOnce = sizeof(Words16);

// Of a few.
[[nodiscard]] inline bool is_zero(const char* begin, std::size_t bytes) noexcept {
  const auto* at = reinterpret_cast<const Loose16*>(begin);
  const auto* const end = at + bytes / kZerosAtOnce;
  Words16 any{};
  for (; end - at >= 4; at += 4) any |= (at[0].words | at[1].words) | (at[2].words | at[3].words);
  for (; at != end; ++at) any |= at->words;
  return (any[0] | any[1]) == 0;
}

// What a processor looks at with one instruction. A narrower one may be taken.
enum class Width : std::uint8_t { by_16, by_32, by_64 };
[[nodiscard]] Width widest() noexcept;

// Of many.
[[nodiscard]] bool all_zero(const char* begin, std::size_t bytes, Width = widest()) noexcept;

// Where they are zeros already, nothing is written: to look takes half of that, and a processor does not wait for it.
void put_zeros(char* begin, std::size_t bytes, Width = widest()) noexcept;

}  // namespace planish::plugin
