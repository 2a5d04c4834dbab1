// ContentDecoder: what comes out, its exact limit, and everything that is no gzip, zlib or zstd.
#include <http/content_decoder.hpp>
#include <support/packing.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using test::gzip;
using test::zlib;
using test::zstd;
using Kind = ContentDecoder::Progress::Kind;

constexpr std::size_t kMax = 100'000;
constexpr std::size_t kAllWork = std::size_t{1} << 40;

// As a stream writes it: the length is not in the frame, the window may be far larger than the content.
std::string zstd_stream(std::string_view text, int window_log) {
  ZSTD_CCtx* const engine = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(engine, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(text.size()) + 100, '\0');
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    ZSTD_inBuffer from{text.data() + at, std::min<std::size_t>(1000, text.size() - at), 0};
    while (from.pos < from.size) ZSTD_compressStream2(engine, &to, &from, ZSTD_e_continue);
  }
  ZSTD_inBuffer none{nullptr, 0, 0};
  while (ZSTD_compressStream2(engine, &to, &none, ZSTD_e_end) != 0) {
  }
  ZSTD_freeCCtx(engine);
  out.resize(to.pos);
  return out;
}

std::string text_of(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += "{\"id\":" + std::to_string(i * 7919) + "}";
  text.resize(bytes);
  return text;
}

// The text, or the name of the fault. `work`: of a turn; the body moves between two.
std::string decode(ContentDecoder& decoder, const std::vector<Coding>& codings, std::string_view encoded,
                   std::size_t work = kAllWork, unsigned* turns = nullptr) {
  decoder.hold(&decoder);
  if (decoder.begin(codings, {})) return "?";
  ContentDecoder::Progress progress{Kind::more};
  while (progress.kind == Kind::more) {
    const std::vector<char> moved(encoded.begin(), encoded.end());  // of the exact size: reads beside it are seen
    std::size_t left = work;
    progress = decoder.go_on({moved.data(), moved.size()}, left);
    if (turns != nullptr) ++*turns;
  }
  decoder.release();
  if (progress.kind == Kind::fault) {
    if (progress.fault == Fault::costly_content_coding) return "costly";
    return progress.fault == Fault::body_long ? "too long" : progress.fault == Fault::bad_content_coding ? "bad" : "?";
  }
  const PaddedView body = decoder.body();
  for (std::size_t i = 0; i < kPadding; ++i) body.data()[body.size() + i] = '}';  // the padding is ours to write
  return std::string(body.text());
}
std::string decode(const std::vector<Coding>& codings, std::string_view encoded, std::size_t max = kMax) {
  ContentDecoder decoder(max);
  return decode(decoder, codings, encoded);
}

const std::string kText = text_of(5000);

TEST(ContentDecoder, TakesOffOneCoding) {
  EXPECT_EQ(decode({Coding::gzip}, gzip(kText)), kText);
  EXPECT_EQ(decode({Coding::zstd}, zstd(kText)), kText);
  EXPECT_EQ(decode({Coding::deflate}, zlib(kText)), kText);
}

TEST(ContentDecoder, TakesOffTheLastCodingFirst) {
  EXPECT_EQ(decode({Coding::gzip, Coding::zstd}, zstd(gzip(kText))), kText);
  EXPECT_EQ(decode({Coding::zstd, Coding::gzip}, gzip(zstd(kText))), kText);
  EXPECT_EQ(decode({Coding::gzip, Coding::gzip}, gzip(gzip(kText))), kText);
  EXPECT_EQ(decode({Coding::deflate, Coding::gzip}, gzip(zlib(kText))), kText);
  EXPECT_EQ(decode({Coding::zstd, Coding::gzip}, zstd(gzip(kText))), "bad");
}

