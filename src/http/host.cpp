// Host: registered names, IPv4 (which is one of them to the grammar), and IP literals in brackets.
#include <bytes/ascii.hpp>
#include <http/field_value.hpp>
#include <http/host.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace planish::http {
namespace {

using bytes::is_digit;

// unreserved / sub-delims (RFC 3986, section 2), but for the comma: to a peer that joins fields it is two hosts.
constexpr std::array<bool, 256> kNameCharacters = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("-._~!$&'()*+;=")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_name_character(char c) noexcept {
  return kNameCharacters[static_cast<unsigned char>(c)];
}

bool reg_name_valid(std::string_view name) noexcept {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (is_name_character(name[i])) continue;
    if (name[i] != '%' || name.size() - i < 3 || !bytes::is_hex_digit(name[i + 1]) || !bytes::is_hex_digit(name[i + 2]))
      return false;
    i += 2;
  }
  return true;
}

// dec-octet "." dec-octet "." dec-octet "." dec-octet
bool ipv4_valid(std::string_view text) noexcept {
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t size = std::min(text.find('.'), text.size());
    const std::string_view digits = text.substr(0, size);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
    if (digits.size() == 3 && digits > "255") return false;
    if ((octet < 3) != (size < text.size())) return false;
    text.remove_prefix(octet < 3 ? size + 1 : size);
  }
  return true;
}

// Eight groups of 16 bits; "::" once stands for one or more of them; the last two may be an IPv4 address.
bool ipv6_valid(std::string_view text) noexcept {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, size);
    if (size == text.size() && group.find('.') != std::string_view::npos) {
      if (!ipv4_valid(group)) return false;
      groups += 2;
      break;
    }
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), bytes::is_hex_digit))
      return false;
    ++groups;
    text.remove_prefix(size);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.empty()) return false;  // a colon at the end
    if (text[0] != ':') continue;
    if (gap) return false;
    gap = true;
    text.remove_prefix(1);
  }
  return gap ? groups <= 7 : groups == 8;
}

// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool ip_future_valid(std::string_view text) noexcept {
  const std::size_t dot = text.find('.');
  if (text.empty() || lower(text[0]) != 'v' || dot == std::string_view::npos || dot < 2 || dot + 1 == text.size())
    return false;
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(dot), bytes::is_hex_digit) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1, text.end(),
                     [](char c) { return is_name_character(c) || c == ':'; });
}

// [ ":" *DIGIT ]
bool port_valid(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text[0] != ':') return false;
  unsigned port = 0;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535) return false;
  }
  return true;
}

}  // namespace

bool authority_valid(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    return (ipv6_valid(address) || ip_future_valid(address)) && port_valid(text.substr(end + 1));
  }
  const std::size_t end = std::min(text.find(':'), text.size());
  return end > 0 && reg_name_valid(text.substr(0, end)) && port_valid(text.substr(end));
}

bool host_valid(std::string_view text) noexcept {
  return text.empty() || authority_valid(text);
}

}  // namespace planish::http
