// Canonicalizer: the canonical form of a value that stands in a text of its own, not in a body.
#pragma once

#include <core/canonical/form.hpp>

#include <memory>

namespace planish::core {

// Brings its own copy of the value, with the padding that stage 1 and the walk want, and its own index. Allocates at
// construction alone.
class Canonicalizer {
 public:
  enum class Result : std::uint8_t { ok, number_out_of_range, not_json };

  // For values of at most so many bytes.
  explicit Canonicalizer(std::size_t value_bytes_max);

  // `value` is to be one JSON value within `depth` containers, perhaps with white space around it. Nested deeper than
  // kDepthMax, or longer than value_bytes_max, it is not_json.
  Result canonicalize(std::string_view value, unsigned depth = 0) noexcept;

  // After Result::ok. Valid until the next canonicalize().
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  std::size_t value_bytes_max_;
  StructuralIndex index_;
  canonical::Form form_;
  std::unique_ptr<char[]> copy_;
  std::string_view text_;
};

}  // namespace planish::core
