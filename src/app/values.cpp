// Sizes, durations and numbers: parsed by hand, since no locale and no sign has a say in them.
#include <app/values.hpp>
#include <bytes/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <limits>

namespace planish::app {
namespace {

struct Unit {
  std::string_view name;  // lower case
  std::uint64_t factor;
};

constexpr std::array<Unit, 7> kSizes = {{{"gib", std::uint64_t{1} << 30},
                                         {"mib", std::uint64_t{1} << 20},
                                         {"kib", std::uint64_t{1} << 10},
                                         {"b", 1},
                                         {"kb", 1'000},
                                         {"mb", 1'000'000},
                                         {"gb", 1'000'000'000}}};
constexpr std::array<Unit, 4> kTimes = {{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};

using bytes::is_digit;
using bytes::lower;

// Splits "1.5 MiB" into its number and its unit, one blank between them allowed.
std::string_view take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  const std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  if (text.size() > 1 && text.front() == ' ') text.remove_prefix(1);
  return number;
}

template <std::size_t N>
std::optional<std::uint64_t> factor_of(const std::array<Unit, N>& units, std::string_view name, bool any_case) {
  for (const Unit& unit : units) {
    if (std::equal(name.begin(), name.end(), unit.name.begin(), unit.name.end(),
                   [any_case](char a, char b) { return (any_case ? lower(a) : a) == b; })) {
      return unit.factor;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) return std::nullopt;
  return a * b;
}

}  // namespace

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const auto number = parse_unsigned(take_number(text));
  const auto factor = text.empty() ? std::optional<std::uint64_t>{1} : factor_of(kSizes, text, true);
  if (!number || !factor) return std::nullopt;
  return multiply(*number, *factor);
}

std::string show_bytes(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 3> kNames = {"GiB", "MiB", "KiB"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::uint64_t factor = kSizes[i].factor;
    if (bytes != 0 && bytes % factor == 0) return fmt::format("{}{}", bytes / factor, kNames[i]);
  }
  return fmt::format("{}", bytes);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const std::string_view number = take_number(text);
  const auto factor = text.empty() ? std::optional<std::uint64_t>{1'000} : factor_of(kTimes, text, false);
  const std::size_t dot = number.find('.');
  const auto whole = parse_unsigned(number.substr(0, dot));
  if (!whole || !factor) return std::nullopt;
  auto ms = multiply(*whole, *factor);
  if (!ms || *ms > std::uint64_t{1} << 53) return std::nullopt;
  if (dot != std::string_view::npos) {
    const std::string_view digits = number.substr(dot + 1);
    if (digits.size() > 9 || !parse_unsigned(digits)) return std::nullopt;
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
    const std::uint64_t part = *parse_unsigned(digits) * *factor;
    if (part % scale != 0) return std::nullopt;
    *ms += part / scale;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
}

std::string show_duration(std::chrono::milliseconds duration) {
  const auto ms = duration.count();
  if (ms == 0) return "0";
  return ms % 1'000 == 0 ? fmt::format("{}s", ms / 1'000) : fmt::format("{}ms", ms);
}

std::optional<double> parse_share(std::string_view text) {
  constexpr std::size_t kShareBytesMax = 64;  // the shortest form of a double has 24
  std::string_view rest = text;
  const auto take_digits = [&rest] {
    const std::size_t before = rest.size();
    while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
    return rest.size() != before;
  };
  const auto take = [&rest](std::string_view any_of) {
    if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  };
  if (text.size() > kShareBytesMax || !take_digits()) return std::nullopt;
  if (take(".") && !take_digits()) return std::nullopt;
  if (take("eE")) {
    take("+-");
    if (!take_digits()) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  const double share = std::strtod(std::string(text).c_str(), nullptr);  // nothing here sets a locale
  // What has less than a double's full precision is none at all; not every C library reads it back.
  if (share < std::numeric_limits<double>::min()) return 0;
  return share <= 1 ? std::optional{share} : std::nullopt;
}

std::string show_share(double share) {
  std::string text = fmt::format("{}", share);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (!part.empty() && (part.front() == ' ' || part.front() == '\r')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\r')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  // A last line may end like the others, and there may be empty ones.
  if (separator == '\n' && parts.size() > 1) std::erase(parts, "");
  return parts;
}

std::string toml_string(std::string_view text) {
  static constexpr std::string_view kEscaped = "\"\\\b\t\n\f\r";
  static constexpr std::string_view kLetters = "\"\\btnfr";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t at = kEscaped.find(c); at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

}  // namespace planish::app
