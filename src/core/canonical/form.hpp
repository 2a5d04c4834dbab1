// Form: the canonical form of JSON values (RFC 8785, but integers of 64 bits stay exact), written by the very walk that
// validates them.
//
// There is one path: a value is read once, from its first byte to its last. The flat lane is that path's beginning, put
// in line where events are read; at the first thing that it does not know, white space, an escape, something nested, a
// number to be written anew, walk_on() goes on from that token with the members so far, and never goes back.
//
// - form.hpp: the door, and the flat lane.
// - form_walk.cpp: any value, from where the lane stops, and what is nested.
// - form_string.cpp: escapes, and names that are not plain.
// - form_order.cpp: an object whose names do not ascend, when its brace has come.
// - form_assemble.cpp: objects that could not be put in order at their brace, at the end of the value.
// - text: the text so far, a buffer and a run of the body that needs no copy yet.
// - name_key, sort: the order of names.
// - number, decimal: numbers.
// - source: the text that is read, with a cursor to its next backslash.
// - scratch: the arrays, and how large each has to be.
// - byte_mask, copy_run: sixteen bytes at a time.
//
// What it costs, for a value of n bytes: each byte is read once and copied at most once where nothing is out of order.
// Objects that are out of order are put in order at their brace, by two copies, as long as all that has been copied so
// is no more than four times the text and 4 KiB; beyond that an object leaves a record, and one last copy assembles
// them. So whatever the depth, a byte is copied a bounded number of times. Sorting: see sort.cpp. Memory: about 17
// bytes for each byte of the body, allocated at construction, touched as far as a value needs it.
#pragma once

#include <planish/options.hpp>

#include <core/canonical/name_key.hpp>
#include <core/canonical/number.hpp>
#include <core/canonical/scratch.hpp>
#include <core/canonical/source.hpp>
#include <core/canonical/text.hpp>
#include <core/tokens.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core::canonical {

class Form {
 public:
  // A body, and what may be put in front of it; offsets in the text are 32 bits wide.
  static constexpr std::size_t kSourceBytesLimit = kBodyBytesLimit + (std::size_t{1} << 20);

  // For texts of at most `body_bytes_max` bytes, which are at most kSourceBytesLimit.
  explicit Form(std::size_t body_bytes_max);

  // The text whose values are walked from now on; it stays where it is.
  void begin(Source& source) noexcept {
    check(source.size() <= body_bytes_max_);
    source_ = &source;
    body_ = source.body();
  }

  // The value that begins at `next`, within `depth` containers. Returns the token after it; null: it is no JSON, or
  // nested deeper than kDepthMax. `text` is its canonical form then, in the body where that is what was sent, valid
  // until the next walk(); empty where a number rounds to infinity and the value has none. Without `kEscapes` there is
  // no backslash in the source.
  template <bool kEscapes>
  [[nodiscard]] Index walk(Index next, unsigned depth, std::string_view& text) noexcept;

  // How long that text can be for a value of so many bytes.
  [[nodiscard]] static constexpr std::size_t text_bytes_max(std::size_t value_bytes) noexcept {
    return Bounds(value_bytes).text;
  }
  [[nodiscard]] static std::size_t memory_bytes_max(std::size_t body_bytes_max) noexcept {
    return sizeof(Form) + Bounds(body_bytes_max).all();
  }

 private:
  // A container that is open.
  struct Level {
    NameKey last;                // of the name before it, one level up
    Member* first;               // of its members, where it is an object
    std::uint32_t first_record;  // of what lies in it
    bool disordered;
    bool is_in_object;
  };
  // How far the flat lane has come: what it has of the outermost object's members, and whether `next` is the value of
  // the last of them, or the comma after that.
  struct Lane {
    Member* end;
    NameKey last;
    bool disordered;
    bool at_value;
  };

  // An object as it stands somewhere, in one piece.
  struct Object {
    const char* bytes;     // its opening brace
    std::uint32_t offset;  // of that, as its members' places count
    std::uint32_t size;
    Member* members;  // after the last of which is room for one more
    std::uint32_t count;

    [[nodiscard]] const char* name(std::uint32_t place) const noexcept { return bytes + (place - offset); }
  };

  Index walk_scalar(Index next, unsigned depth, std::string_view& text) noexcept;
  Index walk_on(Index next, unsigned depth, std::uint32_t begin, const Lane& lane, std::string_view& text) noexcept;
  Index follow(Index next, unsigned depth, std::uint32_t begin, const Lane& lane) noexcept;
  void begin_text(std::uint32_t begin) noexcept;
  bool open(Level*& level) const noexcept;
  bool member_name(const Source& source, const char* body, Index next, Level* level, Member*& top,
                   NameKey& last) noexcept;
  bool irregular_name(Level* level, Member* member, std::uint32_t colon, NameKey last) noexcept;
  bool string(const Source& source, const char* body, std::uint32_t after) noexcept;
  void leave_out_space_behind_string(std::uint32_t after) noexcept;
  bool scalar(const char* body, std::uint32_t at, std::uint32_t after) noexcept;
  bool other_scalar(std::uint32_t at, std::uint32_t after) noexcept;
  bool escapes(std::uint32_t after) noexcept;
  std::uint32_t unicode_escape(std::uint32_t at) noexcept;
  void leave_out(std::uint32_t from, std::uint32_t to) noexcept {
    if (from != to) text_.skip(from, to);
  }

