// Decimal: a JSON number (RFC 8259, section 6) as the exact decimal that it spells. Never a double: 9007199254740993 is
// not 9007199254740992, and 4.35 is a multiple of 0.01.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core::contract {

// Views the number's own bytes, which must outlive it. All work is linear in those bytes, however large the exponent.
class Decimal {
 public:
  Decimal() = default;
  // `number` is a valid JSON number, or the beginning of a text that goes on after it.
  explicit Decimal(std::string_view number) noexcept;

  [[nodiscard]] bool is_zero() const noexcept { return size_ == 0; }
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  // Whether it has no fraction: 1.0 and 1e2 have none.
  [[nodiscard]] bool is_integer() const noexcept;

  friend int compare(const Decimal& a, const Decimal& b) noexcept;  // three-way

  // The same for equal numbers, however they are spelled.
  [[nodiscard]] std::uint64_t hash() const noexcept;

  // Where it is an integer in this range: its value. Else no.
  [[nodiscard]] bool to_unsigned(std::uint64_t max, std::uint64_t& value) const noexcept;

 private:
  friend class Divisor;

  // exponent_ where it is short; else what its sign says, by far.
  [[nodiscard]] std::int64_t exponent() const noexcept { return exponent_; }
  // The power of ten of the last significant digit.
  [[nodiscard]] std::int64_t last_power() const noexcept { return exponent() + point_ - std::int64_t{size_}; }

  // The value is 0.DIGITS × 10^(point_ + exponent), where the digits begin and end with one that is not 0. A decimal
  // point may stand among them.
  const char* digits_ = nullptr;
  std::uint32_t size_ = 0;  // digits; 0: the number is zero
  bool negative_ = false;
  bool is_long_ = false;              // the exponent has more digits than exponent_ holds
  std::int64_t point_ = 0;            // within the number's size
  std::int64_t exponent_ = 0;         // saturated
  std::string_view exponent_digits_;  // without leading zeros
};

[[nodiscard]] int compare(const Decimal& a, const Decimal& b) noexcept;

// What `multipleOf` divides by: a positive decimal of at most 18 significant digits.
class Divisor {
 public:
  static constexpr std::uint32_t kDigitsMax = 18;

  // False where it is not positive or has more digits.
  [[nodiscard]] bool set(const Decimal& divisor) noexcept;
  [[nodiscard]] bool divides(const Decimal& number) const noexcept;

 private:
  std::uint64_t digits_ = 1;
  std::int64_t last_power_ = 0;
};

}  // namespace planish::core::contract
