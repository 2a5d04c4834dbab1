// Exact decimals, digit by digit.
#include <core/contract/decimal.hpp>

#include <core/contract/text.hpp>
#include <core/tokens.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

constexpr std::size_t kExponentDigitsMax = 17;  // those of exponent_; what a number's size adds to it still fits
constexpr std::int64_t kFar = std::int64_t{1} << 60;

// The digits of a number, over its decimal point.
class Digits {
 public:
  explicit Digits(const char* at) noexcept : at_(at) {}
  unsigned next() noexcept {
    if (*at_ == '.') ++at_;
    return static_cast<unsigned>(*at_++ - '0');
  }

 private:
  const char* at_;
};

// a - b of two numbers without a sign; beyond ±kFar it says only that.
std::int64_t difference(std::string_view a, std::string_view b) noexcept {
  const std::size_t size = std::max(a.size(), b.size());
  std::int64_t result = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto digit = [&](std::string_view text) {
      const std::size_t missing = size - text.size();
      return i < missing ? 0 : text[i - missing] - '0';
    };
    result = result * 10 + (digit(a) - digit(b));
    // What follows takes away at most a tenth of it.
    if (result > kFar / 100) return kFar;
    if (result < -kFar / 100) return -kFar;
  }
  return result;
}

}  // namespace

Decimal::Decimal(std::string_view number) noexcept {
  const char* at = number.data();
  if (*at == '-') {
    negative_ = true;
    ++at;
  }
  const char* first = nullptr;  // digit that is not 0
  std::int64_t before_point = 0, place = 0, first_place = 0, last_place = 0;
  bool has_point = false;
  const char* const end = number.data() + number.size();
  for (; at != end && (is_digit(*at) || (*at == '.' && !has_point)); ++at) {
    if (*at == '.') {
      has_point = true;
      continue;
    }
    ++place;
    if (!has_point) before_point = place;
    if (*at == '0') continue;
    if (first == nullptr) {
      first = at;
      first_place = place;
    }
    last_place = place;
  }
  if (first == nullptr) {
    negative_ = false;
    return;
  }
  digits_ = first;
  size_ = static_cast<std::uint32_t>(last_place - first_place + 1);
  point_ = before_point - first_place + 1;
  if (at == end || (*at | 0x20) != 'e') return;
  ++at;
  const bool below_zero = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  while (at != end && *at == '0') ++at;
  const char* const begin = at;
  while (at != end && is_digit(*at)) {
    if (at - begin < std::ptrdiff_t{kExponentDigitsMax}) exponent_ = exponent_ * 10 + (*at - '0');
    ++at;
  }
  exponent_digits_ = {begin, static_cast<std::size_t>(at - begin)};
  is_long_ = exponent_digits_.size() > kExponentDigitsMax;
  if (is_long_) exponent_ = kFar;
  if (below_zero) exponent_ = -exponent_;
}

bool Decimal::is_integer() const noexcept {
  return is_zero() || last_power() >= 0;
}

int compare(const Decimal& a, const Decimal& b) noexcept {
  const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) < sign(b) ? -1 : 1;
  if (a.is_zero()) return 0;
  const int larger = sign(a);  // the answer where a's magnitude is the larger one
  std::int64_t apart = a.exponent_ - b.exponent_;
  if (a.is_long_ && b.is_long_ && (a.exponent_ < 0) == (b.exponent_ < 0)) {
    apart = difference(a.exponent_digits_, b.exponent_digits_);
    if (a.exponent_ < 0) apart = -apart;
  }
  apart += a.point_ - b.point_;
  if (apart != 0) return apart > 0 ? larger : -larger;
  Digits left(a.digits_), right(b.digits_);
  for (std::uint32_t i = std::min(a.size_, b.size_); i > 0; --i) {
    const unsigned x = left.next(), y = right.next();
    if (x != y) return x > y ? larger : -larger;
  }
  return a.size_ == b.size_ ? 0 : a.size_ > b.size_ ? larger : -larger;
}

std::uint64_t Decimal::hash() const noexcept {
  std::uint64_t hash = negative_ ? 2 : 1;
  if (is_zero()) return mix(hash, 0);
  if (!is_long_) hash = mix(hash, static_cast<std::uint64_t>(point_ + exponent_));
  Digits digits(digits_);
  for (std::uint32_t i = 0; i < size_;) {
    std::uint64_t word = 0;
    for (const std::uint32_t end = std::min(size_, i + 16); i < end; ++i) word = word << 4 | digits.next();
    hash = mix(hash, word);
  }
  return hash;
}

bool Decimal::to_unsigned(std::uint64_t max, std::uint64_t& value) const noexcept {
  value = 0;
  if (is_zero()) return true;
  if (negative_ || !is_integer() || point_ + exponent_ > 20) return false;
  Digits digits(digits_);
  for (std::int64_t i = 0; i < point_ + exponent_; ++i) {
    const std::uint64_t digit = i < std::int64_t{size_} ? digits.next() : 0;
    if (value > max / 10 || value * 10 > max - digit) return false;
    value = value * 10 + digit;
  }
  return true;
}

bool Divisor::set(const Decimal& divisor) noexcept {
  if (divisor.is_zero() || divisor.negative_ || divisor.is_long_ || divisor.size_ > kDigitsMax) return false;
  digits_ = 0;
  Digits digits(divisor.digits_);
  for (std::uint32_t i = 0; i < divisor.size_; ++i) digits_ = digits_ * 10 + digits.next();
  last_power_ = divisor.last_power();
  return true;
}

// number = N × 10^n and this = D × 10^d, where neither N nor D ends in 0. With n < d the quotient would have to have a
// factor 10 of N, which has none; else D has to divide N × 10^(n - d), and no power of 2 or 5 in D is above 63.
bool Divisor::divides(const Decimal& number) const noexcept {
  if (number.is_zero()) return true;
  const std::int64_t power = number.last_power() - last_power_;
  if (power < 0) return false;
  static_assert(kDigitsMax == 18);  // ten times a rest, and a digit, is below 2^64
  std::uint64_t rest = 0;
  Digits digits(number.digits_);
  for (std::uint32_t i = 0; i < number.size_; ++i) rest = (rest * 10 + digits.next()) % digits_;
  for (std::int64_t i = std::min<std::int64_t>(power, 63); i > 0; --i) rest = rest * 10 % digits_;
  return rest == 0;
}

}  // namespace planish::core::contract
