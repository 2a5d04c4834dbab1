// BodyFraming: where the content ends and what it is; the same however the bytes are cut.
#include <http/body_framing.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace planish::http {
namespace {

using Kind = BodyFraming::Result::Kind;

struct Outcome {
  Kind kind;
  std::optional<Fault> fault;
  std::string content;
  std::size_t read;
  bool operator==(const Outcome&) const = default;
};

constexpr std::size_t kMax = 1000;

// Gives the bytes in pieces of `step`, closed up in place behind each other as ServerConnection does.
Outcome take(BodyFraming framing, std::string_view input, std::size_t step, bool keep = true) {
  std::string buffer;
  std::size_t read = 0;
  Kind kind = framing.done() ? Kind::done : Kind::need_more;
  std::optional<Fault> fault;
  while (kind == Kind::need_more && read < input.size()) {
    const std::string_view piece = input.substr(read, step);
    const std::size_t from = buffer.size();
    buffer += piece;
    const auto result = framing.take({buffer.data() + from, piece.size()}, keep ? buffer.data() + from : nullptr, kMax);
    buffer.resize(from + result.written);
    read += result.read;
    kind = result.kind;
    if (kind == Kind::fault) fault = result.fault;
    EXPECT_TRUE(kind != Kind::need_more || result.read == piece.size());
  }
  EXPECT_TRUE(!keep || fault || framing.content_bytes() == buffer.size());
  return {kind, fault, buffer, read};
}

Outcome chunked(std::string_view input, std::size_t step = 1'000'000) {
  return take(BodyFraming::chunked(), input, step);
}

std::string chunks(std::string_view last = "0\r\n\r\n") {
  return "5\r\nhello\r\n1;a;b=c ; d = \"e\\\"\xe4 f\"\r\n \r\n00A\r\n0123456789\r\n" + std::string(last);
}

TEST(BodyFraming, ReadsALengthAndNothingBehindIt) {
  for (std::size_t step = 1; step < 9; ++step) {
    EXPECT_EQ(take(BodyFraming::length(5), "helloGET", step), (Outcome{Kind::done, std::nullopt, "hello", 5}));
  }
  EXPECT_EQ(take(BodyFraming::length(5), "hell", 1), (Outcome{Kind::need_more, std::nullopt, "hell", 4}));
  EXPECT_TRUE(BodyFraming::length(0).done());
  EXPECT_TRUE(BodyFraming().done());
}

TEST(BodyFraming, ReadsChunksOverEverySplit) {
  const std::string input = chunks("000;x\r\nTrailer: t\r\nOther:\r\n\r\n");
  const Outcome whole{Kind::done, std::nullopt, "hello 0123456789", input.size()};
  for (std::size_t step = 1; step <= input.size(); ++step) {
    EXPECT_EQ(chunked(input + "GET / HTTP/1.1", step), whole) << step;
    EXPECT_EQ(take(BodyFraming::chunked(), input + "GET", step, false),
              (Outcome{Kind::done, std::nullopt, "", input.size()}));
  }
  for (std::size_t cut = 0; cut < input.size(); ++cut) {
    EXPECT_EQ(chunked(input.substr(0, cut)).kind, Kind::need_more) << cut;
    EXPECT_EQ(chunked(input.substr(0, cut), 1).kind, Kind::need_more) << cut;
  }
}

TEST(BodyFraming, SaysTheSameAgain) {
  BodyFraming framing = BodyFraming::chunked();
  std::string input = "1\r\nx\r\n0\r\n\r\nrest";
  EXPECT_EQ(framing.take(input, input.data(), kMax).kind, Kind::done);
  const auto again = framing.take(input, input.data(), kMax);
  EXPECT_EQ(again.kind, Kind::done);
  EXPECT_EQ(again.read, 0U);
  BodyFraming failed = BodyFraming::chunked();
  input = "x";
  EXPECT_EQ(failed.take(input, input.data(), kMax).fault, Fault::bad_chunk);
  EXPECT_EQ(failed.take(input, input.data(), kMax).kind, Kind::fault);
}

// Each input ends with the byte that decides.
TEST(BodyFraming, RefusesAtTheByteThatDecides) {
  using namespace std::string_view_literals;
  constexpr std::string_view kBad[] = {
      "\r",
      "\n",
      ";",
      " ",
      "\t",
      "g",
      "-",
      "+",
      "0x",
      "5\n",
      "5\rx",
      "5\r\r",
      "5 \r",
      "5 5",
      "5\t\r",
      "5\0"sv,
      "5,",
      "5\"",
      "5;\r",
      "5;;",
      "5;=",
      "5;\"",
      "5;\n",
      "5;\x01",
      "5;\x80",
      "5;a\n",
      "5;a b",
      "5;a \r",
      "5;a=\r",
      "5;a=;",
      "5;a==",
      "5;a=\n",
      "5;a=b=",
      "5;a=b\"",
      "5;a=b \r",
      "5;a=b c",
      "5;a=\"\r",
      "5;a=\"\n",
      "5;a=\"\x7f",
      "5;a=\"\\\r",
      "5;a=\"\\\n",
      "5;a=\"b\"c",
      "5;a=\"b\"=",
      "5;a=\"b\" \r",
      "5;a=\"\0"sv,
      "1\r\nxy",
      "1\r\nx\n",
      "1\r\nx\ry",
      "1\r\nx\r\n\r",
      "1\r\nx\r\n\n",
      "0\rx",
      "0\n",
  };
  for (const std::string_view input : kBad) {
    const std::size_t before = input.size() - 1;
    EXPECT_EQ(chunked(input.substr(0, before), 1).kind, Kind::need_more) << input;
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{100}}) {
      const Outcome outcome = chunked(std::string(input) + "zzz", step);
      EXPECT_EQ(outcome.fault, Fault::bad_chunk) << input;
      EXPECT_EQ(outcome.read, before) << input;
    }
  }
}

