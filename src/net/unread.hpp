// Unread: an answer that its peer has yet to take, and whether it has to make room for others.
#pragma once

#include <net/clock.hpp>
#include <net/pending_bytes_pool.hpp>
#include <net/share.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace planish::net {

struct Unread {
  Moment began{};  // to wait for its peer
  std::uint32_t bytes = 0;
};

// For so long its peer may take it as fast as a machine with much to do lets it.
inline constexpr Moment kYoung{100};

[[nodiscard]] constexpr bool is_young(Unread unread, std::chrono::nanoseconds at) noexcept {
  return moment_of(at) - unread.began < kYoung;
}

// Whether `longest`, whose peer has taken nothing for longest, stays though others want so many bytes, and the newest
// is refused. A young one does while all unread ones together are no more than one connection may have, since then it
// is unfinished requests that fill the account; and while they are no more than a quarter, for something larger than
// itself. Where answers fill it, as fast as they come, even the longest may be young.
[[nodiscard]] inline bool is_spared(Unread longest, std::chrono::nanoseconds at, std::size_t wanted,
                                    const BufferedBytes& account) noexcept {
  if (!is_young(longest, at)) return false;
  const std::size_t unread = account.unread(), most = account.bytes_max();
  return unread <= most / Share::kOfAll || (unread <= most / 4 && block_bytes(longest.bytes) < wanted);
}

}  // namespace planish::net
