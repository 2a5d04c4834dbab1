// ContentDecoder: what decoding may cost, how it is stopped and goes on, and that no usual body is refused for its
// cost.
#include <http/content_decoder.hpp>
#include <http/inflater.hpp>
#include <http/zstd_decoder.hpp>
#include <support/hostile_packing.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using Kind = ContentDecoder::Progress::Kind;

constexpr std::size_t kMax = std::size_t{1} << 20;

struct Outcome {
  std::string text;  // or the fault
  unsigned turns = 0;
  std::uint64_t spent = 0;  // as the turns were charged for it
};

Outcome decode(ContentDecoder& decoder, const std::vector<Coding>& codings, std::string_view encoded,
               std::size_t work) {
  Outcome outcome;
  decoder.hold(&decoder);
  EXPECT_FALSE(decoder.begin(codings, {}));
  ContentDecoder::Progress progress{Kind::more};
  while (progress.kind == Kind::more) {
    const std::vector<char> moved(encoded.begin(), encoded.end());
    std::size_t left = work;
    progress = decoder.go_on({moved.data(), moved.size()}, left);
    outcome.spent += work - left;
    ++outcome.turns;
  }
  decoder.release();
  if (progress.kind == Kind::done) {
    outcome.text = decoder.body().text();
  } else {
    outcome.text = progress.fault == Fault::costly_content_coding ? "costly"
                   : progress.fault == Fault::body_long           ? "too long"
                                                                  : "bad";
  }
  return outcome;
}

std::string events(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    text += R"({"event_type":"click","timestamp":)" + std::to_string(1'699'123'456'789 + i) + R"(,"payload":{"id":)" +
            std::to_string(i) + R"(,"data":"test-payload-)" + std::to_string(i * 7919) + "\"}},";
  }
  text.resize(bytes);
  return text;
}

// One coding's steps, with what they cost.
template <class Decoder>
double extra_per_byte(Decoder& decoder, std::string_view encoded, std::size_t expected) {
  std::vector<char> out(expected + kPadding);
  Decoding decoding{.encoded = encoded, .out = {out.data(), expected}};
  Decoding::Step step = Decoding::Step::more;
  double worst = 0;
  while (step == Decoding::Step::more) {
    step = decoder.step(decoding);
    const double beyond = static_cast<double>(decoding.extra) - static_cast<double>(kFreeWork);
    worst = std::max(worst, beyond / static_cast<double>(decoding.bytes()));
  }
  EXPECT_EQ(step, Decoding::Step::done);
  EXPECT_EQ(decoding.written, expected);
  return worst;
}

