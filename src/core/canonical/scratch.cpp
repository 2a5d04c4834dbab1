// The arrays of the canonical form. Each is a block of its own, so that a sanitizer sees where one ends.
#include <core/canonical/scratch.hpp>

namespace planish::core::canonical {

Scratch::Scratch(std::size_t body_bytes_max)
    : bounds_(body_bytes_max),
      members_(std::make_unique_for_overwrite<Member[]>(bounds_.members)),
      entries_(std::make_unique_for_overwrite<Entry[]>(bounds_.entries)),
      records_(std::make_unique_for_overwrite<Record[]>(bounds_.records)),
      text_(std::make_unique_for_overwrite<char[]>(bounds_.text_block())),
      ordered_(std::make_unique_for_overwrite<char[]>(bounds_.text_block())) {
  static_assert(sizeof(Entry) == 2 * sizeof(Span) && alignof(Entry) >= alignof(Span));
  static_assert(sizeof(Entry) <= 22 && Bounds::kSlack % alignof(Entry) == 0);  // in `ordered`, too
}

}  // namespace planish::core::canonical
