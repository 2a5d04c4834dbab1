// The records of ABI version 1 as they lie in a guest's memory: little endian, each 64 bytes. include/planish/plugin/
// planish.h has the same for guests.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace planish::plugin {

inline constexpr std::uint32_t kAbiVersion = 1;
inline constexpr std::size_t kAlignment = 16;  // of what planish_buffer gives

struct GuestText {
  std::uint32_t at = 0;
  std::uint32_t bytes = 0;
};

struct RequestRecord {
  std::uint32_t abi = kAbiVersion;
  std::uint32_t count = 0;
  std::uint32_t events = 0;
  std::uint32_t verdicts = 0;
  GuestText context{};
  std::uint32_t current = 0;  // the guest writes which event it is at
  GuestText out{};            // free for results
  GuestText endpoint{};
  std::uint32_t reserved_44 = 0;
  std::int64_t received_at = 0;
  std::uint32_t reserved_56[2] = {};
};

struct EventRecord {
  GuestText type{};
  std::int64_t time = 0;
  GuestText user{};
  GuestText id{};
  GuestText payload{};
  GuestText event{};
  std::uint32_t fields = 0;  // the address of as many GuestText as the plugin asked for
  std::uint32_t reserved_52[3] = {};
};

struct VerdictRecord {
  std::uint32_t action = 0;  // 0 keep, 1 drop, 2 reject
  GuestText reason{};
  GuestText type{};
  GuestText payload{};
  GuestText attributes{};
  std::uint32_t reserved_36[7] = {};
};

static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(RequestRecord) == 64 && offsetof(RequestRecord, current) == 24);
static_assert(offsetof(RequestRecord, endpoint) == 36 && offsetof(RequestRecord, received_at) == 48);
static_assert(sizeof(EventRecord) == 64 && offsetof(EventRecord, fields) == 48);
static_assert(sizeof(VerdictRecord) == 64 && offsetof(VerdictRecord, attributes) == 28);
static_assert(std::is_trivially_copyable_v<RequestRecord> && std::is_trivially_copyable_v<VerdictRecord>);

}  // namespace planish::plugin