TEST(BodyFraming, RefusesBadTrailers) {
  using namespace std::string_view_literals;
  for (const std::string_view trailer :
       {" a: b\r\n"sv, "\ta"sv, "a b"sv, "a : b"sv, ":"sv, "a\r\n"sv, "a: b\n"sv, "a: b\rc"sv, "a: b\r\n c"sv,
        "a: \x01"sv, "\n"sv, "\rx"sv, "a: b\r\n\n"sv, "a: \0"sv, "\xe4: b"sv}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
      EXPECT_EQ(chunked("0\r\n" + std::string(trailer) + "zz", step).fault, Fault::bad_trailer) << trailer;
    }
  }
}

TEST(BodyFraming, LimitsTheContentExactly) {
  const std::string half = "1f4\r\n" + std::string(500, 'x') + "\r\n";
  EXPECT_EQ(chunked(half + half + "0\r\n\r\n").content.size(), kMax);
  EXPECT_EQ(chunked("3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n", 1).kind, Kind::done);
  // Known from the size alone, at the digit that makes it too long.
  for (const std::size_t step : {std::size_t{1}, std::size_t{10'000}}) {
    const Outcome over = chunked("3e9", step);
    EXPECT_EQ(over.fault, Fault::body_long);
    EXPECT_EQ(over.read, 2U);
    EXPECT_EQ(chunked(half + half + "1", step).fault, Fault::body_long);
    EXPECT_EQ(chunked(half + "1f5\r\n", step).fault, Fault::body_long);
    EXPECT_EQ(chunked("ffffffffffffffffffffffff\r\n", step).fault, Fault::body_long);
    EXPECT_EQ(chunked("10000000000000000\r\n", step).fault, Fault::body_long);  // 2^64
    EXPECT_EQ(take(BodyFraming::chunked(), half + "1f5\r\n", step, false).fault, Fault::body_long);
  }
}

TEST(BodyFraming, LimitsTheChunkLine) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{100'000}}) {
    EXPECT_EQ(chunked("1;" + std::string(4094, 'a') + "\r\nx\r\n0\r\n\r\n", step).kind, Kind::done);
    EXPECT_EQ(chunked("1;" + std::string(4095, 'a') + "\r\nx\r\n0\r\n\r\n", step).fault, Fault::bad_chunk);
    EXPECT_EQ(chunked(std::string(4095, '0') + "1\r\nx\r\n0\r\n\r\n", step).kind, Kind::done);
    EXPECT_EQ(chunked(std::string(4096, '0') + "1\r\nx\r\n0\r\n\r\n", step).fault, Fault::bad_chunk);
    EXPECT_EQ(chunked("1;" + std::string(4094, 'a'), step).kind, Kind::need_more);
    EXPECT_EQ(chunked("1;" + std::string(4095, 'a'), step).read, 4096U);
  }
}

TEST(BodyFraming, LimitsTheExtensionsOfABodyTogether) {
  // 16 lines with 1024 bytes of extensions each, from the semicolon on.
  std::string full;
  for (int i = 0; i < 16; ++i) full += "1;" + std::string(1023, 'a') + "\r\nx\r\n";
  EXPECT_EQ(chunked(full + "0\r\n\r\n").kind, Kind::done);
  EXPECT_EQ(chunked(full + "0;").fault, Fault::bad_chunk);
  EXPECT_EQ(chunked(full + "0;", 1).fault, Fault::bad_chunk);
  EXPECT_EQ(chunked(full + "1 ").fault, Fault::bad_chunk);  // white space counts
}

TEST(BodyFraming, TakesDigitsBeyondAnyNumberForExtensions) {
  // 16 digits are anybody's, however many chunks there are: those who write sizes of a fixed width.
  std::string wide;
  for (int i = 0; i < 900; ++i) wide += "0000000000000001\r\nx\r\n";
  EXPECT_EQ(chunked(wide + "0\r\n\r\n").kind, Kind::done);
  // 16 times 1024 zeros too many.
  std::string full;
  for (int i = 0; i < 16; ++i) full += std::string(1024, '0') + "0000000000000001\r\nx\r\n";
  EXPECT_EQ(chunked(full + "0\r\n\r\n").kind, Kind::done);
  for (const std::size_t step : {std::size_t{1}, std::size_t{100'000}}) {
    EXPECT_EQ(chunked(full + std::string(16, '0') + "0", step).fault, Fault::bad_chunk);
    EXPECT_EQ(chunked(full + "0;", step).fault, Fault::bad_chunk);
  }
}

TEST(BodyFraming, LimitsTheTrailers) {
  const auto lines = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += "X: 1\r\n";
    return all;
  };
  // 8192 bytes of field lines, the empty line behind them not counted.
  const auto long_line = [](std::size_t bytes) { return "X: " + std::string(bytes - 5, 'y') + "\r\n"; };
  for (const std::size_t step : {std::size_t{1}, std::size_t{100'000}}) {
    EXPECT_EQ(chunked("0\r\n" + lines(100) + "\r\n", step).kind, Kind::done);
    EXPECT_EQ(chunked("0\r\n" + lines(101) + "\r\n", step).fault, Fault::bad_trailer);
    for (const std::size_t bytes : {8189U, 8190U, 8191U, 8192U})
      EXPECT_EQ(chunked("0\r\n" + long_line(bytes) + "\r\nrest", step),
                (Outcome{Kind::done, std::nullopt, "", bytes + 5}));
    EXPECT_EQ(chunked("0\r\n" + long_line(8191) + "\ry", step).fault, Fault::bad_trailer);
    EXPECT_EQ(chunked("0\r\n" + long_line(8192) + "Y", step).fault, Fault::bad_trailer);
    EXPECT_EQ(chunked("0\r\n" + long_line(8192) + "\ry", step).fault, Fault::bad_trailer);
    EXPECT_EQ(chunked("0\r\n" + long_line(8193) + "\r\n", step).fault, Fault::bad_trailer);
  }
}

}  // namespace
}  // namespace planish::http
