// Decoders: which bodies are small, and that these cost no more than a turn has, whatever they are.
#include <http/decoders.hpp>
#include <support/hostile_packing.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using Kind = ContentDecoder::Progress::Kind;
using test::gzip;
using test::zstd;

constexpr std::size_t kMax = std::size_t{1} << 20;

// "large": not at once.
struct Outcome {
  std::string text;
  std::size_t spent = 0;
};

Outcome at_once(Decoders& decoders, const std::vector<Coding>& codings, std::string_view encoded) {
  const std::vector<char> exact(encoded.begin(), encoded.end());  // reads beside it are seen
  Budget budget{.decoding = kMax << 4};
  const auto progress = decoders.decode_at_once(codings, {exact.data(), exact.size()}, budget);
  const std::size_t spent = (kMax << 4) - budget.decoding;
  EXPECT_FALSE(decoders.at_once().held()) << "never longer than for a turn";
  if (!progress) return {"large", spent};
  if (progress->kind == Kind::done) return {std::string(decoders.at_once().body().text()), spent};
  const bool costly = progress->fault == Fault::costly_content_coding;
  return {costly ? "costly" : progress->fault == Fault::body_long ? "too long" : "bad", spent};
}
std::string at_once(const std::vector<Coding>& codings, std::string_view encoded, std::size_t max = kMax) {
  Decoders decoders(max);
  return at_once(decoders, codings, encoded).text;
}

TEST(Decoders, DecodeSmallBodiesAtOnce) {
  const std::string text = R"({"user_id":1,"events":[]})";
  EXPECT_EQ(at_once({Coding::gzip}, gzip(text)), text);
  EXPECT_EQ(at_once({Coding::zstd}, zstd(text)), text);
  EXPECT_EQ(at_once({Coding::deflate}, test::zlib(text)), text);
  EXPECT_EQ(at_once({Coding::gzip}, ""), "bad");
  EXPECT_EQ(at_once({Coding::gzip}, "abc"), "large") << "what would be its length is that of a large one";
  EXPECT_EQ(at_once({Coding::zstd}, ""), "bad");
  EXPECT_EQ(at_once({Coding::zstd}, "abc"), "bad");
  EXPECT_EQ(at_once({Coding::gzip, Coding::gzip}, gzip(gzip(text))), "large");
}

TEST(Decoders, TakeForSmallWhatSaysThatItIs) {
  for (const std::size_t bytes : {kSmallDecodedMax, kSmallDecodedMax + 1}) {
    const std::string text(bytes, ' ');
    const std::string expected = bytes == kSmallDecodedMax ? text : "large";
    EXPECT_EQ(at_once({Coding::gzip}, gzip(text)), expected);
    EXPECT_EQ(at_once({Coding::zstd}, zstd(text)), expected);
  }
  for (const std::size_t bytes : {kSmallEncodedMax, kSmallEncodedMax + 1}) {
    // A stored block: 18 bytes around it and 5 before it. The length of a zstd frame of one block stands in its head.
    const std::string noise = test::noise(bytes - 23);
    const std::string packed = test::deflated(noise, 31, 0);
    ASSERT_EQ(packed.size(), bytes);
    EXPECT_EQ(at_once({Coding::gzip}, packed), bytes == kSmallEncodedMax ? noise : "large");
  }
}

TEST(Decoders, JudgeWhatSaysNothingByItsBytes) {
  for (const std::size_t bytes : {kSmallDecodedMax / kUsualRatioMax, kSmallDecodedMax / kUsualRatioMax + 1}) {
    const std::string noise = test::noise(bytes - 11);  // stored: 6 bytes around it and 5 before it
    const std::string packed = test::deflated(noise, 15, 0);
    ASSERT_EQ(packed.size(), bytes);
    const bool small = bytes == kSmallDecodedMax / kUsualRatioMax;
    EXPECT_EQ(at_once({Coding::deflate}, packed), small ? noise : "large");
    // A frame of a window, whose head has no length, and one raw block.
    const std::string of_frame = test::noise(bytes - 9);
    const std::string frame = std::string("\x28\xb5\x2f\xfd\0\x58", 6) + test::zstd_block(0, of_frame, true);
    ASSERT_EQ(frame.size(), bytes);
    EXPECT_EQ(at_once({Coding::zstd}, frame), small ? of_frame : "large");
  }
}

