// SHA-256 against the vectors of NIST (FIPS 180-4 examples, CAVP short messages).
#include <core/sha256.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace planish::core {
namespace {

using Digest = std::array<std::uint8_t, kSha256Bytes>;

std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    std::array<char, 3> digits;
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    text += digits.data();
  }
  return text;
}

std::string sha256_hex(std::string_view text) {
  Digest digest{}, portable{};
  sha256(text, digest);
  sha256_portable(text, portable);
  EXPECT_EQ(hex(digest), hex(portable)) << text.size() << " bytes";
  return hex(digest);
}

TEST(Sha256, AgreesWithTheVectorsOfNist) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_hex("\xd3"), "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
  EXPECT_EQ(sha256_hex("\x11\xaf"), "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
}

// Around each end of a block the padding takes another shape.
TEST(Sha256, AgreesWithItsPortableSelfAtEveryLength) {
  std::string text;
  for (int i = 0; i <= 300; ++i) {
    sha256_hex(text);
    text += static_cast<char>(i * 7 + 3);
  }
}

TEST(Sha256, OfTheDigestBehindABlockIsThatOfBothBlocks) {
  std::array<char, kSha256BlockBytes> inner, outer;
  inner.fill('i');
  outer.fill('o');
  const std::string_view first(inner.data(), inner.size()), second(outer.data(), outer.size());
  std::string text;
  for (int i = 0; i <= 200; ++i) {
    Digest digest{}, nested{};
    sha256_portable(std::string(first) + text, digest);
    const std::string within(digest.begin(), digest.end());
    sha256_nested(sha256_first(inner), text, sha256_first(outer), nested);
    EXPECT_EQ(hex(nested), sha256_hex(std::string(second) + within)) << text.size() << " bytes";
    text += static_cast<char>(i * 7 + 3);
  }
}

// Two texts at once: one of them may have whole blocks yet where the other is in its padding, or is done.
TEST(Sha256, OfTwoTextsIsThatOfEach) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7 + 3);
  for (std::size_t a = 0; a <= text.size(); ++a) {
    for (std::size_t b = 0; b <= text.size(); b += b < 200 ? 1 : 7) {
      const std::string_view one = std::string_view(text).substr(0, a), other = std::string_view(text).substr(300 - b);
      Digest digest_one{}, digest_other{}, wanted_one{}, wanted_other{};
      sha256_of_two(one, other, digest_one, digest_other);
      sha256_portable(one, wanted_one);
      sha256_portable(other, wanted_other);
      ASSERT_EQ(hex(digest_one), hex(wanted_one)) << a << " and " << b << " bytes";
      ASSERT_EQ(hex(digest_other), hex(wanted_other)) << a << " and " << b << " bytes";
    }
  }
}

// Each byte of the digest depends on all lengths up to 300: one vector for the lot, made with sha256sum.
TEST(Sha256, AgreesWithSha256sumAtEveryLengthUpTo300) {
  std::string all;
  for (std::size_t size = 0; size <= 300; ++size) all += sha256_hex(std::string(size, 'x')) + "\n";
  EXPECT_EQ(sha256_hex(all), "2d6f4be54b450621c221377a0ea2bdb03b75b57953a6eed41f55ec53e8a73ef7");
  std::string at_once;
  for (std::size_t size = 0; size <= 300; ++size) {
    Digest digest{}, other{};
    sha256_of_two(std::string(size, 'x'), std::string(300 - size, 'x'), digest, other);
    at_once += hex(digest) + "\n";
  }
  EXPECT_EQ(at_once, all);
}

}  // namespace
}  // namespace planish::core
