// The shortest decimal by Raffaello Giulietti's Schubfach: two products of 64 by 128 bits, no loop, no division but by
// ten. Its table of powers of ten is fast_float's, which is in the program anyway.
#include <core/canonical/decimal.hpp>

#include <fast_float/fast_float.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace planish::core::canonical {
namespace {

constexpr int kFractionBits = 52;
constexpr std::uint64_t kHiddenBit = std::uint64_t{1} << kFractionBits;
constexpr int kLeastExponent = 1 - 1023 - kFractionBits;  // of a double taken for an integer times a power of two

// Where fast_float's table ends. Doubles below need greater powers: they are subnormal.
constexpr int kGreatestPower = 308;

struct Bits128 {
  std::uint64_t high, low;
};

// 10^k in 128 bits of which the highest is set, rounded up; fast_float rounds down, and 0 <= k <= 55 are exact.
Bits128 power_of_ten(int k) noexcept {
  const std::uint64_t* const power =
      &fast_float::powers::power_of_five_128[2 * (k - fast_float::powers::smallest_power_of_five)];
  const bool exact = k >= 0 && k <= 55;
  const std::uint64_t low = power[1] + (exact ? 0 : 1);
  return {power[0] + (!exact && low == 0 ? 1 : 0), low};
}

// The upper 64 bits of power × factor / 2^64, with the last bit set where anything is lost.
std::uint64_t rounded_to_odd(Bits128 power, std::uint64_t factor) noexcept {
  const std::uint64_t carried = fast_float::full_multiplication(power.low, factor).high;
  const fast_float::value128 product = fast_float::full_multiplication(power.high, factor);
  const std::uint64_t middle = product.low + carried;
  const std::uint64_t upper = product.high + (middle < carried ? 1 : 0);
  return upper | (middle > 1 ? 1 : 0);
}

// By the standard library, for what is too small for the table: few, and not worth a table of their own.
Decimal shortest_subnormal(DoubleBits bits) noexcept {
  std::array<char, 32> text;  // d.dddde-xxx
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), std::bit_cast<double>(bits), std::chars_format::scientific)
          .ptr;
  Decimal decimal{0, 0};
  int places = 0;
  const char* at = text.data();
  for (bool behind_point = false; *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    decimal.digits = decimal.digits * 10 + static_cast<unsigned>(*at - '0');
    places += behind_point ? 1 : 0;
  }
  std::from_chars(at + 1, end, decimal.exponent);
  decimal.exponent -= places;
  return decimal;
}

}  // namespace

DoubleBits nearest_double(Decimal decimal) noexcept {
  static constexpr std::array kExactPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const int exponent = decimal.exponent;
  if (decimal.digits <= 2 * kHiddenBit && exponent >= -22 && exponent <= 22) {  // both exact: rounded once, so rightly
    const auto digits = static_cast<double>(static_cast<std::int64_t>(decimal.digits));
    const double power = kExactPowers[static_cast<std::size_t>(exponent < 0 ? -exponent : exponent)];
    return std::bit_cast<DoubleBits>(exponent < 0 ? digits / power : digits * power);
  }
  const auto nearest = fast_float::compute_float<fast_float::binary_format<double>>(exponent, decimal.digits);
  if (nearest.power2 < 0) return kUndecided;
  return nearest.mantissa | static_cast<std::uint64_t>(nearest.power2) << kFractionBits;
}

// As in Giulietti's paper, with its names in words. The double is c × 2^q; four times it, and four times the ends of
// the interval that rounds to it, are scaled by 10^-k so that the interval holds a few integers.
Decimal shortest_decimal(DoubleBits bits) noexcept {
  const std::uint64_t fraction = bits & (kHiddenBit - 1);
  const int biased = static_cast<int>(bits >> kFractionBits);
  const std::uint64_t c = biased == 0 ? fraction : fraction | kHiddenBit;
  const int q = biased == 0 ? kLeastExponent : biased - 1 + kLeastExponent;
  if (biased != 0 && q <= 0 && q >= -kFractionBits && (c & ((std::uint64_t{1} << -q) - 1)) == 0) return {c >> -q, 0};

  const bool below_is_nearer = fraction == 0 && biased > 1;
  const int k = (q * 1'262'611 - (below_is_nearer ? 524'031 : 0)) >> 22;  // floor(log10(2^q)), or of 3/4 of it
  if (-k > kGreatestPower) [[unlikely]]
    return shortest_subnormal(bits);
  const int shift = q + ((-k * 1'741'647) >> 19) + 1;  // floor(log2(10^-k))
  const Bits128 power = power_of_ten(-k);
  const std::uint64_t low = rounded_to_odd(power, (4 * c - 2 + (below_is_nearer ? 1 : 0)) << shift);
  const std::uint64_t value = rounded_to_odd(power, (4 * c) << shift);
  const std::uint64_t high = rounded_to_odd(power, (4 * c + 2) << shift);
  const std::uint64_t odd = c & 1;  // the ends belong to the interval where c is even
  const std::uint64_t least = low + odd, greatest = high - odd;

  const std::uint64_t integer = value / 4;
  if (integer >= 10) {  // a multiple of ten in the interval is shorter by a digit
    const std::uint64_t tens = integer / 10;
    const bool down = least <= 40 * tens;
    const bool up = 40 * tens + 40 <= greatest;
    if (down != up) return {tens + (up ? 1 : 0), k + 1};
  }
  const bool down = least <= 4 * integer;
  const bool up = 4 * integer + 4 <= greatest;
  if (down != up) return {integer + (up ? 1 : 0), k};
  const std::uint64_t half = 4 * integer + 2;
  return {integer + (value > half || (value == half && (integer & 1) != 0) ? 1 : 0), k};
}

char* write_decimal(Decimal decimal, char* out) noexcept {
  constexpr int kCountMax = 20;
  std::array<char, 2 * kCountMax> digits;  // read in steps of so many, from any of them on
  const auto count =
      static_cast<int>(std::to_chars(digits.data(), digits.data() + kCountMax, decimal.digits).ptr - digits.data());
  const int point = count + decimal.exponent;  // the specification's n: how many digits stand before the point
  const auto copy = [&digits](char* to, int from) { std::memcpy(to, digits.data() + from, kCountMax); };
  if (count <= point && point <= 21) {
    copy(out, 0);
    std::memset(out + count, '0', 21);
    return out + point;
  }
  if (0 < point && point <= 21) {
    copy(out, 0);
    out[point] = '.';
    copy(out + point + 1, point);
    return out + count + 1;
  }
  if (-6 < point && point <= 0) {
    std::memcpy(out, "0.000000", 8);
    copy(out + 2 - point, 0);
    return out + 2 - point + count;
  }
  *out++ = digits[0];
  if (count > 1) {
    *out++ = '.';
    copy(out, 1);
    out += count - 1;
  }
  const int exponent = point - 1;
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  return std::to_chars(out, out + 3, exponent < 0 ? -exponent : exponent).ptr;
}

}  // namespace planish::core::canonical
