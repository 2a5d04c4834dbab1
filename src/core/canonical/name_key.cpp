// Names byte by byte, where their first seven do not decide.
#include <core/canonical/name_key.hpp>

#include <core/canonical/byte_mask.hpp>
#include <core/escape.hpp>

#include <cstddef>

namespace planish::core::canonical {
namespace {

// Where two texts in UTF-8 differ first, their bytes order them as code points. UTF-16 puts what needs surrogates
// (first byte F0 to F4) before U+E000 to U+FFFF (EE and EF), and all else is the same.
constexpr int utf16_rank(unsigned char byte) noexcept {
  return byte == 0xEE || byte == 0xEF ? byte + 8 : byte;
}

constexpr int kEnd = -1;

// The next byte without its escape, ranked. Of canonical text, so that \u00xx is the only long escape.
int next_byte(const char*& at) noexcept {
  if (*at == '"') return kEnd;
  const char byte = *at++;
  if (byte != '\\') return utf16_rank(static_cast<unsigned char>(byte));
  if (*at != 'u') return byte_of_short_escape(*at++);
  at += 5;
  return hex4(at - 4);
}

// Byte by byte.
[[gnu::noinline]] int compare_escaped(const char* a, const char* b) noexcept {
  for (;;) {
    const int x = next_byte(a), y = next_byte(b);
    if (x != y) return x < y ? -1 : 1;
    if (x == kEnd) return 0;
  }
}

}  // namespace

// Sixteen bytes at a time to where they differ or end. An escape there, or one that reaches so far, has its backslash
// among the five bytes before; one that is equal in both, and ends before, makes no difference.
[[gnu::noinline]] int compare_names(const char* a, const char* b) noexcept {
  std::uint32_t stop = 0;
  const char* const begin = a;
  for (;; a += 16, b += 16) {
    stop = different(a, b) | equal_to(a, '"');
    if (stop != kNoneOfSixteen) break;
  }
  const int place = lowest_bit(stop);
  const std::uint32_t escapes = (equal_to(a, '\\') | equal_to(b, '\\')) & ((2U << place) - 1);
  if (escapes != 0 || (a != begin && equal_to(a - 16, '\\') != kNoneOfSixteen)) {
    return compare_escaped(begin, b - (a - begin));
  }
  const auto x = static_cast<unsigned char>(a[place]), y = static_cast<unsigned char>(b[place]);
  if (x == y) return 0;
  if (x == '"' || y == '"') return x == '"' ? -1 : 1;
  return utf16_rank(x) < utf16_rank(y) ? -1 : 1;
}

NameKey name_chunk(const char*& at) noexcept {
  const std::uint64_t word = load_word(at);
  if (((word & kBeyondAscii) | find_byte(word, '\\')) == 0) {
    const std::uint64_t quote = find_byte(word, '"');
    const std::uint32_t size = quote == 0 ? kKeyBytes + 1 : static_cast<std::uint32_t>(lowest_bit(quote)) / 8;
    const NameKey key = (first_byte_highest(at) & kKeyMasks[size + 2]) | (size + 2);
    at += size < kKeyBytes ? size : kKeyBytes;
    return key;
  }
  NameKey key = 0;
  std::uint32_t size = 0;
  for (; size < kKeyBytes; ++size) {
    const int byte = next_byte(at);
    if (byte == kEnd) break;
    key |= static_cast<NameKey>(byte) << (56 - 8 * size);
  }
  if (size == kKeyBytes && *at != '"') ++size;
  return key | (size + 2);
}

}  // namespace planish::core::canonical
