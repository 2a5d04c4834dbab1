// Form's walk of any value.
#include <core/canonical/form.hpp>

#include <cassert>

namespace planish::core::canonical {

Form::Form(std::size_t body_bytes_max)
    : scratch_(body_bytes_max),
      text_(scratch_.text(), static_cast<std::uint32_t>(scratch_.bounds().text)),
      body_bytes_max_(static_cast<std::uint32_t>(body_bytes_max)) {
  static_assert(Bounds(kSourceBytesLimit).text < Source::kNowhere && Bounds(kSourceBytesLimit).members <= 1U << 30);
  check(body_bytes_max <= kSourceBytesLimit);
}

void Form::begin_text(std::uint32_t begin) noexcept {
  text_.begin(body_, begin);
  records_ = spans_ = 0;
  moved_ = 0;
  has_no_number_ = false;
}

inline bool Form::open(Level*& level) const noexcept {
  if (level >= deepest_) return false;
  ++level;
  return true;
}

// The string whose next token begins at `after`, with what stands between them.
[[gnu::always_inline]] inline bool Form::string(const Source& source, const char* body, std::uint32_t after) noexcept {
  if (source.backslash() < after) [[unlikely]] {
    if (!escapes(after)) return false;
  }
  if (body[after - 1] != '"') [[unlikely]]
    leave_out_space_behind_string(after);
  return true;
}

[[gnu::always_inline]] inline bool Form::scalar(const char* body, std::uint32_t at, std::uint32_t after) noexcept {
  return is_plain_scalar<true>(body + at, body + after) || other_scalar(at, after);
}

[[gnu::noinline]] bool Form::other_scalar(std::uint32_t at, std::uint32_t after) noexcept {
  const char* const begin = body_ + at;
  if (begin[0] == '-' && begin[1] == '0' && at + 2 == after) {
    text_.skip(at, at + 1);
    return true;
  }
  if (is_space(body_[after - 1])) {
    std::uint32_t end = after - 1;
    while (is_space(body_[end - 1])) --end;
    if (is_plain_scalar<true>(begin, body_ + end)) {
      text_.skip(end, after);
      return true;
    }
  }
  NumberForm form;
  const char* const end = *begin >= 'a' ? scan_literal(begin) : read_number(begin, form);
  if (end == nullptr || (end != body_ + after && !is_space(*end))) return false;
  const auto behind = static_cast<std::uint32_t>(end - body_);
  if (form.size != 0) {
    has_no_number_ |= form.text[0] == kNoNumber;
    text_.replace<32>(at, behind, form.text.data(), form.size);
  }
  leave_out(behind, after);
  return true;
}

// `next` is a name's token. Leaves the member in place, and what is around its colon out.
[[gnu::always_inline]] inline bool Form::member_name(const Source& source, const char* body, Index next, Level* level,
                                                     Member*& top, NameKey& last) noexcept {
  const std::uint32_t begin = next[0], colon = next[1];
  if (body[begin] != '"') return false;
  assert(top != scratch_.members_end());
  NameKey key = name_key(body + begin, colon - begin);
  *top = {key, text_.offset(begin)};
  if ((key & kBeyondAscii) != 0 || !stands_at(body + colon - 1, "\":") || source.backslash() < colon || key == last)
      [[unlikely]] {
    if (body[colon] != ':' || !irregular_name(level, top, colon, last)) return false;
    key = top->key;
  } else if (key < last) {
    level->disordered = true;
  }
  last = key;
  ++top;
  leave_out(colon + 1, next[2]);
  return true;
}

// Where it is, in an object or an array, is where the code is; each level says so of what it lies in. Each array is
// written as far as a text of so many bytes can need.
[[gnu::always_inline]] inline Index Form::follow(Index next, unsigned depth, std::uint32_t begin,
                                                 const Lane& lane) noexcept {
  Source& source = *source_;
  const char* const body = body_;
  deepest_ = levels_.data() + (kDepthMax - depth);
  begin_text(begin);
  if (source.backslash() < *next) source.pass_to(*next);
  Level* level = levels_.data();
  Member* top = lane.end;
  NameKey last = lane.last;
  std::uint32_t at = *next;
  if (top != scratch_.members()) {
    *++level = {0, scratch_.members(), 0, lane.disordered, false};
    if (lane.at_value) goto value;
    goto behind_member;
  }
  ++next;
  level[1].is_in_object = false;
  if (body[at] == '{' || body[at] == '[') goto open;
  if (!(body[at] == '"' ? string(source, body, *next) : scalar(body, at, *next))) return nullptr;
  finish(*next);
  return next;

open:
  if (!open(level)) return nullptr;
  leave_out(at + 1, *next);
  if (body[at] == '[') {
    if (body[*next] != ']') goto element;
    at = *next++;
    goto close;
  }
  level->last = last;
  level->first = top;
  level->first_record = records_;
  level->disordered = false;
  last = 0;
  if (body[*next] == '}') {
    at = *next++;
    goto close_object;
  }

member:
  if (!member_name(source, body, next, level, top, last)) return nullptr;
  next += 2;

value:
  at = *next++;
  if (body[at] == '"') {
    if (!string(source, body, *next)) return nullptr;
  } else if ((body[at] | 0x20) == '{') {  // or [
    level[1].is_in_object = true;
    goto open;
  } else if (!scalar(body, at, *next)) {
    return nullptr;
  }

behind_member:
  at = *next++;
  if (body[at] == ',') {
    leave_out(at + 1, *next);
    goto member;
  }
  if (body[at] != '}') return nullptr;
  if (level->disordered) {
    if (level == &levels_[1] && records_ == 0) {
      const std::uint32_t size = text_.offset(at + 1);
      check(size <= scratch_.bounds().text);
      result_ = order_outermost(text_.all(at + 1), size, static_cast<std::uint32_t>(top - scratch_.members()));
      if (has_no_number_) [[unlikely]]
        refuse_what_has_no_number();
      return next;
    }
    order_inner(*level, top, at);
  }

close_object:
  top = level->first;
  last = level->last;

close:
  if (--level == levels_.data()) {
    finish(at + 1);
    return next;
  }
  leave_out(at + 1, *next);
  if (level[1].is_in_object) goto behind_member;
  goto behind_element;

element:
  at = *next++;
  if (body[at] == '"') {
    // Strings side by side, with nothing to change in any: the shortest are three bytes long.
    for (const std::uint32_t backslash = source.backslash(); backslash >= *next && body[*next - 1] == '"'; next += 2) {
      if (body[*next] != ',' || next[1] != *next + 1 || body[next[1]] != '"') goto behind_element;
    }
    if (!string(source, body, *next)) return nullptr;
  } else if ((body[at] | 0x20) == '{') {  // or [
    level[1].is_in_object = false;
    goto open;
  } else if (!scalar(body, at, *next)) {
    return nullptr;
  }

behind_element:
  at = *next++;
  if (body[at] == ',') {
    leave_out(at + 1, *next);
    goto element;
  }
  if (body[at] == ']') goto close;
  return nullptr;
}

// What the lane has left.
[[gnu::noinline]] Index Form::walk_on(Index next, unsigned depth, std::uint32_t begin, const Lane& lane,
                                      std::string_view& text) noexcept {
  const Index behind = follow(next, depth, begin, lane);
  text = result_;
  return behind;
}

// A value that is no object is plain, mostly.
[[gnu::noinline]] Index Form::walk_scalar(Index next, unsigned depth, std::string_view& text) noexcept {
  const char* const begin = body_ + *next;
  const char* const end = body_ + next[1];
  const bool is_plain =
      *begin == '"' ? end[-1] == '"' && source_->backslash() >= next[1] : is_plain_scalar<true>(begin, end);
  if (!is_plain) return walk_on(next, depth, *next, {scratch_.members(), 0, false, false}, text);
  text = {begin, end};
  return next + 1;
}

}  // namespace planish::core::canonical
