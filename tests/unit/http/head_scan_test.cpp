// HeadScan: which bytes are a head; the same however they are cut.
#include <http/head_scan.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace planish::http {
namespace {

using Kind = HeadScan::Result::Kind;

struct Outcome {
  Kind kind;
  std::optional<Fault> fault;
  std::size_t bytes;  // of the head, or how many of the input had been seen when the fault was told
  bool operator==(const Outcome&) const = default;
};

// As far as it goes, past all fields.
HeadScan::Result scan_on(HeadScan& scan, std::string_view input, const Limits& limits = {}) {
  for (;;) {
    const HeadScan::Result result = scan.next(input, limits);
    if (result.kind != Kind::field) return result;
  }
}

// Offers the input in pieces of `step` bytes, as a connection would: all so far, each time.
Outcome scan(std::string_view input, std::size_t step, const Limits& limits = {}) {
  HeadScan scan;
  for (std::size_t seen = 0;;) {
    seen = std::min(seen + step, input.size());
    const HeadScan::Result result = scan_on(scan, input.substr(0, seen), limits);
    if (result.kind == Kind::done) return {result.kind, std::nullopt, result.head_bytes};
    if (result.kind == Kind::fault) return {result.kind, result.fault, step == 1 ? seen : 0};
    if (seen == input.size()) return {result.kind, std::nullopt, 0};
  }
}

Outcome scan_at_once(std::string_view input, const Limits& limits = {}) {
  return scan(input, input.size() + 1, limits);
}

constexpr std::string_view kHead =
    "POST /a?b=c HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nX-Empty:\r\nX-Text: \xe4\xff \t.\r\n"
    "Content-Type: application/json\r\nContent-Length: 9416\r\n\r\n";

std::string head_of_bytes(std::size_t bytes) {
  const std::string front = "GET / HTTP/1.1\r\nX: ";
  return front + std::string(bytes - front.size() - 4, 'y') + "\r\n\r\n";
}

std::string line_of_bytes(std::size_t bytes) {
  const std::string front = "GET /";
  return front + std::string(bytes - front.size() - 9, 'q') + " HTTP/1.1";
}

std::string head_of_fields(unsigned fields) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (unsigned i = 0; i < fields; ++i) head += "X: 1\r\n";
  return head + "\r\n";
}

TEST(HeadScan, FindsTheEndWhateverStandsBehind) {
  const std::string input = std::string(kHead) + "{\"a\":1}GET / HTTP/1.1\r\n";
  EXPECT_EQ(scan_at_once(input), (Outcome{Kind::done, std::nullopt, kHead.size()}));
}

TEST(HeadScan, SaysTheSameOverEverySplit) {
  for (std::size_t step = 1; step <= kHead.size(); ++step) {
    EXPECT_EQ(scan(kHead, step), (Outcome{Kind::done, std::nullopt, kHead.size()})) << step;
  }
  for (std::size_t cut = 0; cut < kHead.size(); ++cut) {
    HeadScan scan;
    EXPECT_EQ(scan_on(scan, kHead.substr(0, cut)).kind, Kind::need_more) << cut;
    EXPECT_EQ(scan_on(scan, kHead).head_bytes, kHead.size()) << cut;
  }
}

TEST(HeadScan, TellsEachFieldAsItPasses) {
  const std::string head = "GET / HTTP/1.1\r\na:b\r\nX-Empty: \t\r\nX: \t a b\t \r\nY::\r\n\r\n";
  const std::string wanted = "a=b|X-Empty=|X=a b|Y=:|";
  for (std::size_t step = 1; step <= head.size(); ++step) {
    HeadScan scan;
    std::string told;
    for (std::size_t seen = 0; seen < head.size();) {
      seen = std::min(seen + step, head.size());
      for (;;) {
        // Wherever the bytes are now.
        const std::string input = head.substr(0, seen);
        const HeadScan::Result result = scan.next(input, {});
        if (result.kind != Kind::field) break;
        told += std::string(result.name) + "=" + std::string(result.value) + "|";
        EXPECT_EQ(input.compare(scan.bytes_read() - 2, 2, "\r\n"), 0) << "no sooner than its line is over";
      }
    }
    EXPECT_EQ(told, wanted) << step;
    EXPECT_EQ(scan.target_at(), 4U);
    EXPECT_EQ(scan.line_bytes(), 14U);
  }
}

TEST(HeadScan, WantsMoreAfterEveryTruncation) {
  for (std::size_t size = 0; size < kHead.size(); ++size) {
    EXPECT_EQ(scan_at_once(kHead.substr(0, size)).kind, Kind::need_more) << size;
    EXPECT_EQ(scan(kHead.substr(0, size), 1).kind, Kind::need_more) << size;
  }
}

