// Sixteen bytes at once, by whatever the machine has and by words, against one at a time.
#include <core/canonical/byte_mask.hpp>
#include <core/canonical/copy_run.hpp>
#include <core/canonical/source.hpp>
#include <planish/padded_view.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <string>

namespace planish::core::canonical {
namespace {

template <typename Is>
std::uint32_t one_by_one(const std::array<char, 16>& bytes, Is is) {
  std::uint32_t mask = kNoneOfSixteen;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (is(bytes[i])) mask |= 1U << i;
  }
  return mask;
}

void expect_masks(const std::array<char, 16>& bytes) {
  const std::uint32_t others = one_by_one(bytes, [](char c) { return c < '0' || c > '9'; });
  EXPECT_EQ(other_than_digits(bytes.data()), others);
  EXPECT_EQ(by_words::other_than_digits(bytes.data()), others);
  for (const char byte : {'\\', '"', '\0', '\x80', '\xFF'}) {
    const std::uint32_t equal = one_by_one(bytes, [byte](char c) { return c == byte; });
    EXPECT_EQ(equal_to(bytes.data(), byte), equal);
    EXPECT_EQ(by_words::equal_to(bytes.data(), byte), equal);
  }
}

TEST(ByteMask, HasABitForEachByteThatIsMeant) {
  std::array<char, 16> bytes{};
  for (unsigned value = 0; value < 256; ++value) {
    for (std::size_t place = 0; place < bytes.size(); ++place) {
      bytes.fill(value % 2 == 0 ? '7' : '\\');
      bytes[place] = static_cast<char>(value);
      expect_masks(bytes);
    }
  }
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    for (char& byte : bytes) byte = random() % 2 == 0 ? "0129/:\\]["[random() % 9] : static_cast<char>(random());
    expect_masks(bytes);
  }
}

TEST(ByteMask, HasABitForEachByteThatDiffers) {
  std::mt19937_64 random(2);
  std::array<char, 16> a{}, b{};
  for (int round = 0; round < 5000; ++round) {
    std::uint32_t wanted = kNoneOfSixteen;
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = static_cast<char>(random());
      b[i] = random() % 2 == 0 ? a[i] : static_cast<char>(a[i] ^ (1 << random() % 8));
      if (a[i] != b[i]) wanted |= 1U << i;
    }
    EXPECT_EQ(different(a.data(), b.data()), wanted);
    EXPECT_EQ(by_words::different(a.data(), b.data()), wanted);
  }
}

TEST(ByteMask, FindsTheEndOfAnyNumberOfDigits) {
  for (std::size_t count = 0; count < 70; ++count) {
    const std::string text = std::string(count, '5') + "." + std::string(20, '5');
    EXPECT_EQ(skip_digits_at(text.data()), text.data() + count);
  }
}

// Far away, near, at each place of a step, and none at all; what stands behind the text does not count.
TEST(Source, FindsEachBackslash) {
  for (std::size_t size = 0; size < 1200; size += size < 330 ? 1 : 7) {
    std::string text(size + kPadding, 'x');
    text[size] = '\\';
    EXPECT_EQ(Source({text.data(), size}).backslash(), Source::kNowhere);
    for (std::size_t place = size < 30 || size > 1190 ? 0 : size - 30; place < size; ++place) {
      text[place] = '\\';
      Source source({text.data(), size});
      EXPECT_EQ(source.backslash(), place);
      source.pass_to(static_cast<std::uint32_t>(place));
      EXPECT_EQ(source.backslash(), place);
      source.pass_to(static_cast<std::uint32_t>(place + 1));
      EXPECT_EQ(source.backslash(), Source::kNowhere);
      text[place] = 'x';
    }
  }
}

TEST(CopyRun, CopiesEverySizeAndKeepsToItsSlack) {
  for (std::uint32_t size = 0; size < 600; ++size) {
    std::string from(size + kRunSlack, '\0');
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<char>('a' + i % 23);
    std::string to(size + kRunSlack + 1, '#');
    copy_run(to.data(), from.data(), size);
    EXPECT_EQ(to.substr(0, size), from.substr(0, size));
    EXPECT_EQ(to.back(), '#');
  }
}

}  // namespace
}  // namespace planish::core::canonical
