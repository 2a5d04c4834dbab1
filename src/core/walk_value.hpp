// walk_value: validates one JSON value of any shape over the structural index, and notices white space where somebody
// wants to know: each token is then looked for right after the one before it, which costs nothing where it is there.
#pragma once

#include <planish/options.hpp>

#include <core/tokens.hpp>

#include <array>

namespace planish::core {

struct Walked {
  Index next;       // the token after the value; null: not JSON, or nested too deep
  const char* end;  // of the value's own last byte
};
inline constexpr Walked kNotWalked{nullptr, nullptr};

// Whether the string that opens at `at` is valid: stage 1 has seen to all but its escapes. `next` is the token after
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

// Who looks into a value's strings: each is passed once, in their order. This one looks into each of them, or into
// none.
template <bool kEscapes>
struct EachString {
  [[nodiscard]] bool pass(const char* at, const char* next) const noexcept { return walk_string<kEscapes>(at, next); }
};

// Whether the value that begins at `at` is valid, which is no container and no string. Moves `at` to its end, or over
// the white space after it as well.
template <bool kToItsEnd>
[[gnu::always_inline]] inline bool pass_scalar(const char*& at, const char* next) noexcept {
  const char* const end = *at >= 'a' ? scan_literal(at) : scan_number(at, next).end;
  if (end != next && (end == nullptr || !is_space(*end))) return false;
  at = kToItsEnd ? end : next;
  return true;
}

[[nodiscard]] inline bool is_container(char first) noexcept {
  return (first | 0x20) == '{';  // or [, which differs in that bit alone
}

// The token after a value of no interest that is no container and no string; null: it is no JSON.
[[gnu::noinline]] inline Index skip_scalar(const char* body, Index next) noexcept {
  const char* at = body + *next++;
  return pass_scalar<true>(at, body + *next) ? next : nullptr;
}

// Where the next token is looked for first: who wants to know of white space looks right after the one before it.
template <bool kNotices>
[[gnu::always_inline]] inline const char* token_at(const char* behind, const char* token) noexcept {
  return kNotices ? behind : token;
}
// No token stands at `at`. Moves on to where it is, if that is elsewhere: after white space.
template <bool kNotices>
[[gnu::always_inline]] inline bool pass_space(const char*& at, const char* token, bool& spaced) noexcept {
  if (!kNotices || at == token) return false;
  spaced = true;
  at = token;
  return true;
}

// Whether a name's string ends before this colon, and it is one.
template <bool kNotices>
[[gnu::always_inline]] inline bool is_behind_name(const char* colon, bool& spaced) noexcept {
  if (kNotices && stands_at(colon - 1, "\":")) return true;
  spaced = true;
  return *colon == ':';
}

// The container that opens at `next`, inside `depth` others. Where a value is, in an object or an array, is where the
// code is; the bits remember it for the containers that are open. With `kNotices`, `spaced` is set where white space
// stands between two tokens.
template <bool kNotices, class Strings>
[[gnu::always_inline]] inline Walked walk_container(const char* const body, Index next, const unsigned depth,
                                                    Strings& strings, bool& spaced) noexcept {
  std::array<bool, kDepthMax + 1> is_in_object;  // written for the level that turns out to be one too many, too
  unsigned level = depth;
  const char* at = body + *next++;
open:
  if (level++ == kDepthMax) return kNotWalked;
  if (*at == '{') {
    at = token_at<kNotices>(at + 1, body + *next);
    if (kNotices && *at != '"') pass_space<kNotices>(at, body + *next, spaced);
    if (*at != '}') goto member;
  } else {
    at = token_at<kNotices>(at + 1, body + *next);
    if (kNotices && is_space(*at)) pass_space<kNotices>(at, body + *next, spaced);
    if (*at != ']') goto element;
  }
close:  // `at` is the bracket, `next` its token
  ++next;
  if (--level == depth) return {next, at + 1};
  at = token_at<kNotices>(at + 1, body + *next);
  if (is_in_object[level]) goto behind_member;
  goto behind_element;

next_member:
  at = token_at<kNotices>(at + 1, body + *++next);
member:
  if (*at != '"' && (!pass_space<kNotices>(at, body + *next, spaced) || *at != '"')) return kNotWalked;
  if (!is_behind_name<kNotices>(body + next[1], spaced) || !strings.pass(at, body + next[1])) return kNotWalked;
  at = token_at<kNotices>(body + next[1] + 1, body + next[2]);
  next += 3;
value_of_member:
  if (*at == '"') {
    if (!strings.pass(at, body + *next)) return kNotWalked;
    at = body + *next;
    if (kNotices && stands_at(at - 1, "\",")) goto next_member;
    if (kNotices && at[-1] != '"') spaced = true;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = true;
    goto open;
  } else if (!pass_scalar<kNotices>(at, body + *next)) {
    if (pass_space<kNotices>(at, body + next[-1], spaced)) goto value_of_member;
    return kNotWalked;
  }
behind_member:
  if (*at == ',') goto next_member;
  if (*at == '}') goto close;
  if (pass_space<kNotices>(at, body + *next, spaced)) goto behind_member;
  return kNotWalked;

next_element:
  at = token_at<kNotices>(at + 1, body + *++next);
element:
  ++next;
value_of_element:
  if (*at == '"') {
    if (!strings.pass(at, body + *next)) return kNotWalked;
    at = body + *next;
    if (kNotices && stands_at(at - 1, "\",")) goto next_element;
    if (kNotices && at[-1] != '"') spaced = true;
  } else if (*at == '{' || *at == '[') {
    is_in_object[level] = false;
    goto open;
  } else if (!pass_scalar<kNotices>(at, body + *next)) {
    if (pass_space<kNotices>(at, body + next[-1], spaced)) goto value_of_element;
    return kNotWalked;
  }
behind_element:
  if (*at == ',') goto next_element;
  if (*at == ']') goto close;
  if (pass_space<kNotices>(at, body + *next, spaced)) goto behind_element;
  return kNotWalked;
}

// The value that begins at `next`, inside `depth` containers. See walk_container().
template <bool kNotices, class Strings>
[[gnu::always_inline]] inline Walked walk_value(const char* const body, Index next, const unsigned depth,
                                                Strings& strings, bool& spaced) noexcept {
  const char* at = body + *next;
  if (*at == '{' || *at == '[') return walk_container<kNotices>(body, next, depth, strings, spaced);
  ++next;
  if (*at == '"') {
    if (!strings.pass(at, body + *next)) return kNotWalked;
    return {next, closing_quote(body + *next) + 1};
  }
  if (!pass_scalar<true>(at, body + *next)) return kNotWalked;
  return {next, at};
}

template <class Strings>
[[gnu::always_inline]] inline Walked walk_value(const char* const body, Index next, const unsigned depth,
                                                Strings& strings) noexcept {
  bool spaced = false;
  return walk_value<false>(body, next, depth, strings, spaced);
}

template <bool kEscapes>
[[gnu::always_inline]] inline Walked walk_value(const char* const body, Index next, const unsigned depth) noexcept {
  EachString<kEscapes> strings;
  return walk_value(body, next, depth, strings);
}

}  // namespace planish::core
