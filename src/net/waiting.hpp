// Waiting: what a connection waits for, until when, and what comes of it when it has waited too long. All of that is
// here, and nothing that waits: no socket, no clock. Contract section 5, the timeouts.
#pragma once

#include <http/server_connection.hpp>
#include <net/clock.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace planish::net {

enum class WaitsFor : std::uint8_t {
  request,   // its first byte
  head,      // the rest of it
  content,   // the rest of it
  room,      // its peer, to take what it was answered
  turn,      // the others of its thread, to have theirs
  decoder,   // the thread's, which is another's
  upstream,  // the answer to what it was asked; its time has a limit of its own
  farewell,  // its peer, to close, after an answer that said that the connection closes
  silence,   // its peer, to stop sending what was refused
  nothing,   // it is over
};
inline constexpr std::size_t kWaitsForCount = static_cast<std::size_t>(WaitsFor::nothing) + 1;

// What is done with one that has waited too long.
enum class Late : std::uint8_t {
  never,           // what takes the time is ours
  close,           // nothing was begun, so there is nobody to answer
  refuse_head,     // 408
  refuse_content,  // 408
  cut,             // with what its peer has not taken
  look_at_peer,    // whether it has all of its answer
};

// Among which of its set's lists it stands; those of `idle` may be closed to make room, and those of `leaving`, of
// which nothing more is read, once their peers have taken all.
enum class Line : std::uint8_t { idle, busy, unread, leaving };

struct WaitRow {
  WaitsFor what;
  Tick TickLimits::*limit;  // null: none
  Late late;
  Line line;
};

inline constexpr std::array<WaitRow, kWaitsForCount> kWaitRows = {{
    {WaitsFor::request, &TickLimits::idle, Late::close, Line::idle},
    {WaitsFor::head, &TickLimits::header, Late::refuse_head, Line::busy},
    {WaitsFor::content, &TickLimits::body, Late::refuse_content, Line::busy},
    {WaitsFor::room, &TickLimits::write, Late::cut, Line::unread},
    {WaitsFor::turn, nullptr, Late::never, Line::busy},
    {WaitsFor::decoder, nullptr, Late::never, Line::busy},
    {WaitsFor::upstream, nullptr, Late::never, Line::busy},
    {WaitsFor::farewell, &TickLimits::farewell, Late::look_at_peer, Line::busy},
    {WaitsFor::silence, &TickLimits::linger, Late::look_at_peer, Line::busy},
    {WaitsFor::nothing, nullptr, Late::never, Line::busy},
}};
static_assert(
    [] {
      for (std::size_t i = 0; i < kWaitsForCount; ++i) {
        if (kWaitRows[i].what != static_cast<WaitsFor>(i)) return false;
      }
      return true;
    }(),
    "what is waited for is its own row");

[[nodiscard]] constexpr const WaitRow& row_of(WaitsFor what) noexcept {
  return kWaitRows[static_cast<std::size_t>(what)];
}

struct Waiting {
  WaitsFor what = WaitsFor::request;
  Tick until = 0;

  constexpr void begin(WaitsFor begun, Tick now, const TickLimits& limits) noexcept {
    what = begun;
    if (const auto limit = row_of(begun).limit; limit != nullptr) until = now + limits.*limit;
  }
  // What is to be done at this time.
  [[nodiscard]] constexpr Late late(Tick now) const noexcept {
    return reached(until, now) ? row_of(what).late : Late::never;
  }
  // Of one that waits for a request: whether it has for a second, which ticks tell late.
  [[nodiscard]] constexpr bool idle_for_a_second(Tick now, const TickLimits& limits) const noexcept {
    const Tick ticks = now - (until - limits.idle);
    return ticks > 0 && (ticks - 1) * limits.tick >= std::chrono::seconds{1};
  }
};

// Where its exchange wants more bytes.
[[nodiscard]] constexpr WaitsFor waits_in(http::ServerConnection::Phase phase) noexcept {
  using Phase = http::ServerConnection::Phase;
  switch (phase) {
    case Phase::idle:
      return WaitsFor::request;
    case Phase::head:
      return WaitsFor::head;
    case Phase::body:
    case Phase::discard:
      return WaitsFor::content;
    case Phase::asked:
      return WaitsFor::upstream;
    case Phase::closed:
      break;
  }
  return WaitsFor::nothing;
}

// Whether a turn was the end of what was waited for, or of a message, so that the time of what comes next begins. An
// empty line before a request begins nothing, and content that is dropped is one with its beginning.
[[nodiscard]] constexpr bool begins_anew(http::ServerConnection::Phase before, http::ServerConnection::Phase after,
                                         bool answered, std::size_t consumed) noexcept {
  using Phase = http::ServerConnection::Phase;
  if (before != after || answered) return true;
  return consumed > 0 && after != Phase::discard && after != Phase::idle;
}

// After a turn. `unsent`: of its answers some is still to be taken, which comes before anything else.
[[nodiscard]] constexpr WaitsFor waits_after(http::ServerConnection::Next next, http::ServerConnection::Phase phase,
                                             bool unsent) noexcept {
  using Next = http::ServerConnection::Next;
  if (unsent) return WaitsFor::room;
  switch (next) {
    case Next::read:
      return waits_in(phase);
    case Next::flush:
    case Next::yield:
      return WaitsFor::turn;
    case Next::ask:
      return WaitsFor::upstream;
    case Next::queue:
      return WaitsFor::decoder;
    case Next::close:
      return WaitsFor::farewell;
    case Next::refuse:
      break;
  }
  return WaitsFor::silence;
}

// A connection of a stop, which is looked at once more for a request before it is closed: how soon, by what its peer
// may still have on its way. `heard`: a byte has ever come.
struct LastLooks {
  bool at_those_just_used;
  bool at_those_never_heard;

  [[nodiscard]] constexpr bool are_at(bool heard, bool idle_for_a_second) const noexcept {
    if (!heard) return at_those_never_heard;
    return at_those_just_used || idle_for_a_second;
  }
};

}  // namespace planish::net