TEST(DecodingWork, IsDoneInTurnsThatChangeNothing) {
  ContentDecoder decoder(kMax);
  const std::string text = events(300'000);
  for (const auto& [codings, encoded] : {std::pair{std::vector{Coding::gzip}, test::gzip(text)},
                                         {std::vector{Coding::zstd}, test::zstd(text)},
                                         {std::vector{Coding::deflate}, test::zlib(text)},
                                         {std::vector{Coding::zstd, Coding::gzip}, test::gzip(test::zstd(text))},
                                         {std::vector{Coding::gzip, Coding::zstd}, test::zstd(test::gzip(text))}}) {
    EXPECT_EQ(decode(decoder, codings, encoded, kMax).text, text);
    const Outcome small = decode(decoder, codings, encoded, 1);  // a step a turn
    EXPECT_EQ(small.text, text);
    EXPECT_GE(small.turns, 4U);
    EXPECT_EQ(decode(decoder, codings, encoded, 50'000).text, text);
    for (const std::size_t cut : {encoded.size() / 2, encoded.size() - 1}) {
      EXPECT_EQ(decode(decoder, codings, encoded.substr(0, cut), 1).text, "bad");
    }
    EXPECT_EQ(decode(decoder, codings, encoded + "x", 1).text, "bad");
  }
}

TEST(DecodingWork, OfAStepIsBounded) {
  // The most that one step may do: a slice of each kind and a block with its tables, or a block of zstd's.
  constexpr std::size_t kStepMax = 2 * (std::size_t{128} << 10) + 4 * kZstdTableWork + kDeflateTablesWork + kMemberWork;
  ContentDecoder decoder(kMax);
  for (const auto& [coding, encoded] : {std::pair{Coding::gzip, test::gzip(events(kMax))},
                                        {Coding::zstd, test::zstd(events(kMax))},
                                        {Coding::gzip, test::gzip(std::string(kMax, '0'))},
                                        {Coding::zstd, test::zstd(std::string(kMax, '0'))},
                                        {Coding::zstd, test::zstd(events(kMax), 19)}}) {
    decoder.hold(&decoder);
    ASSERT_FALSE(decoder.begin({&coding, 1}, {}));
    ContentDecoder::Progress progress{Kind::more};
    while (progress.kind == Kind::more) {
      std::size_t work = kStepMax + 1;
      progress = decoder.go_on(encoded, work);
      EXPECT_TRUE(work == 0 || progress.kind == Kind::done);
      std::size_t one = 1;
      if (progress.kind == Kind::more) progress = decoder.go_on(encoded, one);
    }
    EXPECT_EQ(progress.kind, Kind::done);
    decoder.release();
  }
}

TEST(DecodingWork, BeyondAllMeasureIsRefused) {
  ContentDecoder decoder(kMax);
  EXPECT_EQ(decode(decoder, {Coding::gzip}, test::gzip_bomb(10), kMax).text, "");
  EXPECT_EQ(decode(decoder, {Coding::gzip}, test::gzip_bomb(1000), kMax).text, "costly");
  EXPECT_EQ(decode(decoder, {Coding::zstd}, test::zstd_bomb(5), kMax).text, "abcdefghefggggggggggggg");
  EXPECT_EQ(decode(decoder, {Coding::zstd}, test::zstd_bomb(1000), kMax).text, "costly");
  test::DeflateBits fixed;
  for (int i = 0; i < 20'000; ++i) fixed.put_fixed_block(i == 19'999);
  EXPECT_EQ(decode(decoder, {Coding::gzip}, test::gzip_of_nothing(fixed.bytes()), kMax).text, "costly");
  // Behind another coding, where the bomb is small, it is as costly.
  EXPECT_EQ(decode(decoder, {Coding::gzip, Coding::gzip}, test::gzip(test::gzip_bomb(90'000)), kMax).text, "costly");
  EXPECT_EQ(decode(decoder, {Coding::zstd, Coding::gzip}, test::gzip(test::zstd_bomb(50'000)), kMax).text, "costly");
}

TEST(DecodingWork, IsRefusedEarly) {
  ContentDecoder decoder(kMax);
  const Outcome outcome = decode(decoder, {Coding::gzip}, test::gzip_bomb(90'000), 10'000);
  EXPECT_EQ(outcome.text, "costly");
  EXPECT_LT(outcome.turns, 20U);  // 90 000 blocks would take 29 000 turns
}

TEST(DecodingWork, OfUsualBodiesIsFarFromTheLimit) {
  Inflater inflater;
  ZstdDecoder zstd;
  const std::string text = events(400'000);
  for (const int level : {1, 6, 9}) {
    inflater.begin(Inflater::Format::gzip);
    EXPECT_LT(extra_per_byte(inflater, test::deflated(text, 31, level), text.size()), 0.1);
    zstd.begin();
    EXPECT_LT(extra_per_byte(zstd, test::zstd(text, level), text.size()), 0.1);
  }
  // A client that flushes after each event, and one that saves memory.
  for (const std::size_t flush_each : {40U, 110U, 300U}) {
    inflater.begin(Inflater::Format::gzip);
    EXPECT_LT(extra_per_byte(inflater, test::deflated(text, 31, 6, 8, flush_each), text.size()), kExtraTimes);
    inflater.begin(Inflater::Format::gzip);
    EXPECT_LT(extra_per_byte(inflater, test::deflated(text, 31, 6, 8, flush_each, Z_FULL_FLUSH), text.size()),
              kExtraTimes);
  }
  inflater.begin(Inflater::Format::zlib);
  EXPECT_LT(extra_per_byte(inflater, test::deflated(text, 15, 1, 1), text.size()), kExtraTimes);
}

TEST(DecodingWork, CountsMembersOfNothing) {
  ContentDecoder decoder(kMax);
  std::string members;
  for (int i = 0; i < 1000; ++i) members += test::gzip("");
  EXPECT_EQ(decode(decoder, {Coding::gzip}, members, kMax).text, "");
  std::string frames;
  for (int i = 0; i < 1000; ++i) frames += test::zstd("");
  EXPECT_EQ(decode(decoder, {Coding::zstd}, frames, kMax).text, "");
}

TEST(DecodingWork, MayComeToItsBoundAndNotToAUnitMore) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{13}, 2 * kMax}) {
    Decoding decoding{.encoded = {}, .out = {}};
    decoding.read = bytes / 2;
    decoding.written = bytes - bytes / 2;
    decoding.extra = kFreeWork + kExtraTimes * bytes;
    EXPECT_FALSE(decoding.costly());
    EXPECT_EQ(decoding.work() + kStepExtraMax, decoding_work_max(bytes)) << "one step further, and it is refused";
    ++decoding.extra;
    EXPECT_TRUE(decoding.costly());
  }
}

std::string gzip_of_fixed_blocks(unsigned blocks) {
  return test::gzip_of_blocks(blocks, [](test::DeflateBits& to, bool last) { to.put_fixed_block(last); });
}

// Empty blocks of ten bits, behind the ten bytes of the member's head: the first so many that are too many.
TEST(DecodingWork, OfAStreamIsHeldToTheBoundByTheBlock) {
  const auto costs_more = [](unsigned blocks) {
    const std::uint64_t read = 10 + (blocks * 10 + 7) / 8;
    return blocks * kBlockWork > kFreeWork + kExtraTimes * read;
  };
  unsigned least = 1;
  while (!costs_more(least)) ++least;
  ContentDecoder decoder(kMax);
  // Of the last block nobody waits for the next: one more than are counted is still through.
  EXPECT_EQ(decode(decoder, {Coding::gzip}, gzip_of_fixed_blocks(least - 2), 1).text, "");
  EXPECT_EQ(decode(decoder, {Coding::gzip}, gzip_of_fixed_blocks(least + 2), 1).text, "costly");
}

// What blocks, tables, members and copies can be put together to.
std::string hostile_body(Coding coding, std::minstd_rand& random) {
  std::string out;
  const auto below = [&random](unsigned end) { return static_cast<unsigned>(random() % end); };
  const unsigned parts = 1 + below(6);
  for (unsigned i = 0; i < parts; ++i) {
    const unsigned count = 1U << below(12);
    switch (below(6) + (coding == Coding::zstd ? 6 : 0)) {
      case 0:
        out += test::gzip_bomb(count);
        break;
      case 1:
        out += gzip_of_fixed_blocks(count);
        break;
      case 2:
        out += test::gzip_of_blocks(count, test::put_stored_block);
        break;
      case 3:
        out += test::gzip_of_blocks(count, test::put_large_dynamic_block);
        break;
      case 4:
        out += test::repeated(test::gzip(""), count);
        break;
      case 5:
        out += test::gzip_of_matches(16 * count);
        break;
      case 6:
        out += test::zstd_bomb(count);
        break;
      case 7:
        out += test::zstd_of_blocks(test::zstd_block(0, ""), count);
        break;
      case 8:
        out += test::zstd_of_blocks(test::zstd_tree() + test::zstd_four_streams(), count);
        break;
      case 9:
        out += test::zstd_of_blocks(test::zstd_match(), count);
        break;
      case 10:
        out += test::repeated(test::zstd(""), count);
        break;
      default:
        out += test::zstd_of_blocks(test::zstd_matches(), 1 + count % 9);
        break;
    }
  }
  return out;
}

TEST(DecodingWork, OfTheWorstBodiesThatASearchFindsStaysBelowItsBound) {
  ContentDecoder decoder(kMax);
  std::minstd_rand random(7);
  double worst = 0;
  unsigned refused = 0;
  for (int i = 0; i < 400; ++i) {
    const Coding coding = i % 2 == 0 ? Coding::gzip : Coding::zstd;
    const std::string body = hostile_body(coding, random);
    const bool twice = i % 4 >= 2 && body.size() < kMax / 2;
    const std::string sent = twice ? test::gzip(body) : body;
    const std::vector<Coding> codings = twice ? std::vector{coding, Coding::gzip} : std::vector{coding};
    const Outcome outcome = decode(decoder, codings, sent, 1 + random() % (std::size_t{1} << 20));
    if (outcome.text == "costly") ++refused;
    // By each coding's bytes: what it may have read, and written.
    const std::uint64_t bound =
        twice ? decoding_work_max(sent.size() + body.size()) + decoding_work_max(body.size() + kMax)
              : decoding_work_max(sent.size() + kMax);
    EXPECT_LE(outcome.spent, bound);
    worst = std::max(worst, static_cast<double>(outcome.spent) / static_cast<double>(bound));
  }
  EXPECT_GT(refused, 50U) << "it looks for the dear ones";
  EXPECT_LT(worst, 1);
}

}  // namespace
}  // namespace planish::http
