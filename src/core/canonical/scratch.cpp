// The arrays of the canonical form. Each is a block of its own, with its guard after it.
#include <core/canonical/scratch.hpp>

namespace planish::core::canonical {

Scratch::Scratch(std::size_t body_bytes_max)
    : bounds_(body_bytes_max),
      members_(bounds_.members),
      entries_(bounds_.entries),
      records_(bounds_.records),
      text_(bounds_.text_block()),
      ordered_(bounds_.text_block()) {
  static_assert(sizeof(Entry) == 2 * sizeof(Span) && alignof(Entry) >= alignof(Span));
  static_assert(sizeof(Entry) <= 22 && Bounds::kSlack % alignof(Entry) == 0);  // in `ordered`, too
}

}  // namespace planish::core::canonical
