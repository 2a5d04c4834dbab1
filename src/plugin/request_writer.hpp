// Writes a request into a guest's memory: its records, and each text once.
//
//   | request | text: sent, added | event … | verdict … | fields … | out: free for results |
//   |<------------------------- written ------------------------->|<-------------------->|
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

// Where the parts of a request are, from the beginning of its area.
struct RequestLayout {
  // Of the events from `first` on.
  RequestLayout(const BatchRequest&, std::size_t first, std::size_t fields) noexcept;

  std::size_t added;
  std::size_t events;
  std::size_t verdicts;
  std::size_t fields;
  std::size_t end;  // a multiple of kAlignment
};

// Nothing up to layout.end is left as it was; false where the area is too small or cannot be opened, and then it holds
// anything. Of most requests only what lies on open pages is written now, the rest where it is touched: what the
// request views must stay until area.memory.hide(). What comes after, up to `out_bytes`, is told as free.
[[nodiscard]] bool write_request(const BatchRequest&, const RequestLayout&, std::size_t first, std::size_t out_bytes,
                                 const Area&) noexcept;

}  // namespace planish::plugin
