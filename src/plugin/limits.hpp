// The numbers of a plugin's sandbox, each with its reason.
#pragma once

#include <planish/options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace planish::plugin {

// Of WebAssembly.
inline constexpr std::size_t kWasmPageBytes = std::size_t{64} << 10;

// Bytes of native stack that a call may use; engine/src/lib.rs has the same number. What a thread needs beside them is
// far below the 1 MiB that each has.
inline constexpr std::size_t kStackBytes = std::size_t{64} << 10;

inline constexpr std::size_t kMemoryBytesDefault = std::size_t{16} << 20;
// More than any request needs: records and results of the largest body are below 4 GiB, and a guest has no more.
inline constexpr std::size_t kMemoryBytesMax = std::size_t{1} << 30;

inline constexpr std::chrono::milliseconds kDeadlineDefault{10};
inline constexpr std::chrono::milliseconds kDeadlineMax{1000};
inline constexpr std::chrono::milliseconds kInitDeadline{1000};

// After so many traps or deadlines in one request no further call is made: a hostile request holds its thread for at
// most as many deadlines.
inline constexpr unsigned kFailuresPerRequestMax = 3;

inline constexpr std::size_t kFieldsMax = 64;
inline constexpr std::size_t kFieldsTextBytesMax = std::size_t{16} << 10;  // 64 pointers of 8 names of 32 bytes

inline constexpr unsigned kLogLinesPerSecond = 10;
inline constexpr std::size_t kLogLineBytesMax = 256;

// A compiled plugin: five times what planish-compile takes as source is more than any has had.
inline constexpr std::size_t kCodeFileBytesMax = std::size_t{80} << 20;

// Asked of planish_buffer once, after init, so that a usual request calls the guest once: records and results of some
// hundred events.
inline constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

static_assert(kMemoryBytesMax <= std::size_t{1} << 32);

}  // namespace planish::plugin
