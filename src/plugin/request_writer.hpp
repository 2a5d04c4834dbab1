// Writes a request into a guest's memory: its records, and each text once.
//
//   | request | event … | verdict … | fields … | context, endpoint | texts | out: free for results |
//   |<--------------------------- written ---------------------------->|<---------------------->|
#pragma once

#include <plugin/batch.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::plugin {

// The part of a guest's memory that a request is written to; `at` is a multiple of kAlignment. Its pages are opened as
// far as they are needed.
struct Area {
  GuestMemory& memory;
  std::size_t at;
  std::size_t bytes;
};

// The events from `first` on. Returns the bytes written, none of which is left as it was; 0 where the area is too
// small or cannot be opened, and then holds anything. What is behind them, up to `out_bytes`, is told as free.
[[nodiscard]] std::size_t write_request(const RequestIn&, std::size_t first, std::size_t fields, std::size_t out_bytes,
                                        const Area&) noexcept;

// Enough for write_request(), without the bytes for results.
[[nodiscard]] std::size_t request_bytes_max(const RequestIn&, std::size_t first, std::size_t fields) noexcept;

// Where the verdicts are, from the beginning of the area.
[[nodiscard]] constexpr std::size_t verdicts_offset(std::size_t count) noexcept {
  return sizeof(RequestRecord) + count * sizeof(EventRecord);
}

}  // namespace planish::plugin
