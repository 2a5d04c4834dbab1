// walk_value: validates one JSON value of any shape over the structural index.
#pragma once

#include <planish/options.hpp>

#include <core/tokens.hpp>

#include <array>

namespace planish::core {

struct Walked {
  Index next;       // the token behind the value; null: not JSON, or nested too deep
  const char* end;  // of the value's own last byte
};
inline constexpr Walked kNotWalked{nullptr, nullptr};

// Whether the string that opens at `at` is valid: stage 1 has seen to all but its escapes. `next` is the token behind
// it.
template <bool kEscapes>
inline bool walk_string(const char* at, const char* next) noexcept {
  if constexpr (kEscapes) {
    const std::string_view content = string_content(at, next);
    if (has_escape(content)) [[unlikely]]
      return has_valid_escapes(content);
  }
  return true;
}

// Whether the value that begins at `at` is valid, which is no container and no string. Moves `end` to its end.
[[gnu::always_inline]] inline bool walk_number_or_literal(const char* at, const char* next, const char*& end) noexcept {
  if (*at >= 'a') {
    end = scan_literal(at);
  } else {
    end = scan_number(at, next).end;
  }
  if (end == next) return true;
  return end != nullptr && is_space(*end);
}

// The value begins at `next`, inside `depth` containers. Where it is, in an object or an array, is where the code is;
// the bits remember it for the containers that are open.
template <bool kEscapes>
[[gnu::always_inline]] inline Walked walk_value(const char* const body, Index next, const unsigned depth) noexcept {
  std::array<bool, kDepthMax + 1> is_in_object;  // written for the level that turns out to be one too many, too
  unsigned level = depth;
  const char* at = body + *next++;
  const char* end = nullptr;

  if (*at == '{' || *at == '[') goto open;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next)) return kNotWalked;
    return {next, closing_quote(body + *next) + 1};
  }
  if (!walk_number_or_literal(at, body + *next, end)) return kNotWalked;
  return {next, end};

open:
  if (level++ == kDepthMax) return kNotWalked;
  if (*at == '{') {
    if (body[*next] != '}') goto member;
  } else if (body[*next] != ']') {
    goto element;
  }
  at = body + *next++;

close:
  end = at + 1;
  if (--level == depth) return {next, end};
  if (is_in_object[level]) goto behind_member;
  goto behind_element;

member:
  at = body + *next;
  if (*at != '"' || body[next[1]] != ':') return kNotWalked;
  if (!walk_string<kEscapes>(at, body + next[1])) return kNotWalked;
  at = body + next[2];
  next += 3;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next)) return kNotWalked;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = true;
    goto open;
  } else if (!walk_number_or_literal(at, body + *next, end)) {
    return kNotWalked;
  }

behind_member:
  at = body + *next++;
  if (*at == ',') goto member;
  if (*at == '}') goto close;
  return kNotWalked;

element:
  at = body + *next++;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next)) return kNotWalked;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = false;
    goto open;
  } else if (!walk_number_or_literal(at, body + *next, end)) {
    return kNotWalked;
  }

behind_element:
  at = body + *next++;
  if (*at == ',') goto element;
  if (*at == ']') goto close;
  return kNotWalked;
}

}  // namespace planish::core
