// Event: one event of a request, as values and spans. A reader fills it, stages judge it, a writer writes it.
#pragma once

#include <planish/fault.hpp>

#include <core/structural_index.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

// Where a fault of an event stands in the order of faults: its offset in the body, or after all offsets: what was read
// from outside of the event, then what is missing, part after part.
using FaultRank = std::uint32_t;
inline constexpr FaultRank kRankOutside = 0xFFFF'FFE0;
inline constexpr FaultRank kRankMissing = 0xFFFF'FFF0;

// Texts are JSON as it stands in the body, or where the plan or the request's own memory keeps it.
struct Event {
  std::uint32_t index;  // position in the request
  bool faulty;
  bool type_has_escapes;
  bool time_stays;       // whether the same event sent again has the same time
  FaultRank fault_rank;  // of `fault`
  FaultRank type_rank;   // of a fault of the type, and where it lies
  Place type_place;
  Place payload_place;
  std::string_view type;    // between its quotes
  std::string_view ms;      // the time, as digits
  std::string_view hashed;  // what the payload's hash covers: its canonical form, or as sent
  std::string_view user;    // with its quotes, or digits; empty: there is none
  std::string_view id;      // the same
  std::string_view payload;
  Index payload_first;            // its first token; null: it does not stand in the body
  std::uint32_t payload_end;      // after its last byte, and perhaps after white space
  std::string_view whole;         // the event
  Index first;                    // its first token
  std::string_view trace;         // as `user`
  std::string_view attributes{};  // a JSON object; empty: none
  Fault fault;                    // the first one, if `faulty`

  static constexpr std::size_t kMsBytesMax = 24;  // 20, but this copies faster
  std::array<char, kMsBytesMax> ms_digits;        // where `ms` stands, unless that is in the body

  // Keeps the fault that comes first.
  [[gnu::cold]] void refuse(const Fault& found, FaultRank rank) noexcept {
    if (faulty && fault_rank <= rank) return;
    faulty = true;
    fault_rank = rank;
    fault = found;
  }
};

// Of an event whose type stands in the body.
[[nodiscard]] inline FaultRank type_rank(const Event& event, const char* body) noexcept {
  return static_cast<FaultRank>(event.type.data() - body) - 1;
}

}  // namespace planish::core
