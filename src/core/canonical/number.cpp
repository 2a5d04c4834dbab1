// Numbers that are not canonical by their looks: read by their digits, and as doubles where those are too many.
#include <core/canonical/number.hpp>

#include <fast_float/fast_float.h>

#include <bit>
#include <cstring>

namespace planish::core::canonical {
namespace {

// A number that is valid JSON, in parts.
struct Parts {
  bool negative;
  bool has_exponent;
  int exponent;  // capped, far beyond where a double has become 0 or infinite
  const char* whole;
  const char* whole_end;
  const char* part;  // after the point; empty where there is none
  const char* part_end;
  const char* end;

  [[nodiscard]] bool is_integer() const noexcept { return end == whole_end; }
};

// Sizes and exponents stay below 2^31 in sum: a text has less than 2^30 bytes.
constexpr int kExponentCap = 100'000'000;

bool read_exponent(Parts& parts) noexcept {
  const char* at = parts.end + 1;
  const char sign = *at;
  if (sign == '+' || sign == '-') ++at;
  if (!is_digit(*at)) return false;
  for (; is_digit(*at); ++at) {
    if (parts.exponent < kExponentCap) parts.exponent = parts.exponent * 10 + (*at - '0');
  }
  if (sign == '-') parts.exponent = -parts.exponent;
  parts.has_exponent = true;
  parts.end = at;
  return true;
}

[[gnu::always_inline]] inline bool read_parts(const char* at, Parts& parts) noexcept {
  parts.negative = *at == '-';
  parts.has_exponent = false;
  parts.exponent = 0;
  parts.whole = at + (parts.negative ? 1 : 0);
  if (!is_digit(*parts.whole)) return false;
  parts.whole_end = *parts.whole == '0' ? parts.whole + 1 : skip_digits_at(parts.whole);
  parts.part = parts.part_end = parts.end = parts.whole_end;
  if (*parts.end == '.') {
    parts.part = parts.end + 1;
    parts.end = parts.part_end = skip_digits_at(parts.part);
    if (parts.part == parts.part_end) return false;
  }
  return (*parts.end | 0x20) != 'e' || read_exponent(parts);
}

// The digits that count: zeros in front do not.
struct Significant {
  const char* whole;
  const char* part;
  std::size_t count;
};

Significant significant(const Parts& parts) noexcept {
  if (*parts.whole != '0') {
    return {parts.whole, parts.part,
            static_cast<std::size_t>((parts.whole_end - parts.whole) + (parts.part_end - parts.part))};
  }
  const char* first = parts.part;
  while (first != parts.part_end && *first == '0') ++first;
  return {parts.whole_end, first, static_cast<std::size_t>(parts.part_end - first)};
}

// Eight digits as their value: two, then four, then all of them side by side in one word.
std::uint64_t value_of_eight(const char* digits) noexcept {
  std::uint64_t value = load_word(digits) - repeat_byte('0');
  value = value * 10 + (value >> 8);
  constexpr std::uint64_t kPairs = 0x0000'00FF'0000'00FF;
  return ((value & kPairs) * (100 + (std::uint64_t{1'000'000} << 32)) +
          (value >> 16 & kPairs) * (1 + (std::uint64_t{10'000} << 32))) >>
         32;
}

std::uint64_t value_of_four(const char* digits) noexcept {
  std::uint32_t value;
  std::memcpy(&value, digits, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
  value -= 0x3030'3030;
  value = value * 10 + (value >> 8);
  return (value & 0x00FF'00FF) * (1 + (100U << 16)) >> 16;
}

[[gnu::always_inline]] inline std::uint64_t append(std::uint64_t value, const char* at, const char* end) noexcept {
  for (; end - at >= 8; at += 8) value = value * 100'000'000 + value_of_eight(at);
  if (end - at >= 4) {
    value = value * 10'000 + value_of_four(at);
    at += 4;
  }
  for (; at != end; ++at) value = value * 10 + static_cast<unsigned>(*at - '0');
  return value;
}

// Far enough from the ends of double's range, where decimals of 15 digits have each a double of their own.
constexpr std::size_t kDistinctDigits = 15;
constexpr int kDistinctExponent = 290;
constexpr std::size_t kWordDigits = 19;  // each number of so many fits in 64 bits

DoubleBits double_of(const Parts& parts) noexcept {
  double value = 0;
  fast_float::from_chars(parts.whole, parts.end, value);
  return std::bit_cast<DoubleBits>(value);
}

constexpr Decimal kZero{0, 0};
constexpr Decimal kTooLarge{~std::uint64_t{0}, 0};

[[gnu::always_inline]] inline Decimal shortest_or_limit(DoubleBits bits) noexcept {
  if (bits == 0) return kZero;
  return bits >= kInfinity ? kTooLarge : shortest_decimal(bits);
}

// The decimal that the canonical form writes, without zeros at its end; false where it is what was sent, and sent in
// the right layout.
[[gnu::always_inline]] inline bool differs(const Parts& parts, const Significant& digits, Decimal& decimal) noexcept {
  if (digits.count > kWordDigits) {
    decimal = shortest_or_limit(double_of(parts));
  } else {
    const Decimal sent{append(append(0, digits.whole, parts.whole_end), digits.part, parts.part_end),
                       parts.exponent - static_cast<int>(parts.part_end - parts.part)};
    decimal = sent;
    if (digits.count > kDistinctDigits || sent.exponent < -kDistinctExponent || sent.exponent > kDistinctExponent) {
      const DoubleBits bits = nearest_double(sent);
      decimal = shortest_or_limit(bits == kUndecided ? double_of(parts) : bits);
      const int point = static_cast<int>(digits.count) + sent.exponent;
      if (decimal.digits == sent.digits && decimal.exponent == sent.exponent && !parts.has_exponent &&
          !parts.is_integer() && parts.part_end[-1] != '0' && point > -6 && point <= 21)
        return false;
    }
  }
  if (decimal.digits != 0 && decimal.digits != kTooLarge.digits) decimal = without_zeros(decimal);
  return true;
}

}  // namespace

[[gnu::noinline]] const char* read_number(const char* at, NumberForm& form) noexcept {
  Parts parts;
  if (!read_parts(at, parts)) return nullptr;
  const Significant digits = significant(parts);
  char* out = form.text.data();
  if (digits.count == 0) {  // 0, -0, 0.000e5
    *out++ = '0';
  } else {
    if (parts.is_integer() &&
        fits_in_64_bits(parts.whole, static_cast<std::size_t>(parts.end - parts.whole), parts.negative))
      return parts.end;
    Decimal decimal;
    if (!differs(parts, digits, decimal)) return parts.end;
    if (decimal.digits == 0) {
      *out++ = '0';
    } else if (decimal.digits == kTooLarge.digits) {
      *out++ = kNoNumber;
    } else {
      if (parts.negative) *out++ = '-';
      out = write_decimal(decimal, out);
    }
  }
  const auto size = static_cast<std::uint32_t>(out - form.text.data());
  if (parts.end - at != size || std::memcmp(form.text.data(), at, size) != 0) form.size = size;
  return parts.end;
}

}  // namespace planish::core::canonical