TEST(HeadScan, SaysTheSameAgain) {
  HeadScan done;
  EXPECT_EQ(scan_on(done, kHead).head_bytes, kHead.size());
  EXPECT_EQ(scan_on(done, kHead).head_bytes, kHead.size());
  HeadScan failed;
  EXPECT_EQ(scan_on(failed, "GET / HTTP/1.1\r\nA b").fault, Fault::bad_field);
  EXPECT_EQ(scan_on(failed, "GET / HTTP/1.1\r\nA b").fault, Fault::bad_field);
  EXPECT_EQ(scan_on(failed, "GET / HTTP/1.1\r\nA b").kind, Kind::fault);
}

// Each input ends with the byte that decides: without it more is wanted, with it the fault is told.
struct Malformed {
  std::string_view input;
  Fault fault;
};

TEST(HeadScan, RefusesAtTheByteThatDecides) {
  using namespace std::string_view_literals;
  constexpr Malformed kMalformed[] = {
      {"\n", Fault::bad_request_line},
      {"\r", Fault::empty_lines},  // the one that may stand before a request is ServerConnection's
      {" ", Fault::bad_request_line},
      {"\x16"sv, Fault::tls},  // a ClientHello
      {"\0"sv, Fault::bad_request_line},
      {"G(", Fault::bad_request_line},
      {"GET\t", Fault::bad_request_line},
      {"GET\r", Fault::bad_request_line},
      {"GET  ", Fault::bad_request_line},
      {"GET \r", Fault::bad_request_line},
      {"GET /\r", Fault::bad_request_line},  // HTTP/0.9
      {"GET /\n", Fault::bad_request_line},
      {"GET /\t", Fault::bad_request_line},
      {"GET /#", Fault::bad_request_line},
      {"GET #", Fault::bad_request_line},
      {"GET /\x7f", Fault::bad_request_line},
      {"GET /\x80", Fault::bad_request_line},
      {"GET /aaaaaaaaaaaaa\xff", Fault::bad_request_line},
      {"GET /\0"sv, Fault::bad_request_line},
      {"GET /  ", Fault::bad_request_line},
      {"GET / h", Fault::bad_request_line},
      {"GET / HTTP/x", Fault::bad_request_line},
      {"GET / HTTP/11", Fault::bad_request_line},
      {"GET / HTTP/1.x", Fault::bad_request_line},
      {"GET / HTTP/1.10", Fault::bad_request_line},
      {"GET / HTTP/1.1 ", Fault::bad_request_line},
      {"GET / HTTP/1.1\n", Fault::bad_request_line},
      {"GET / HTTP/1.1\rX", Fault::bad_request_line},
      {"GET / HTTP/1.1\r\r", Fault::bad_request_line},
      {"GET / HTTP/1.1\r\n ", Fault::bad_field},
      {"GET / HTTP/1.1\r\n\t", Fault::bad_field},
      {"GET / HTTP/1.1\r\n\n", Fault::bad_field},
      {"GET / HTTP/1.1\r\n:", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost ", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost\t", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost\r", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHo\xc3", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHo\0"sv, Fault::bad_field},
      {"GET / HTTP/1.1\r\nHo(", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\n", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\rb", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\r\r", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\x7f", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: aaaaaaaaa\x7f", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\0"sv, Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: aaaaaaaaa\t\x1f", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: \x0b", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\r\n ", Fault::folded_field},
      {"GET / HTTP/1.1\r\nHost: a\r\n\t", Fault::folded_field},
      {"GET / HTTP/1.1\r\nHost: a\r\n\n", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\r\n\rX", Fault::bad_field},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\r", Fault::bad_field},
  };
  for (const auto& [input, fault] : kMalformed) {
    EXPECT_EQ(scan_at_once(input.substr(0, input.size() - 1)).kind, Kind::need_more) << input;
    EXPECT_EQ(scan(input, 1), (Outcome{Kind::fault, fault, input.size()})) << input;
    for (const std::string_view behind : {"", "x", "\r\n\r\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
      EXPECT_EQ(scan_at_once(std::string(input) + std::string(behind)), (Outcome{Kind::fault, fault, 0})) << input;
    }
  }
}

TEST(HeadScan, JudgesEveryByteOfANameATargetAndAValue) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool token =
        std::isalnum(i) != 0 || (i != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    // Padded on both sides, so that the byte is met eight at a step too, at every place.
    for (std::size_t at = 0; at < 9; ++at) {
      const std::string around(at, 'a');
      const auto passes = [](const std::string& input) { return scan_at_once(input).kind == Kind::done; };
      const std::string tail(16, 'z');
      EXPECT_EQ(passes("G" + around + c + tail + " / HTTP/1.1\r\n\r\n"), token) << i;
      EXPECT_EQ(passes("G / HTTP/1.1\r\nA" + around + c + tail + ": 1\r\n\r\n"), token || c == ':') << i;
      EXPECT_EQ(passes("G /" + around + c + tail + " HTTP/1.1\r\n\r\n"), i > 0x20 && i < 0x7f && c != '#') << i;
      EXPECT_EQ(passes("G / HTTP/1.1\r\nA: " + around + c + tail + "\r\n\r\n"), c == '\t' || (i >= 0x20 && i != 0x7f))
          << i;
    }
  }
}

TEST(HeadScan, TakesAnyVersionOfTheRightForm) {
  for (const std::string_view version : {"HTTP/0.9", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/9.9"}) {
    EXPECT_EQ(scan_at_once("GET / " + std::string(version) + "\r\n\r\n").kind, Kind::done) << version;
  }
}

TEST(HeadScan, NamesAProtocolThatIsForTheProxy) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{4096}}) {
    EXPECT_EQ(scan("\x16\x03\x01\x02", step).fault, Fault::tls);
    EXPECT_EQ(scan("PROXY TCP4 192.0.2.1 192.0.2.2 5 80\r\nGET / HTTP/1.1\r\n\r\n", step).fault, Fault::proxy_line);
    EXPECT_EQ(scan("PROXY UNKNOWN\r\n", step).fault, Fault::proxy_line);
    EXPECT_EQ(scan("PROXY / HTTP/1.1\r\n\r\n", step).kind, Kind::done) << "a method is a token";
    EXPECT_EQ(scan("PROXY\tTCP4", step).fault, Fault::bad_request_line);
    EXPECT_EQ(scan("G\x16", step).fault, Fault::bad_request_line);
    EXPECT_EQ(scan("G\r", step).fault, Fault::bad_request_line);
  }
}