// The last member's length is all that gzip says, and the first frame's all that is looked at.
TEST(Decoders, LeaveToTheOtherWhatIsLongerThanItSays) {
  const std::string most(kSmallDecodedMax, 'a');
  for (const auto& [coding, pack] :
       {std::pair{Coding::gzip, &gzip}, std::pair{Coding::zstd, +[](std::string_view text) { return zstd(text); }}}) {
    EXPECT_EQ(at_once({coding}, pack(most) + pack("")), most);
    Decoders decoders(kMax);
    const std::string more = pack("") + pack(most) + pack("b") + pack("");
    const Outcome outcome = at_once(decoders, {coding}, more);
    EXPECT_EQ(outcome.text, "large");
    EXPECT_LE(outcome.spent, kSmallWorkMax);
    Budget budget;
    decoders.in_turns().hold(&decoders);
    EXPECT_EQ(decoders.decode_in_turns({&coding, 1}, more, {}, budget).kind, Kind::done);
    EXPECT_EQ(decoders.in_turns().body().text(), most + "b");
    // Where the limit is smaller than that of small bodies there is nothing to leave.
    EXPECT_EQ(at_once({coding}, pack(most), kSmallDecodedMax), most);
    EXPECT_EQ(at_once({coding}, pack(most) + pack("b") + pack(""), kSmallDecodedMax), "too long");
    EXPECT_EQ(at_once({coding}, pack(std::string(101, 'a')), 100), "too long");
  }
}

// What costs most by the byte, in bodies of the largest size that is small.
TEST(Decoders, SpendOnASmallBodyWhatATurnHasAtMost) {
  Decoders decoders(kMax);
  std::minstd_rand random(7);
  std::size_t most = 0;
  const auto spend = [&](Coding coding, std::string body) {
    ASSERT_LE(body.size(), kSmallEncodedMax);
    const Outcome outcome = at_once(decoders, {coding}, body);
    EXPECT_LE(outcome.spent, kSmallWorkMax);
    most = std::max(most, outcome.spent);
  };
  const std::string full(kSmallDecodedMax, 'a');
  const std::string half = gzip(std::string(kSmallDecodedMax / 2, 'a'));
  for (unsigned blocks = 1; blocks < 1400; blocks += 1 + static_cast<unsigned>(random() % 40)) {
    spend(Coding::gzip, test::gzip_bomb(blocks));
    spend(Coding::gzip, gzip(full) + test::gzip_bomb(blocks));
    spend(Coding::gzip, half + test::gzip_bomb(blocks) + half);
    spend(Coding::gzip, half + test::repeated(gzip(""), std::min(blocks, 700U)) + half);
  }
  const std::string frames = zstd(full);
  for (unsigned blocks = 1; blocks < 800; blocks += 1 + static_cast<unsigned>(random() % 40)) {
    spend(Coding::zstd, test::zstd_bomb(blocks));
    spend(Coding::zstd, frames + test::zstd_bomb(blocks));
    spend(Coding::zstd, frames + test::repeated(zstd(""), blocks));
  }
  EXPECT_GT(most, kSmallWorkMax / 2) << "it looks for the dear ones";
}

TEST(Decoders, SayHowMuchMemoryBothMayComeToUse) {
  const std::size_t small = Decoders(1000).memory_bytes_max(), large = Decoders(kMax).memory_bytes_max();
  EXPECT_GT(small, ContentDecoder(1000).memory_bytes_max());
  EXPECT_EQ(large - small, 2 * (kMax - 1000) + 2 * (kSmallDecodedMax - 1000));
}

}  // namespace
}  // namespace planish::http
