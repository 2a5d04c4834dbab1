// Regular expressions as JSON Schema means them, ECMA-262 (22.2, in Unicode mode), read and written anew for RE2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace planish::core::contract {

// Reads a pattern, plain UTF-8, in one pass without recursion. Beyond Unicode mode it takes what people write and Annex
// B means: escapes of any ASCII punctuation, and a class such as \w at an end of a hyphen.
class EcmaPattern {
 public:
  enum class Verdict : std::uint8_t {
    ok,
    not_ecma,  // ECMA-262 has no such pattern
    not_re2,   // it has, and RE2 cannot match it in linear time, or knows no such property
  };

  // Only whether ECMA-262 has it: allocates nothing.
  [[nodiscard]] static bool is_valid(std::string_view pattern) noexcept;

  // Where ok: `out` is the same in RE2's syntax. Else `out` says why.
  [[nodiscard]] static Verdict translate(std::string_view pattern, std::string& out);
};

// The digits of an escape such as \u{1F600} say at most this.
inline constexpr std::uint32_t kCodePointMax = 0x10'FFFF;

}  // namespace planish::core::contract
