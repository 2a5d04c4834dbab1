// One event a line: what the walk makes of line ends is what a reader makes of them that cuts the body into lines
// first, and looks at each for itself.
#include <gtest/gtest.h>
#include <core/diagnose.hpp>
#include <support/transforming.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;
using Kind = core::Diagnosis::Kind;

constexpr std::array<std::string_view, 10> kEvents{
    R"({"event":"a","userId":"u","properties":{"a":1,"b":[],"c":{},"d":"s"},"timestamp":5})",
    R"({"type":"page","context":{"library":{"name":"n"},"list":[1,"two",null,[true],{"x":-0.5e+3}]},"other":"text"})",
    R"({"properties":[{"a":[[]]},"x",{}],"messageId":7,"event":"\u00e9\n"})",
    R"({"a":{"b":{"c":"d"}},"e":false,"event":"b"})",
    R"({"event" : "spaced" , "properties" : { "a" : [ 1 , "b" ] } })",
    R"({})",
    R"([1,["a"],{"b":2}])",
    R"("text")",
    R"(-12.5)",
    R"(null)"};
constexpr std::array<std::string_view, 6> kSpace{"\n", "\r\n", " \n\t", " ", "\t", "\r"};

constexpr Context in_lines(InvalidEvents mode) {
  return {.invalid_events = mode, .framing = Framing::lines, .received_at_ms = 1};
}

struct Cut {
  std::size_t lines = 0;  // with more than blanks
  std::size_t bad = 0;
  std::size_t first_bad = 0;  // where that shows
};

Cut cut(std::string_view body) {
  Cut cut;
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = body.substr(begin, end - begin);
    if (line.find_first_not_of(" \t\r") != line.npos) {
      ++cut.lines;
      const core::Diagnosis diagnosis = core::diagnose(line);
      if (diagnosis.kind != Kind::valid && cut.bad++ == 0) cut.first_bad = begin + diagnosis.offset;
    }
    begin = end + 1;
  }
  return cut;
}

class Lines : public ::testing::Test {
 protected:
  Lines() : transform_(options(), {.body_bytes_max = 4096}) {}

  void expect_what_cutting_says(std::string_view body) {
    const Cut expected = cut(body);
    const Outcome strict = transform_(body, in_lines(InvalidEvents::refuse));
    ASSERT_EQ(strict.verdict == Verdict::not_json, expected.bad != 0) << body;
    if (expected.bad == 0) {
      ASSERT_EQ(strict.events_total, expected.lines) << body;
    } else {
      ASSERT_EQ(strict.syntax_offset, expected.first_bad) << body;
    }
    ASSERT_TRUE(strict.kept_to_its_memory) << body;
    const Outcome lenient = transform_(body, in_lines(InvalidEvents::skip));
    ASSERT_EQ(lenient.verdict, Verdict::ok) << body;
    ASSERT_EQ(lenient.events_total, expected.lines) << body;
    ASSERT_EQ(lenient.count[static_cast<std::size_t>(Errc::not_json)], expected.bad) << body;
  }

 private:
  static Options options() {
    Options options;
    options.shape = *ready_made_shape("segment");
    options.timestamps = Timestamps::lax;
    options.answer = Answer::ndjson;
    return options;
  }

  Transforming transform_;
};

TEST_F(Lines, EndWhereverALineEndStandsInAnEvent) {
  for (const std::string_view event : kEvents) {
    for (std::size_t at = 0; at <= event.size(); ++at) {
      for (const std::string_view space : kSpace) {
        std::string body(event);
        body.insert(at, space);
        expect_what_cutting_says(body);
        expect_what_cutting_says("{\"event\":\"before\"}\n" + body + "\r\n{\"event\":\"behind\"}");
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_F(Lines, EndWhereverAnEventIsCutIntoTwo) {
  for (const std::string_view event : kEvents) {
    for (std::size_t at = 0; at <= event.size(); ++at) {
      expect_what_cutting_says(event.substr(0, at));
      expect_what_cutting_says(std::string(event.substr(0, at)) + "\n" + std::string(event) + "\n");
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(Lines, EndWhereCuttingEndsThem) {
  std::mt19937 random(5);
  const auto below = [&random](std::size_t limit) { return random() % limit; };
  for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
    std::string body;
    for (std::size_t count = below(6); count > 0; --count) {
      body += kEvents[below(kEvents.size())];
      if (below(3) == 0) body.insert(below(body.size()), kSpace[below(kSpace.size())]);
      for (std::size_t spaces = below(3); spaces > 0; --spaces) body += kSpace[below(kSpace.size())];
      if (below(4) != 0) body += '\n';
    }
    expect_what_cutting_says(body);
  }
}

}  // namespace
}  // namespace planish