  template <class Ready, class Take>
  void in_order(const Object& object, Ready ready, Take take) noexcept;
  template <class Each>
  char* write_members(const Object& object, char* out, Each each) noexcept;
  template <class Ready>
  char* write_in_order(const Object& object, char* out, Ready ready) noexcept;
  [[nodiscard]] std::string_view swap_two(const char* object, std::uint32_t size) noexcept;
  [[nodiscard]] std::string_view reverse_outermost(const char* bytes, std::uint32_t size, std::uint32_t count) noexcept;
  [[nodiscard]] std::string_view order_outermost(const char* bytes, std::uint32_t size, std::uint32_t count) noexcept;
  void order_inner(const Level& level, Member* top, std::uint32_t brace) noexcept;
  void record(const Object& object, std::uint32_t first_inner) noexcept;

  void finish(std::uint32_t end) noexcept;
  void assemble(std::uint32_t begin, std::uint32_t end, std::uint32_t first, std::uint32_t records) noexcept;
  void assemble_object(const Record& object, std::uint32_t number) noexcept;
  [[nodiscard]] std::uint32_t records_up_to(std::uint32_t end, std::uint32_t first, std::uint32_t last) const noexcept;
  void copy_back(std::uint32_t begin, std::uint32_t end) noexcept;
  void refuse_what_has_no_number() noexcept;

  Scratch scratch_;
  Text text_;
  std::uint32_t body_bytes_max_;
  Source* source_ = nullptr;
  const char* body_ = nullptr;
  Level* deepest_ = nullptr;
  std::uint32_t records_ = 0;
  std::uint32_t spans_ = 0;
  std::uint64_t moved_ = 0;     // bytes of inner objects that have been put in order
  bool has_no_number_ = false;  // kNoNumber has been written
  char* front_ = nullptr;       // of what is assembled, from behind
  std::string_view result_;
  std::array<Level, kDepthMax + 2> levels_;  // from what is around the value to one too many
};

// Members of strings and plain scalars, with no white space and no escape. At the first thing that is not so, walk_on()
// goes on from there with the members so far, and nothing is read twice but one member's name.
template <bool kEscapes>
[[gnu::always_inline]] inline Index Form::walk(Index next, unsigned depth, std::string_view& text) noexcept {
  const char* const body = body_;
  const std::uint32_t begin = *next;
  if (body[begin] != '{' || depth == kDepthMax) return walk_scalar(next, depth, text);
  [[maybe_unused]] const std::uint32_t backslash = kEscapes ? source_->backslash() : Source::kNowhere;
  Member* const first = scratch_.members();
  Member* top = first;
  NameKey last = 0;
  std::uint32_t descents = 0;          // names that come before the one before them
  for (std::uint32_t end = begin;;) {  // of the brace or comma at hand
    const std::uint32_t name = next[1], colon = next[2], value = next[3], after = next[4];
    if (name != end + 1 || value != colon + 1 || body[name] != '"' || !stands_at(body + colon - 1, "\":") ||
        (kEscapes && backslash < after)) [[unlikely]]
      break;
    const NameKey key = name_key(body + name, colon - name);
    if ((key & kBeyondAscii) != 0) [[unlikely]]
      break;
    if (key <= last) [[unlikely]] {
      const int order = key < last ? 1 : compare_names(body + begin + top[-1].begin + 1, body + name + 1);
      if (order == 0) break;
      if (order > 0) ++descents;
    }
    assert(top != scratch_.members_end());
    *top++ = {key, name - begin};
    last = key;
    const bool is_plain =
        body[value] == '"' ? body[after - 1] == '"' : is_plain_scalar<false>(body + value, body + after);
    if (!is_plain) return walk_on(next + 3, depth, begin, {top, last, descents != 0, true}, text);
    next += 4;
    end = after;
    if (body[end] == ',') continue;
    if (body[end] != '}') [[unlikely]]
      break;
    const std::uint32_t size = end + 1 - begin;
    if (descents == 0) {
      text = {body + begin, size};
    } else if (top - first == 2) {
      text = swap_two(body + begin, size);
    } else {
      const auto count = static_cast<std::uint32_t>(top - first);
      text = descents + 1 == count ? reverse_outermost(body + begin, size, count)
                                   : order_outermost(body + begin, size, count);
    }
    return next + 1;
  }
  if (body[begin + 1] == '}') {  // {} needs no text of its own
    text = {body + begin, 2};
    return next + 2;
  }
  return walk_on(next, depth, begin, {top, last, descents != 0, false}, text);
}

// The usual way to be out of order.
[[gnu::always_inline]] inline std::string_view Form::swap_two(const char* object, std::uint32_t size) noexcept {
  const std::uint32_t second = scratch_.members()[1].begin;
  char* const out = scratch_.ordered();
  *out = '{';
  copy_run(out + 1, object + second, size - 1 - second);
  char* const middle = out + (size - second);
  *middle = ',';
  copy_run(middle + 1, object + 1, second - 2);
  out[size - 1] = '}';
  return {out, size};
}

}  // namespace planish::core::canonical
