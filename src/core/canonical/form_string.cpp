// Form's strings that are not sent as they are to be written: escapes, and names that follow no simple rule.
#include <core/canonical/form.hpp>

#include <core/escape.hpp>

namespace planish::core::canonical {

[[gnu::noinline]] void Form::leave_out_space_behind_string(std::uint32_t after) noexcept {
  const auto end = static_cast<std::uint32_t>(closing_quote(body_ + after) + 1 - body_);
  text_.skip(end, after);
}

// Every backslash before `after`, as its shortest escape or as what it stands for. False: one is no escape.
[[gnu::noinline]] bool Form::escapes(std::uint32_t after) noexcept {
  do {
    const std::uint32_t at = source_->backslash();
    const char letter = body_[at + 1];
    if (letter == 'u') {
      if (!unicode_escape(at)) return false;
      continue;
    }
    if (byte_of_short_escape(letter) == '\0') return false;
    if (letter == '/') text_.skip(at, at + 1);
    if (body_[at + 2] == '\\') {  // \n\n\n is all that it is, often
      source_->found_at(at + 2);
    } else {
      source_->pass_to(at + 2);
    }
  } while (source_->backslash() < after);
  return true;
}

// \uXXXX at `at`, or a pair of them.
inline bool Form::unicode_escape(std::uint32_t at) noexcept {
  const char* const begin = body_ + at;
  const int unit = hex4(begin + 2);
  if (unit < 0) return false;
  auto point = static_cast<std::uint32_t>(unit);
  std::uint32_t sent = 6;
  if (point - 0xD800 < 0x800) [[unlikely]] {
    if (point >= 0xDC00 || begin[6] != '\\' || begin[7] != 'u') return false;
    const int low = hex4(begin + 8);
    if (low < 0xDC00 || low >= 0xE000) return false;
    point = 0x10000 + ((point - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
    sent = 12;
  }
  source_->pass_to(at + sent);
  std::array<char, 8> shortest{};
  const auto size = static_cast<std::uint32_t>(point < 0x80 ? write_escaped(static_cast<char>(point), shortest.data())
                                                            : write_utf8(point, shortest.data()));
  if (size == sent && begin[5] == shortest[5]) return true;  // a control character, in lower case
  text_.replace<8>(at, at + sent, shortest.data(), size);
  return true;
}

// A name that has escapes or white space behind it, is not ASCII, or has the key of the one before it.
[[gnu::noinline]] bool Form::irregular_name(Level* level, Member* member, std::uint32_t colon, NameKey last) noexcept {
  const bool has_escape = source_->backslash() < colon;
  const std::uint32_t run = text_.run();
  if (has_escape && !escapes(colon)) return false;
  const bool has_space = body_[colon - 1] != '"';
  if (has_space) {
    leave_out_space_behind_string(colon);
  } else if (run != text_.run()) {
    text_.flush(colon);  // so that no name lies in two places
  }
  if (has_escape || has_space || (member->key & kBeyondAscii) != 0) {
    const char* at = text_.at(member->begin + 1);
    member->key = name_chunk(at);
  }
  if (member == level->first || level->disordered || member->key > last) return true;
  const bool decided = member->key != last || (last & kSizeMask) != kLongName;
  level->disordered = decided || compare_names(text_.at(member[-1].begin + 1), text_.at(member->begin + 1)) >= 0;
  return true;
}

}  // namespace planish::core::canonical
