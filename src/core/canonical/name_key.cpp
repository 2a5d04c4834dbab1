// Names byte by byte, where their first seven do not decide.
#include <core/canonical/name_key.hpp>

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

// Word by word to where they differ or end. An escape there, or one that reaches so far, has its backslash among the
// seven bytes before; one that is equal in both, and ends before, makes no difference.
[[gnu::noinline]] int compare_names(const char* a, const char* b) noexcept {
  std::uint64_t x = load_word(a), y = load_word(b), before = 0;
  std::size_t at = 0;
  while (x == y && find_byte(x, '"') == 0) {
    at += 8;
    before = x;
    x = load_word(a + at);
    y = load_word(b + at);
  }
  const std::uint64_t ends = x == y ? find_byte(x, '"') : x ^ y;
  const int shift = lowest_bit(ends) & 56;
  const std::uint64_t up_to_end = ~std::uint64_t{0} >> (56 - shift);
  const std::uint64_t escapes = ((find_byte(x, '\\') | find_byte(y, '\\')) & up_to_end) | find_byte(before, '\\');
  if (escapes != 0) return compare_escaped(a, b);
  if (x == y || (find_byte(x, '"') & (up_to_end >> 8)) != 0) return 0;
  const auto p = static_cast<unsigned char>(x >> shift), q = static_cast<unsigned char>(y >> shift);
  if (p == '"' || q == '"') return p == '"' ? -1 : 1;
  return utf16_rank(p) < utf16_rank(q) ? -1 : 1;
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
