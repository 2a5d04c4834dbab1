// /proc/self/stat, whose second field may hold anything.
#include <app/process_sample.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::app {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kStat =
    "7 (a) (b 1) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0 12345 1048576 300 18446744073709551615 1\n";

TEST(ProcessSample, FieldsAreCountedFromTheLastParenthesis) {
  const auto sample = parse_stat(kStat, "1000", {.ticks_per_second = 100, .page_bytes = 4096});
  EXPECT_EQ(sample.cpu, std::chrono::seconds{3});
  EXPECT_EQ(sample.started_at, milliseconds{1'000'000 + 123'450});
  EXPECT_EQ(sample.virtual_bytes, 1048576U);
  EXPECT_EQ(sample.resident_bytes, 300U * 4096U);
}

TEST(ProcessSample, EveryTruncationIsRead) {
  for (std::size_t n = 0; n < kStat.size(); ++n) {
    const auto sample = parse_stat(kStat.substr(0, n), "x", {});
    EXPECT_LE(sample.cpu, std::chrono::seconds{3});
  }
}

TEST(ProcessSample, ThisProcessHasMemoryAndDescriptors) {
  const auto sample = ProcessSampler{}.sample(std::chrono::nanoseconds{0});
  EXPECT_GT(sample.resident_bytes, 100'000U);
  EXPECT_GE(sample.virtual_bytes, sample.resident_bytes);
  EXPECT_GE(sample.open_descriptors, 1U);
  EXPECT_GE(sample.descriptors_max, sample.open_descriptors);
  EXPECT_GT(sample.started_at, milliseconds{1'500'000'000'000});
}

TEST(ProcessSample, CountsDescriptorsOnceASecondAtMost) {
  ProcessSampler sampler;
  const std::uint64_t before = sampler.sample(milliseconds{0}).open_descriptors;
  const int descriptor = ::dup(0);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(sampler.sample(milliseconds{999}).open_descriptors, before);
  EXPECT_EQ(sampler.sample(milliseconds{1000}).open_descriptors, before + 1);
  ::close(descriptor);
  EXPECT_EQ(sampler.sample(milliseconds{1999}).open_descriptors, before + 1);
  EXPECT_EQ(sampler.sample(milliseconds{2000}).open_descriptors, before);
}

}  // namespace
}  // namespace planish::app
