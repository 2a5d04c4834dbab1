// walk_value: validates one JSON value of any shape over the structural index, and shows it to a watch as it goes.
#pragma once

#include <planish/options.hpp>

#include "core/tokens.hpp"

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

// The closing quote of the string that opens at `at`, null if an escape is wrong. `next` is the token behind it.
template <bool kEscapes, class Watch>
inline const char* walk_string(const char* at, const char* next, Watch& watch) noexcept {
  const char* const end = closing_quote(next);
  if constexpr (Watch::kWatches) {
    if (end + 1 != next) watch.space();
  }
  if constexpr (kEscapes) {
    const std::string_view content(at + 1, static_cast<std::size_t>(end - at - 1));
    if (has_escape(content)) [[unlikely]] {
      const EscapeCheck check = check_escapes(content);
      if (!check.valid) return nullptr;
      if constexpr (Watch::kWatches) watch.escapes(check.shortest);
    }
  }
  return end;
}

// The value begins at `next`, inside `depth` containers. The bits say what each container around is.
template <bool kEscapes, class Watch>
inline Walked walk_value(const char* const body, Index next, const unsigned depth, Watch& watch) noexcept {
  std::array<bool, kDepthMax> outer_is_object;
  unsigned level = depth;
  bool in_object = false;
  const char* at = nullptr;
  const char* end = nullptr;

value:
  at = body + *next++;
  switch (*at) {
    case '"':
      end = walk_string<kEscapes>(at, body + *next, watch);
      if (kEscapes && end == nullptr) return kNotWalked;
      ++end;
      break;
    case '{':
      if (level == kDepthMax) return kNotWalked;
      outer_is_object[level++] = in_object;
      in_object = true;
      if constexpr (Watch::kWatches) watch.object(level, at + 1 == body + *next);
      if (body[*next] != '}') goto name;
      at = body + *next++;
      goto close;
    case '[':
      if (level == kDepthMax) return kNotWalked;
      outer_is_object[level++] = in_object;
      in_object = false;
      if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
      if (body[*next] != ']') goto value;
      at = body + *next++;
      goto close;
    case 't':
    case 'f':
    case 'n':
      end = scan_literal(at);
      if (end == nullptr || !ends_here(end, body + *next)) return kNotWalked;
      if constexpr (Watch::kWatches) watch.follows(end == body + *next);
      break;
    default: {
      const Number number = scan_number(at);
      end = number.end;
      if (end == nullptr || !ends_here(end, body + *next)) return kNotWalked;
      if constexpr (Watch::kWatches) {
        watch.follows(end == body + *next);
        watch.number(at, number);
      }
    }
  }

after:
  if (level == depth) return {next, end};
  at = body + *next++;
  if (*at == ',') {
    if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
    if (!in_object) goto value;
    goto name;
  }
  if (*at != (in_object ? '}' : ']')) return kNotWalked;

close:
  end = at + 1;
  in_object = outer_is_object[--level];
  if constexpr (Watch::kWatches) {
    if (level != depth) watch.follows(end == body + *next);
  }
  goto after;

name:
  at = body + *next++;
  if (*at != '"') return kNotWalked;
  end = walk_string<kEscapes>(at, body + *next, watch);
  if (kEscapes && end == nullptr) return kNotWalked;
  if constexpr (Watch::kWatches) watch.name(level, at + 1, end);
  at = body + *next++;
  if (*at != ':') return kNotWalked;
  if constexpr (Watch::kWatches) watch.follows(at + 1 == body + *next);
  goto value;
}

}  // namespace planish::core