TEST(HeadScan, LimitsTheRequestLine) {
  const std::string rest = "\r\n\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{4096}, std::size_t{100'000}}) {
    EXPECT_EQ(scan(line_of_bytes(8192) + rest, step).kind, Kind::done);
    EXPECT_EQ(scan(line_of_bytes(8193) + rest, step).fault, Fault::request_line_long);
    EXPECT_EQ(scan("GET /" + std::string(20'000, 'a'), step).fault, Fault::request_line_long);
    EXPECT_EQ(scan(std::string(20'000, 'A'), step).fault, Fault::request_line_long);
  }
  // At the first byte over it, and not before.
  EXPECT_EQ(scan(std::string(8192, 'A'), 1).kind, Kind::need_more);
  EXPECT_EQ(scan(std::string(8193, 'A'), 1), (Outcome{Kind::fault, Fault::request_line_long, 8193}));
  EXPECT_EQ(scan(line_of_bytes(8193) + rest, 1), (Outcome{Kind::fault, Fault::request_line_long, 8193}));
  // A rule broken before it decides, one broken by the byte over it doesn't.
  EXPECT_EQ(scan_at_once("GET /" + std::string(8186, 'a') + "\x80" + "a").fault, Fault::bad_request_line);
  EXPECT_EQ(scan_at_once("GET /" + std::string(8187, 'a') + "\x80").fault, Fault::request_line_long);
}

TEST(HeadScan, LimitsTheHead) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{4096}, std::size_t{100'000}}) {
    EXPECT_EQ(scan(head_of_bytes(16384), step), (Outcome{Kind::done, std::nullopt, 16384}));
    EXPECT_EQ(scan(head_of_bytes(16385), step).fault, Fault::head_long);
  }
  EXPECT_EQ(scan(head_of_bytes(20'000).substr(0, 16384), 1).kind, Kind::need_more);
  EXPECT_EQ(scan(head_of_bytes(20'000), 1), (Outcome{Kind::fault, Fault::head_long, 16385}));
  EXPECT_EQ(scan(head_of_bytes(16385), 1), (Outcome{Kind::fault, Fault::head_long, 16385}));  // its last LF
}

TEST(HeadScan, LimitsTheHeadToWhatIsSet) {
  const Limits small{.head_bytes_max = 100};
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
    EXPECT_EQ(scan(head_of_bytes(100), step, small).kind, Kind::done);
    EXPECT_EQ(scan(head_of_bytes(101), step, small).fault, Fault::head_long);
    // Within the request line and its end it is 414.
    EXPECT_EQ(scan(line_of_bytes(96) + "\r\n\r\n", step, small).kind, Kind::done);
    EXPECT_EQ(scan(line_of_bytes(97) + "\r\n\r\n", step, small).fault, Fault::head_long);
    EXPECT_EQ(scan(line_of_bytes(99) + "\r\n\r\n", step, small).fault, Fault::request_line_long);
    EXPECT_EQ(scan(line_of_bytes(100) + "\r\n\r\n", step, small).fault, Fault::request_line_long);
    EXPECT_EQ(scan(line_of_bytes(101) + "\r\n\r\n", step, small).fault, Fault::request_line_long);
  }
}

TEST(HeadScan, LimitsTheFields) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    EXPECT_EQ(scan(head_of_fields(100), step).kind, Kind::done);
    EXPECT_EQ(scan(head_of_fields(101), step).fault, Fault::head_long);
  }
  const std::string full = head_of_fields(100).substr(0, 16 + 600);
  EXPECT_EQ(scan(full + "X", 1), (Outcome{Kind::fault, Fault::head_long, full.size() + 1}));
  EXPECT_EQ(scan(full + " ", 1).fault, Fault::folded_field);
  EXPECT_EQ(scan(full + "\r\n", 1).kind, Kind::done);
}

}  // namespace
}  // namespace planish::http
