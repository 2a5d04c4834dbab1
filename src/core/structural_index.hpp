// StructuralIndex: where the tokens of a JSON text begin, found by simdjson's stage 1. The one place that knows
// simdjson.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace planish::core {

// A place in the index: *index is the offset of a token in the body.
using Index = const std::uint32_t*;

// The offsets of { } [ ] : , of the opening quote of each string, and of the first byte of each other token, in
// ascending order. What stage 1 has checked by then: UTF-8, no control character inside a string, each string closed.
// Nothing else: bytes that can begin no token have an offset too, and what a token goes on with is anyone's guess.
class StructuralIndex {
 public:
  // For bodies of at most `body_bytes_max` bytes.
  explicit StructuralIndex(std::size_t body_bytes_max) noexcept : body_bytes_max_(body_bytes_max) {}

  // Takes the kernel that is simdjson's active one now, and the memory, unless it was done. Without memory the process
  // ends.
  void prepare();

  // Prepares, where nobody has. False where stage 1 refuses the body, which may then be invalid in other ways before
  // that place too. The kernels differ in why. Reads up to kPadding bytes after the body.
  [[nodiscard]] bool build(std::string_view body) noexcept;

  // After build() was true: the tokens. At end() and one place further stands the size of the body.
  [[nodiscard]] Index begin() const noexcept { return begin_; }
  [[nodiscard]] Index end() const noexcept { return begin_ + size_; }

  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  struct Delete {
    void operator()(simdjson::internal::dom_parser_implementation*) const noexcept;
  };
  std::unique_ptr<simdjson::internal::dom_parser_implementation, Delete> stage1_;
  std::uint32_t* begin_ = nullptr;
  std::size_t size_ = 0;
  std::size_t body_bytes_max_;
};

}  // namespace planish::core
