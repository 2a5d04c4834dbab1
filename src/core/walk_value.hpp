// walk_value: validates one JSON value of any shape over the structural index, and shows it to a watch as it goes.
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

// A watch that looks at nothing. What another one, Canonicity, is told: each place where a token does not follow its
// forerunner at once, each object and name with its level, each number and each string with escapes.
struct NoWatch {
  static constexpr bool kWatches = false;
};

// Whether the string that opens at `at` is valid: stage 1 has seen to all but its escapes. `next` is the token behind
// it.
template <bool kEscapes, bool kIsName = false, class Watch>
inline bool walk_string(const char* at, const char* next, Watch& watch) noexcept {
  if constexpr (Watch::kWatches) watch.follows(next[-1] == '"');
  if constexpr (kEscapes) {
    const std::string_view content = string_content(at, next);
    if (has_escape(content)) [[unlikely]] {
      const EscapeCheck check = check_escapes(content);
      if constexpr (Watch::kWatches) watch.escapes(check.shortest && !kIsName);
      return check.valid;
    }
  }
  return true;
}

// Whether the value that begins at `at` is valid, which is no container and no string. Moves `end` to its end.
template <class Watch>
inline bool walk_number_or_literal(const char* at, const char* next, const char*& end, Watch& watch) noexcept {
  if (*at >= 'a') {
    end = scan_literal(at);
  } else {
    const Number number = scan_number(at, next);
    end = number.end;
    if constexpr (Watch::kWatches) watch.number(at, number);
  }
  if (end == next) return true;
  if constexpr (Watch::kWatches) watch.follows(false);
  return end != nullptr && is_space(*end);
}

// The value begins at `next`, inside `depth` containers. Where it is, in an object or an array, is where the code is;
// the bits remember it for the containers that are open.
template <bool kEscapes, class Watch>
[[gnu::always_inline]] inline Walked walk_value(const char* const body, Index next, const unsigned depth,
                                                Watch& watch) noexcept {
  std::array<bool, kDepthMax + 1> is_in_object;  // written for the level that turns out to be one too many, too
  unsigned level = depth;
  const char* at = body + *next++;
  const char* end = nullptr;

  if (*at == '{' || *at == '[') goto open;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next, watch)) return kNotWalked;
    return {next, closing_quote(body + *next) + 1};
  }
  if (!walk_number_or_literal(at, body + *next, end, watch)) return kNotWalked;
  return {next, end};

open:
  if (level++ == kDepthMax) return kNotWalked;
  if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
  if (*at == '{') {
    if constexpr (Watch::kWatches) watch.object(level);
    if (body[*next] != '}') goto member;
  } else if (body[*next] != ']') {
    goto element;
  }
  at = body + *next++;

close:
  end = at + 1;
  if (--level == depth) return {next, end};
  if constexpr (Watch::kWatches) watch.follows(end == body + *next);
  if (is_in_object[level]) goto behind_member;
  goto behind_element;

member:
  at = body + *next;
  if (*at != '"' || body[next[1]] != ':') return kNotWalked;
  if (!walk_string<kEscapes, true>(at, body + next[1], watch)) return kNotWalked;
  if constexpr (Watch::kWatches) {
    watch.name(level, string_content(at, body + next[1]));
    watch.follows(next[1] + 1 == next[2]);
  }
  at = body + next[2];
  next += 3;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next, watch)) return kNotWalked;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = true;
    goto open;
  } else if (!walk_number_or_literal(at, body + *next, end, watch)) {
    return kNotWalked;
  }

behind_member:
  at = body + *next++;
  if (*at == ',') {
    if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
    goto member;
  }
  if (*at == '}') goto close;
  return kNotWalked;

element:
  at = body + *next++;
  if (*at == '"') {
    if (!walk_string<kEscapes>(at, body + *next, watch)) return kNotWalked;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = false;
    goto open;
  } else if (!walk_number_or_literal(at, body + *next, end, watch)) {
    return kNotWalked;
  }

behind_element:
  at = body + *next++;
  if (*at == ',') {
    if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
    goto element;
  }
  if (*at == ']') goto close;
  return kNotWalked;
}

}  // namespace planish::core
