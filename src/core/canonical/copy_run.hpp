// copy_run(): most runs of a text are a few dozen bytes long, and a call to memcpy() costs as much as copying them.
#pragma once

#include <cstdint>
#include <cstring>

namespace planish::core::canonical {

// Bytes that copy_run() may read after a run and write after its copy.
inline constexpr std::uint32_t kRunSlack = 31;

inline void copy16(char* to, const char* from) noexcept {
  std::memcpy(to, from, 16);
}

[[gnu::always_inline]] inline void copy_run(char* to, const char* from, std::uint32_t size) noexcept {
  constexpr std::uint32_t kLong = 512;  // from here on the call is the cheaper one
  copy16(to, from);
  if (size <= 16) return;
  copy16(to + 16, from + 16);
  if (size <= 32) return;
  if (size > kLong) {
    std::memcpy(to, from, size);
    return;
  }
  const char* const end = to + size;
  do {
    to += 32;
    from += 32;
    copy16(to, from);
    copy16(to + 16, from + 16);
  } while (to + 32 < end);
}

}  // namespace planish::core::canonical
