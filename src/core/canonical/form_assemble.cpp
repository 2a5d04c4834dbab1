// Form's last step: the text from its end, with the objects that left a record in their order.
#include <core/canonical/form.hpp>

#include <cstring>

namespace planish::core::canonical {

// The value ends at `end`.
void Form::finish(std::uint32_t end) noexcept {
  const std::uint32_t size = text_.offset(end);
  check(size <= scratch_.bounds().text);
  result_ = {text_.all(end), size};
  if (records_ != 0) {
    check(!text_.is_as_sent());  // a record is left only when much has been moved, and so been copied to the buffer
    char* const back = scratch_.ordered() + size;
    front_ = back;
    assemble(0, size, 0, records_);
    result_ = {front_, back};
  }
  if (has_no_number_) [[unlikely]]
    refuse_what_has_no_number();
}

// In steps of 16 bytes, up to 15 too many in front of the text: it is assembled from behind.
inline void Form::copy_back(std::uint32_t begin, std::uint32_t end) noexcept {
  constexpr std::uint32_t kLong = 512;
  const std::uint32_t size = end - begin;
  char* to = front_;
  const char* from = text_.buffer() + end;
  front_ -= size;
  if (size > kLong) {
    std::memcpy(front_, text_.buffer() + begin, size);
    return;
  }
  do {
    to -= 16;
    from -= 16;
    copy16(to, from);
  } while (to > front_);
}

// Puts the text from `begin` to `end` in front of what is assembled. Of the records from `first` on, which are in the
// order of their ends, those that lie in it are the last ones before `records`. Calls itself once a level.
void Form::assemble(std::uint32_t begin, std::uint32_t end, std::uint32_t first, std::uint32_t records) noexcept {
  while (records != first && scratch_.records()[records - 1].begin >= begin) {
    const Record& object = scratch_.records()[--records];
    copy_back(object.end, end);
    assemble_object(object, records);
    end = object.begin;
    records = object.first_inner;
  }
  copy_back(begin, end);
}

inline void Form::assemble_object(const Record& object, std::uint32_t number) noexcept {
  const Span* const first = scratch_.spans() + object.first_span;
  *--front_ = '}';
  for (const Span* span = first + object.spans; span != first;) {
    --span;
    if (object.first_inner == number) {
      copy_back(span->begin, span->end);
    } else {
      assemble(span->begin, span->end, object.first_inner, records_up_to(span->end, object.first_inner, number));
    }
    *--front_ = ',';
  }
  *front_ = '{';
}

// Of the records from `first` to `last`, how far those that end at or before `end` go.
inline std::uint32_t Form::records_up_to(std::uint32_t end, std::uint32_t first, std::uint32_t last) const noexcept {
  while (first != last) {
    const std::uint32_t middle = first + (last - first) / 2;
    if (scratch_.records()[middle].end <= end) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

// It may have stood in a member that a later one of the same name has replaced.
[[gnu::noinline]] void Form::refuse_what_has_no_number() noexcept {
  if (result_.find(kNoNumber) != std::string_view::npos) result_ = {};
}

}  // namespace planish::core::canonical
