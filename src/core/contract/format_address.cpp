// Addresses of hosts and mailboxes.
#include <core/contract/characters.hpp>
#include <core/contract/format.hpp>
#include <core/contract/international_label.hpp>

namespace planish::core::contract {
namespace {

constexpr std::size_t kHostBytesMax = 253;  // RFC 1123, 2.1, and RFC 1035, 2.3.4 without its root
constexpr std::size_t kLabelBytesMax = 63;

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    if (!is_alphanumeric(c) && c != '-') return false;
  }
  return true;
}

// RFC 5322, 3.2.3
bool is_atext(char c) noexcept {
  return is_alphanumeric(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

// RFC 5321, 4.1.2: Quoted-string, with its quotes.
bool is_quoted(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] < ' ' || text[i] > '~' || text[i] == '"') return false;
    if (text[i] != '\\') continue;
    ++i;
    if (i + 1 == text.size() || text[i] < ' ' || text[i] > '~') return false;
  }
  return true;
}

bool is_dot_string(std::string_view text) noexcept {
  bool behind_dot = true;
  for (const char c : text) {
    if (c == '.' ? behind_dot : !is_atext(c)) return false;
    behind_dot = c == '.';
  }
  return !behind_dot;
}

// RFC 5321, 4.1.3, between the brackets.
bool is_address_literal(std::string_view text) noexcept {
  constexpr std::string_view kIpv6 = "IPv6:";
  return text.substr(0, kIpv6.size()) == kIpv6 ? is_ipv6(text.substr(kIpv6.size())) : is_ipv4(text);
}

}  // namespace

// RFC 2673, 3.2: four numbers up to 255, none with a zero before it.
std::size_t last_number_of_ipv4(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (unsigned number = 0;; ++number) {
    const char* const begin = at;
    if (at == end || !is_digit(*at)) return 0;
    auto value = static_cast<unsigned>(*at++ - '0');
    while (at != end && is_digit(*at)) {
      if (value == 0) return 0;
      value = value * 10 + static_cast<unsigned>(*at++ - '0');
      if (value > 255) return 0;
    }
    if (number == 3) return at == end ? static_cast<std::size_t>(begin - text.data()) : 0;
    if (at == end || *at++ != '.') return 0;
  }
}

bool is_ipv6(std::string_view text) noexcept {
  constexpr unsigned kPieces = 8;
  unsigned pieces = 0;
  bool gap = false;  // "::" was there
  if (text.substr(0, 2) == "::") {
    gap = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  for (;;) {
    if (pieces == kPieces) return false;
    const std::size_t colon = text.find(':');
    const std::string_view piece = text.substr(0, colon);
    if (colon == std::string_view::npos && piece.find('.') != std::string_view::npos) {
      return is_ipv4(piece) && (gap ? pieces + 2 < kPieces : pieces + 2 == kPieces);
    }
    if (piece.empty() || piece.size() > 4) return false;
    for (const char c : piece) {
      if (!is_hex_digit(c)) return false;
    }
    ++pieces;
    if (colon == std::string_view::npos) return gap ? pieces < kPieces : pieces == kPieces;
    text.remove_prefix(colon + 1);
    if (text.substr(0, 1) != ":") continue;
    if (gap) return false;
    gap = true;
    text.remove_prefix(1);
    if (text.empty()) return pieces < kPieces;
  }
}

bool is_hostname(std::string_view text) noexcept {
  if (text.empty() || text.size() > kHostBytesMax || text.back() == '.') return false;
  while (!text.empty()) {
    const std::string_view label = take_until(text, '.');
    if (!is_label(label)) return false;
    if (label.size() > 3 && label[2] == '-' && label[3] == '-' && (label[0] | 0x20) == 'x' &&
        (label[1] | 0x20) == 'n' && !is_a_label(label)) {
      return false;
    }
  }
  return true;
}

bool is_email(std::string_view text) noexcept {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  if (!is_dot_string(local) && !is_quoted(local)) return false;
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    return is_address_literal(domain.substr(1, domain.size() - 2));
  }
  return is_hostname(domain);
}

}  // namespace planish::core::contract
