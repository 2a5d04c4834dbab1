// Share: the most of --max-buffered that one connection may hold, contract section 5.
#pragma once

#include <net/pending_bytes_pool.hpp>

#include <algorithm>
#include <cstddef>

namespace planish::net {

// What one recv() may bring. A request that arrives whole in it never leaves the thread's memory.
inline constexpr std::size_t kArenaBytes = std::size_t{256} << 10;

// A sixteenth, or one body and one answer where that is more. In bytes of blocks, as the account counts them; so
// however fast a client sends and however slowly it reads, both of its blocks together stay within it.
struct Share {
  std::size_t input_bytes_max;    // received, not answered yet
  std::size_t answers_bytes_max;  // answered, not taken yet: all that the outbox can hold
  std::size_t of_a_turn;          // the most that one turn may add to what is held, over all connections
  std::size_t arena_bytes = 0;    // of the thread's arena: what one recv() may bring to a connection that holds nothing

  static constexpr std::size_t kOfAll = 16;

  // `kept_bytes_max`: a whole request. Whoever holds that much of one has it answered, so there is always room to read.
  constexpr Share(std::size_t buffered_bytes_max, std::size_t kept_bytes_max, std::size_t outbox_bytes) noexcept
      : input_bytes_max(block_bytes(kept_bytes_max)), answers_bytes_max(block_bytes(outbox_bytes)), of_a_turn(0) {
    const std::size_t sixteenth = buffered_bytes_max / kOfAll;
    if (sixteenth > answers_bytes_max)
      input_bytes_max = std::max(input_bytes_max, (sixteenth - answers_bytes_max) / kBlockGrain * kBlockGrain);
    arena_bytes = std::min(kArenaBytes, input_room(0));
    // A block for the rest of an answer, and one for a request in hand with all that one recv() brought after it.
    of_a_turn = answers_bytes_max + std::min(input_bytes_max, block_bytes(kept_bytes_max + kArenaBytes));
  }

  [[nodiscard]] constexpr std::size_t bytes_max() const noexcept { return input_bytes_max + answers_bytes_max; }
  // Of input, beside `held`, without what the block itself takes.
  [[nodiscard]] constexpr std::size_t input_room(std::size_t held) const noexcept {
    const std::size_t capacity = input_bytes_max - kBlockOverhead;
    return capacity - std::min(held, capacity);
  }
};

}  // namespace planish::net
