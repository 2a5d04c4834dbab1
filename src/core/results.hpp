// The events of section 1's answer: {"event_type":"…","normalized_timestamp":…,"hash":"…"},
#pragma once

#include <core/check.hpp>
#include <core/copy.hpp>
#include <core/escape.hpp>
#include <core/json_string.hpp>
#include <core/pass.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace planish::core {

// Bytes of a valid event's type, escaped in the longest way; those written for it beside its type; and the shortest
// such event there is.
//   {"event_type":"…","normalized_timestamp":-9223372036854775808,"hash":"…64 digits…"},
inline constexpr std::size_t kSentTypeBytesMax = kEventTypeBytesMax * kEscapeBytesMax;
inline constexpr std::size_t kResultBytesMax = 16 + 26 + 20 + 9 + kHashBytesMax + 3;
inline constexpr std::size_t kPlanishEventBytesMin =
    std::string_view(R"({"event_type":"a","timestamp":0,"payload":0},)").size() - 1;

// Bytes after all of that, which may be written to as well: what the longest copy goes on past its end, that of a hash
// by halves of kHashBytesMax.
inline constexpr std::size_t kWriteSlack = 64;
static_assert(kWriteSlack >= kHashBytesMax && kWriteSlack >= kShortCopySlack);

[[gnu::always_inline]] inline std::size_t write_hash_of(HashAlgorithm algorithm, std::string_view text,
                                                        char* out) noexcept {
  if (algorithm == HashAlgorithm::xxh3_128) return write_hash<HashAlgorithm::xxh3_128>(text, out);
  if (algorithm == HashAlgorithm::xxh3_64) return write_hash<HashAlgorithm::xxh3_64>(text, out);
  return write_hash(algorithm, text, out);
}

// Where the last event may begin, with room for the longest one. The events that came before took no more of the room
// than their own types and kResultBytesMax each; see Transformer::answer_bytes_max().
[[nodiscard]] inline const char* last_result(const char* out_end) noexcept {
  return out_end - (kSentTypeBytesMax + kResultBytesMax + kWriteSlack);
}

template <bool kEscapes>
[[nodiscard]] [[gnu::always_inline]] inline char* write_result(const Event& event, HashAlgorithm hash, char* out,
                                                               const char* last) noexcept {
  check(out <= last);
  out = copy_literal<"{\"event_type\":\"">(out);
  if (kEscapes && event.type_has_escapes) {
    out += write_shortest(event.type, out);
  } else {
    out = copy_text(event.type, out);
  }
  out = copy_literal<"\",\"normalized_timestamp\":">(out);
  std::memcpy(out, event.ms.data(), Event::kMsBytesMax);
  out = copy_literal<",\"hash\":\"">(out + event.ms.size());
  out += write_hash_of(hash, event.hashed, out);
  return copy_literal<"\"},">(out);
}

// After an event that write_result() has written at `at`.
[[nodiscard]] inline char* behind_result(char* at) noexcept {
  for (at += std::string_view(R"({"event_type":")").size(); *at != '"';) at += *at == '\\' ? 2 : 1;
  at += std::string_view(R"(","normalized_timestamp":)").size();
  while (*at != ',') ++at;
  for (at += std::string_view(R"(,"hash":")").size(); *at != '"';) ++at;
  return at + std::string_view(R"("},)").size();
}

}  // namespace planish::core
