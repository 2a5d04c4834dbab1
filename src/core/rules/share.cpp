// Shares by SHA-256.
#include <core/rules/share.hpp>

#include <core/json_string.hpp>
#include <core/sha256.hpp>

#include <array>
#include <cstddef>

namespace planish::core::rules {

std::string_view decided_by(std::string_view user, std::string_view id, std::string_view event, char* room) noexcept {
  const auto is_there = [](std::string_view text) { return !text.empty() && text != "null"; };
  if (!is_there(user) && !is_there(id)) return event;
  std::string_view text = is_there(user) ? user : id;
  if (text[0] != '"') return text;
  text = text.substr(1, text.size() - 2);
  return text.find('\\') == text.npos ? text : std::string_view(room, unescape(text, room));
}

std::uint64_t share_hash(std::string_view text) noexcept {
  std::array<std::uint8_t, kSha256Bytes> digest;
  sha256(text, digest);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 8; ++i) hash = hash << 8 | digest[i];
  return hash;
}

std::uint64_t share_below(double share) noexcept {
  constexpr double kAllHashes = 18446744073709551616.0;  // 2^64, as far as a double holds it
  return static_cast<std::uint64_t>(share * kAllHashes);
}

}  // namespace planish::core::rules
