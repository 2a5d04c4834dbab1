// Golden hashes, made with `xxhsum -H2`, `xxhsum -H3` and `sha256sum`. Changing one is a breaking change.
#include <core/hash.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {
namespace {

std::string hash(HashAlgorithm algorithm, std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  std::vector<char> out(kHashBytesMax);
  return std::string(out.data(), write_hash(algorithm, {exact.data(), exact.size()}, out.data()));
}

struct Golden {
  std::string text;
  const char* xxh3_128;
  const char* xxh3_64;
  const char* sha256;
};

const std::array kGolden = {
    Golden{"", "99aa06d3014798d86001c324468d497f", "2d06800538d394c2",
           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    Golden{R"(null)", "dc32537e27486e2c652e7b35ccc22eda", "b785b6ec423c44e1",
           "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"},
    Golden{R"(0)", "ce8f15881282a4001982e3a7bb241055", "1982e3a7bb241055",
           "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"},
    Golden{R"({})", "dc7048f8f8747f561349cde127705c16", "1349cde127705c16",
           "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
    Golden{R"({"a":1,"b":2})", "56f72e8b76d5e116a90671dc28ffddf3", "3ff4022eda96ecf8",
           "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"},
    Golden{R"({"a":2,"b":1})", "6e96b31968533d652605834fa898e304", "8683a16a20e8c404",
           "d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772"},
    Golden{R"({"a":"é","b":1})", "1492a4fcc05d911eeeb76a0630e572b7", "b0aee00fcb93de9d",
           "aa58fba8483623bed37c1b02edfccbdd9a53123837c20bfa4cb4049993a2872e"},
    Golden{R"({"data":"x","id":1})", "40df6114efd76a7e9488634f63daa4c8", "cbedb914d66b9a0c",
           "6849fcf4339ef4f2bda6ea0e0f1cb21f428a3ae1845444acd696199ad7a1d8fe"},
    Golden{std::string(64, 'x'), "445cabaf9820e986ac7d730b79ae9428", "269cb9f6acf81244",
           "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
    Golden{std::string(128, 'x'), "fd990d088a9365ae7813452547ab9912", "4ca37e83f6cddd17",
           "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
    Golden{std::string(129, 'x'), "e7f1abc92bce4135ae9ec8f29e5baa27", "e4f9742108fe27dc",
           "0ec9eb33e74510bcdd1f2ea55206e82f21649c5c2becbf2b433eb475b34c01bd"},
    Golden{std::string(240, 'x'), "bfede978870834bedf2b586ca80bb7aa", "3e16ca8a0c6ccb68",
           "718df6704d8a06104f8188195d17166c1276cffc91da8c756b925d29dcc60a71"},
    Golden{std::string(241, 'x'), "586c2f1b13edf30f14da9e5c301a6a1d", "14da9e5c301a6a1d",
           "7dbf05774ebc8b0213e8f74d789e344714ca95a03e019d92c8d48365045b7989"},
    Golden{std::string(1024, 'x'), "445dcf97d7880d62fc56a7ce85b3164a", "fc56a7ce85b3164a",
           "49abd65bbf7f7e40c7055093ed2e3fd75f2f602f2c5fcf955c213e3135eb03f7"},
    Golden{std::string(1025, 'x'), "ae69e0b3ccd9c7399cd2e05a61b8a761", "9cd2e05a61b8a761",
           "c6d8e9905300876046729949cc95c2385221270d389176f7234fe7ac00c4e430"},
    Golden{std::string(100000, 'x'), "0fe996a84987456bd8b99a30e426ac41", "d8b99a30e426ac41",
           "d69e68988157833272305aaf21f453c800346e8a3640db6578e260215542e5d4"},
};

TEST(Hash, AgreesWithXxhsumAndSha256sum) {
  for (const auto& [text, xxh3_128, xxh3_64, sha256] : kGolden) {
    EXPECT_EQ(hash(HashAlgorithm::xxh3_128, text), xxh3_128) << text;
    EXPECT_EQ(hash(HashAlgorithm::xxh3_64, text), xxh3_64) << text;
    EXPECT_EQ(hash(HashAlgorithm::sha256, text), sha256) << text;
  }
}

template <HashAlgorithm algorithm>
std::string hash_inlined(std::string_view text) {
  std::array<char, kHashBytesMax> out;
  return std::string(out.data(), write_hash<algorithm>(text, out.data()));
}

TEST(Hash, IsTheSameWhetherChosenAtCompileTimeOrAtRunTime) {
  std::string text;
  for (int i = 0; i < 300; ++i, text += static_cast<char>('!' + i % 90)) {
    ASSERT_EQ(hash(HashAlgorithm::xxh3_128, text), hash_inlined<HashAlgorithm::xxh3_128>(text));
    ASSERT_EQ(hash(HashAlgorithm::xxh3_64, text), hash_inlined<HashAlgorithm::xxh3_64>(text));
    ASSERT_EQ(hash(HashAlgorithm::sha256, text), hash_inlined<HashAlgorithm::sha256>(text));
    ASSERT_EQ(hash(HashAlgorithm::prefix8, text), hash_inlined<HashAlgorithm::prefix8>(text));
  }
}

TEST(Hash, WritesHexWithTheHighestDigitFirst) {
  std::array<char, 16> out;
  for (const auto& [value, digits] :
       {std::pair{0x0123456789abcdefu, "0123456789abcdef"}, std::pair{std::uint64_t{0}, "0000000000000000"},
        std::pair{0xfedcba9876543210u, "fedcba9876543210"}, std::pair{~std::uint64_t{0}, "ffffffffffffffff"}}) {
    write_hex(value, out.data());
    EXPECT_EQ(std::string(out.data(), out.size()), digits);
  }
}

TEST(Hash, TakesTheFirstEightCodePointsAsPrefix) {
  EXPECT_EQ(hash(HashAlgorithm::prefix8, ""), "");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "null"), "null");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "12345678"), "12345678");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "123456789"), "12345678");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, R"({"id":1,"data":"x"})"), R"({\"id\":1,)");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "1234567é9"), "1234567é");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "aé€😀aé€😀😀"), "aé€😀aé€😀");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "😀😀😀😀😀😀😀😀😀"), "😀😀😀😀😀😀😀😀");
}

TEST(Hash, EscapesThePrefixAsShortAsJsonAllows) {
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "{\n\t\"a\":1}"), R"({\n\t\"a\":1)");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, R"("\u001f")"), R"(\"\\u001f\")");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, "\b\f\r/\x7f"), "\\b\\f\\r/\x7f");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, std::string("\0\x01\x0b\x0e\x1f", 5)), R"(\u0000\u0001\u000b\u000e\u001f)");
  EXPECT_EQ(hash(HashAlgorithm::prefix8, std::string(9, '\x1f')).size(), 8 * 6u);
}

}  // namespace
}  // namespace planish::core
