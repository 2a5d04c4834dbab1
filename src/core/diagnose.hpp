// diagnose(): what is wrong with a text that is no JSON, and at which byte. Slow and plain, for the bodies that the
// walk refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

struct Diagnosis {
  enum class Kind : std::uint8_t {
    valid,
    not_json,  // RFC 8259 and UTF-8, without lone surrogates
    too_deep,  // more than kDepthMax levels, before anything that would be not_json
  };
  Kind kind;
  // Of the first byte with which the text stops being the beginning of a JSON text. Where it only ends too soon, its
  // size.
  std::size_t offset;
};

// `depth`: containers that the text stands in.
[[nodiscard]] Diagnosis diagnose(std::string_view text, unsigned depth = 0) noexcept;

}  // namespace planish::core
