// A form's data: which of the two it is, its first decoded byte says.
#include <http/form_data.hpp>
#include <http/percent.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace planish::http {
namespace {

constexpr std::string_view kData = "data=";

// RFC 4648, sections 4 and 5: both alphabets. 64: not of them.
constexpr std::array<std::uint8_t, 256> kSextets = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(64);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  table['-'] = 62;
  table['_'] = 63;
  return table;
}();

// In place. None: another byte, or a number of digits that no bytes have.
std::optional<std::size_t> decode_base64(std::span<char> text) noexcept {
  std::size_t size = text.size();
  while (size > 0 && text.size() - size < 2 && text[size - 1] == '=') --size;
  if (size % 4 == 1) return std::nullopt;
  std::size_t out = 0;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t sextet = kSextets[static_cast<unsigned char>(text[i])];
    if (sextet == 64) return std::nullopt;
    bits = bits << 6 | sextet;
    // Of four digits, the second to the last one complete a byte each.
    if (i % 4 != 0) text[out++] = static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xFF);
  }
  return out;
}

bool begins_json(char c) noexcept {
  return c == '{' || c == '[' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

bool is_form_data(std::string_view body) noexcept {
  return body.starts_with(kData);
}

std::optional<FormData> take_form_data(std::span<char> body) noexcept {
  const std::string_view text(body.data() + kData.size(), body.size() - kData.size());
  const std::string_view data = text.substr(0, text.find('&'));
  std::string_view other = text.substr(data.size());
  if (!other.empty()) other.remove_prefix(1);
  // Three bytes decode to as many where they are no escape.
  std::array<char, 3> first{};
  percent_decode(data.substr(0, first.size()), first.data(), Plus::as_blank);
  const bool json = begins_json(first[0]);
  const std::size_t decoded = percent_decode(data, body.data(), json ? Plus::as_blank : Plus::as_it_is);
  if (json) return FormData{decoded, other};
  const auto bytes = decode_base64(body.first(decoded));
  if (!bytes) return std::nullopt;
  return FormData{*bytes, other};
}

}  // namespace planish::http
