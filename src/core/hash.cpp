// The hashes that are too large to inline, and the switch over all of them.
#include <core/hash.hpp>

#include <core/escape.hpp>

namespace planish::core {
namespace {

constexpr std::size_t kPrefixCodePoints = 8;

constexpr bool continues_code_point(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// What stands for a byte, where that is one character or two; else the size is 0.
struct Short {
  char text[2];
  std::uint8_t size;
};
constexpr std::array<Short, 256> kShort = [] {
  std::array<Short, 256> table{};
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    char text[kEscapeBytesMax] = {};
    const std::size_t size = write_escaped(static_cast<char>(byte), text);
    if (size <= 2) table[byte] = {{text[0], text[1]}, static_cast<std::uint8_t>(size)};
  }
  return table;
}();

using Digest = std::array<std::uint8_t, kSha256Bytes>;

std::size_t write_digest(const Digest& digest, char* out) noexcept {
  for (std::size_t i = 0; i < digest.size(); i += 8, out += 16) {
    std::uint64_t word = 0;
    for (std::size_t j = 0; j < 8; ++j) word = word << 8 | digest[i + j];
    write_hex(word, out);
  }
  return 2 * kSha256Bytes;
}

std::size_t write_prefix8(std::string_view text, char* out) noexcept {
  std::size_t written = 0, code_points = 0;
  const std::string_view start = text.substr(0, kPrefixCodePoints);
  for (const char byte : start) {
    const Short& shortest = kShort[static_cast<unsigned char>(byte)];
    if (shortest.size == 0) break;
    std::memcpy(out + written, shortest.text, sizeof shortest.text);
    written += shortest.size;
    ++code_points;
  }
  if (code_points == start.size()) return written;
  // Longer escapes, or code points of several bytes.
  written = code_points = 0;
  for (const char byte : text) {
    if (!continues_code_point(byte) && ++code_points > kPrefixCodePoints) break;
    written += write_escaped(byte, out + written);
  }
  return written;
}

std::size_t write_sha256(std::string_view text, char* out) noexcept {
  Digest digest;
  sha256(text, digest);
  return write_digest(digest, out);
}

}  // namespace

void write_sha256_of_two(std::string_view a, std::string_view b, char* out) noexcept {
  Digest digest_a, digest_b;
  sha256_of_two(a, b, digest_a, digest_b);
  out += write_digest(digest_a, out);
  write_digest(digest_b, out);
}

std::size_t write_hash(HashAlgorithm algorithm, std::string_view text, char* out) noexcept {
  switch (algorithm) {
    case HashAlgorithm::xxh3_128:
      return write_hash<HashAlgorithm::xxh3_128>(text, out);
    case HashAlgorithm::xxh3_64:
      return write_hash<HashAlgorithm::xxh3_64>(text, out);
    case HashAlgorithm::sha256:
      return write_sha256(text, out);
    case HashAlgorithm::prefix8:
      return write_prefix8(text, out);
  }
  return 0;
}

}  // namespace planish::core

namespace planish {

std::string_view xxhash_version() noexcept {
  static const std::string version = std::to_string(XXH_VERSION_MAJOR) + '.' + std::to_string(XXH_VERSION_MINOR) + '.' +
                                     std::to_string(XXH_VERSION_RELEASE);
  return version;
}

}  // namespace planish