TEST(ContentDecoder, JoinsMembersAndFrames) {
  const std::string a = kText.substr(0, 100);
  const std::string b = kText.substr(100);
  EXPECT_EQ(decode({Coding::gzip}, gzip(a) + gzip("") + gzip(b)), kText);
  EXPECT_EQ(decode({Coding::zstd}, zstd(a) + zstd("") + zstd(b)), kText);
  const std::string skippable("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
  const std::string empty_skippable("\x5F\x2A\x4D\x18\0\0\0\0", 8);
  EXPECT_EQ(decode({Coding::zstd}, skippable + zstd(a) + empty_skippable + zstd(b) + skippable), kText);
}

TEST(ContentDecoder, TakesAnythingThatHasNothingInIt) {
  EXPECT_EQ(decode({Coding::gzip}, gzip("")), "");
  EXPECT_EQ(decode({Coding::zstd}, zstd("")), "");
  EXPECT_EQ(decode({Coding::gzip}, ""), "bad");
  EXPECT_EQ(decode({Coding::zstd}, ""), "bad");
  EXPECT_EQ(decode({Coding::deflate}, zlib("")), "");
  EXPECT_EQ(decode({Coding::deflate}, ""), "bad");
}

TEST(ContentDecoder, LimitsWhatComesOutExactly) {
  const std::string full = text_of(kMax);
  const std::string over = text_of(kMax + 1);
  EXPECT_EQ(decode({Coding::gzip}, gzip(full)), full);
  EXPECT_EQ(decode({Coding::gzip}, gzip(over)), "too long");
  EXPECT_EQ(decode({Coding::gzip}, gzip(full) + gzip("")), full);
  EXPECT_EQ(decode({Coding::gzip}, gzip(full) + gzip("x")), "too long");
  EXPECT_EQ(decode({Coding::deflate}, zlib(full)), full);
  EXPECT_EQ(decode({Coding::deflate}, zlib(over)), "too long");
  for (const int level : {1, 3, 19}) {
    EXPECT_EQ(decode({Coding::zstd}, zstd(full, level)), full);
    EXPECT_EQ(decode({Coding::zstd}, zstd(over, level)), "too long");
    EXPECT_EQ(decode({Coding::zstd}, zstd(full, level) + zstd("")), full);
    EXPECT_EQ(decode({Coding::zstd}, zstd(full, level) + zstd("x")), "too long");
  }
  for (const std::size_t max : {1U, 2U, 31U, 64U, 1000U, 4999U}) {
    EXPECT_EQ(decode({Coding::gzip}, gzip(kText.substr(0, max)), max), kText.substr(0, max));
    EXPECT_EQ(decode({Coding::zstd}, zstd(kText.substr(0, max)), max), kText.substr(0, max));
    EXPECT_EQ(decode({Coding::gzip}, gzip(kText.substr(0, max + 1)), max), "too long");
    EXPECT_EQ(decode({Coding::zstd}, zstd(kText.substr(0, max + 1)), max), "too long");
  }
}

TEST(ContentDecoder, StopsBombs) {
  const std::string bomb(std::size_t{1} << 24, '\0');
  EXPECT_EQ(decode({Coding::gzip}, gzip(bomb)), "too long");
  EXPECT_EQ(decode({Coding::zstd}, zstd(bomb)), "too long");
  EXPECT_EQ(decode({Coding::zstd}, zstd_stream(bomb, 20)), "too long");
  // Between two codings the limit holds too.
  EXPECT_EQ(decode({Coding::gzip, Coding::gzip}, gzip(gzip(text_of(1'000'000)) + std::string(200'000, 'x'))),
            "too long");
}

TEST(ContentDecoder, NeedsNoMemoryForAWindow) {
  EXPECT_EQ(decode({Coding::zstd}, zstd_stream(kText, 27)), kText);
  EXPECT_EQ(decode({Coding::zstd}, zstd_stream(text_of(kMax), 10)), text_of(kMax));
  EXPECT_LT(ContentDecoder(1000).memory_bytes_max(), 400'000U);
}

TEST(ContentDecoder, RefusesEveryTruncation) {
  const std::string text = text_of(300);
  for (const auto& [coding, encoded] : {std::pair{Coding::gzip, gzip(text)}, std::pair{Coding::zstd, zstd(text)},
                                        std::pair{Coding::deflate, zlib(text)}}) {
    for (std::size_t size = 0; size < encoded.size(); ++size) {
      EXPECT_EQ(decode({coding}, encoded.substr(0, size), 1000), "bad") << size;
    }
  }
}

TEST(ContentDecoder, RefusesOtherBytesBehind) {
  using namespace std::string_literals;
  for (const std::string& behind :
       {"x"s, "\0"s, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "{}"s, "\x1f\x8b\x08"s, "\x28\xb5\x2f\xfd"s,
        "\x50\x2A\x4D\x18\xFF\xFF\xFF\xFF"s, "\x50\x2A\x4D\x18\x01\0\0\0"s}) {
    EXPECT_EQ(decode({Coding::gzip}, gzip(kText) + behind), "bad");
    EXPECT_EQ(decode({Coding::zstd}, zstd(kText) + behind), "bad");
    EXPECT_EQ(decode({Coding::deflate}, zlib(kText) + behind), "bad");
  }
}

TEST(ContentDecoder, NeverPassesOffACorruptBodyAsAnother) {
  const std::string text = text_of(300);
  const std::string encoded = gzip(text);
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    for (const char flip : {'\x01', '\x80'}) {
      std::string corrupt = encoded;
      corrupt[at] = static_cast<char>(corrupt[at] ^ flip);
      const std::string got = decode({Coding::gzip}, corrupt, 1000);
      // Some bits say nothing about the content: time, system and level in the head, those behind the last block.
      EXPECT_TRUE(got == "bad" || got == "too long" || got == text) << at;
    }
  }
}

TEST(ContentDecoder, HoldsEachMemberToItsCrcAndItsLength) {
  const std::string large = text_of(90'000);  // in several steps
  for (const std::string& first : {std::string(), kText, large}) {
    const std::string before = gzip(first), behind = gzip(kText);
    EXPECT_EQ(decode({Coding::gzip}, before + behind), first + kText);
    for (std::size_t byte = 1; byte <= 8; ++byte) {
      std::string wrong = before;
      wrong[wrong.size() - byte] = static_cast<char>(wrong[wrong.size() - byte] ^ 0x10);
      EXPECT_EQ(decode({Coding::gzip}, wrong), "bad") << byte;
      EXPECT_EQ(decode({Coding::gzip}, wrong + behind), "bad") << byte;
      EXPECT_EQ(decode({Coding::gzip}, behind + wrong), "bad") << byte;
    }
  }
}

TEST(ContentDecoder, HoldsAHeadToItsCrcWhereItHasOne) {
  // RFC 1952, section 2.3.1: FHCRC, the low half of the CRC-32 of what stands before it.
  using namespace std::string_literals;
  const std::string head = "\x1f\x8b\x08\x02\0\0\0\0\0\xff"s, crc = "\x90\xc9"s, behind = gzip(kText).substr(10);
  EXPECT_EQ(decode({Coding::gzip}, head + crc + behind), kText);
  EXPECT_EQ(decode({Coding::gzip}, head + "\x90\xc8"s + behind), "bad");
  EXPECT_EQ(decode({Coding::gzip}, gzip(kText) + head + "\x91\xc9"s + behind), "bad");
}

TEST(ContentDecoder, RefusesWhatIsNoRfc8878) {
  using namespace std::string_literals;
  EXPECT_EQ(decode({Coding::zstd}, "\x27\xb5\x2f\xfd\x04\x00\x01\x00\x00"s), "bad");  // an older format
  EXPECT_EQ(decode({Coding::zstd}, "\x1e\xb5\x2f\xfd\x04\x00\x01\x00\x00"s), "bad");
  // A frame that announces 256 bytes and ends with an empty block.
  EXPECT_EQ(decode({Coding::zstd}, "\x28\xb5\x2f\xfd\x60\0\0\x01\0\0"s), "bad");
  // A compressed block of no bytes, before a raw one of three.
  EXPECT_EQ(decode({Coding::zstd}, "\x28\xb5\x2f\xfd\0\x58\x04\0\0\x19\0\0abc"s), "bad");
  EXPECT_EQ(decode({Coding::zstd}, "\x28\xb5\x2f\xfd\0\x58\0\0\0\x19\0\0abc"s), "abc");
  EXPECT_EQ(decode({Coding::zstd}, gzip(kText)), "bad");
  EXPECT_EQ(decode({Coding::gzip}, zstd(kText)), "bad");
}

TEST(ContentDecoder, TakesDeflateAsRfc1950HasIt) {
  EXPECT_EQ(decode({Coding::deflate}, test::deflated(kText, -15)), "bad");  // RFC 1951 bare
  EXPECT_EQ(decode({Coding::deflate}, gzip(kText)), "bad");
  EXPECT_EQ(decode({Coding::gzip}, zlib(kText)), "bad");
  EXPECT_EQ(decode({Coding::deflate}, zlib(kText) + zlib(kText)), "bad");  // it has no members
  std::string with_dictionary = zlib(kText);
  with_dictionary.replace(0, 2, "\x78\xBB");  // the bit says so, the check is right
  EXPECT_EQ(decode({Coding::deflate}, with_dictionary), "bad");
}

TEST(ContentDecoder, IsAsGoodAfterAFaultAsBefore) {
  ContentDecoder decoder(kMax);
  for (const Coding coding : {Coding::gzip, Coding::zstd, Coding::deflate, Coding::gzip}) {
    const std::string good = coding == Coding::gzip ? gzip(kText) : coding == Coding::zstd ? zstd(kText) : zlib(kText);
    EXPECT_EQ(decode(decoder, {coding}, good.substr(0, 50)), "bad");
    EXPECT_EQ(decode(decoder, {coding}, good), kText);
  }
}

TEST(ContentDecoder, IsAsGoodAfterABodyThatWasGivenUp) {
  ContentDecoder decoder(kMax);
  const std::string text = text_of(kMax);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string coded = coding == Coding::gzip ? gzip(text) : zstd(text);
    decoder.hold(&decoder);
    ASSERT_FALSE(decoder.begin({&coding, 1}, {}));
    std::size_t work = 1;
    ASSERT_EQ(decoder.go_on(coded, work).kind, Kind::more);
    decoder.release();
    EXPECT_EQ(decode(decoder, {Coding::gzip}, gzip(kText)), kText);
    EXPECT_EQ(decode(decoder, {Coding::zstd}, zstd(kText)), kText);
  }
}

}  // namespace
}  // namespace planish::http
