// Form's strings that are not sent as they are to be written: escapes, and names that follow no simple rule.
#include <core/canonical/form.hpp>

#include <core/escape.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace planish::core::canonical {
namespace {

// By its last digit, whether \u000x (bit 0) and \u001x (bit 1) are as they are to be: in lower case, and no character
// that has a shorter escape.
constexpr std::array<std::uint8_t, 256> kShortestControls = [] {
  std::array<std::uint8_t, 256> digits{};
  for (const char digit : std::string_view("01234567bef")) digits[static_cast<unsigned char>(digit)] = 3;
  for (const char digit : std::string_view("89acd")) digits[static_cast<unsigned char>(digit)] = 2;  // \b \t \n \f \r
  return digits;
}();

bool is_shortest_control(const char* at) noexcept {
  const auto which = static_cast<unsigned>(at[4] - '0');
  return which < 2 && at[2] == '0' && at[3] == '0' &&
         (kShortestControls[static_cast<unsigned char>(at[5])] >> which & 1) != 0;
}

}  // namespace

[[gnu::noinline]] void Form::leave_out_space_behind_string(std::uint32_t after) noexcept {
  const auto end = static_cast<std::uint32_t>(closing_quote(body_ + after) + 1 - body_);
  text_.skip(end, after);
}

// Every backslash before `after`, as its shortest escape or as what it stands for. False: one is no escape.
[[gnu::noinline]] bool Form::escapes(std::uint32_t after) noexcept {
  do {
    const std::uint32_t at = source_->backslash();
    const char letter = body_[at + 1];
    std::uint32_t sent = 2;
    if (letter == 'u') {
      sent = is_shortest_control(body_ + at) ? 6 : unicode_escape(at);
      if (sent == 0) return false;
    } else {
      if (byte_of_short_escape(letter) == '\0') return false;
      if (letter == '/') text_.skip(at, at + 1);
    }
    if (body_[at + sent] == '\\') {  // \n\n\n is all that it is, often
      source_->found_at(at + sent);
    } else {
      source_->pass_to(at + sent);
    }
  } while (source_->backslash() < after);
  return true;
}

// \uXXXX at `at`, or a pair of them. How many bytes that is; 0: it is none.
inline std::uint32_t Form::unicode_escape(std::uint32_t at) noexcept {
  const char* const begin = body_ + at;
  const int unit = hex4(begin + 2);
  if (unit < 0) return 0;
  auto point = static_cast<std::uint32_t>(unit);
  std::uint32_t sent = 6;
  if (point - 0xD800 < 0x800) [[unlikely]] {
    if (point >= 0xDC00 || begin[6] != '\\' || begin[7] != 'u') return 0;
    const int low = hex4(begin + 8);
    if (low < 0xDC00 || low >= 0xE000) return 0;
    point = 0x10000 + ((point - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
    sent = 12;
  }
  std::array<char, 8> shortest{};
  const auto size = static_cast<std::uint32_t>(point < 0x80 ? write_escaped(static_cast<char>(point), shortest.data())
                                                            : write_utf8(point, shortest.data()));
  text_.replace<8>(at, at + sent, shortest.data(), size);
  return sent;
}

// A name that has escapes or white space after it, is not ASCII, or has the key of the one before it.
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
