// What is no JSON: where it is found, and that the walk refuses exactly what diagnose() refuses.
#include <gtest/gtest.h>
#include <rapidjson/reader.h>
#include <simdjson.h>
#include <support/benchmark_body.hpp>
#include <support/transforming.hpp>
#include <unit/core/wrong_texts.hpp>

#include <core/diagnose.hpp>

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace planish {
namespace {

using core::diagnose;
using core::Diagnosis;
using support::event_of;
using support::Outcome;
using support::request_of;
using support::Transforming;
using test::kWrongTexts;
using test::Wrong;
using Kind = Diagnosis::Kind;

constexpr std::string_view kSmall =
    R"({"user_id":12,"events":[{"event_type":"a","timestamp":10,"payload":{"id":-0.5e+3,"d":["\u00e9\n",true,null]}},)"
    R"({"payload":false,"timestamp":"1970-01-01T00:00:00Z","event_type":"ü"}],"x":[[],{}, 1 ]})";

// The walk's verdict has to be the validator's, and its offset.
void expect_agreement(Transforming& transform, std::string_view body) {
  const Diagnosis diagnosis = diagnose(body);
  const Outcome outcome = transform(body);
  ASSERT_TRUE(outcome.kept_to_its_memory) << body;
  switch (diagnosis.kind) {
    case Kind::valid:
      ASSERT_NE(outcome.verdict, Verdict::not_json) << body;
      break;
    case Kind::not_json:
      ASSERT_EQ(outcome.verdict, Verdict::not_json) << body;
      ASSERT_EQ(outcome.syntax_offset, diagnosis.offset) << body;
      break;
    case Kind::too_deep:
      ASSERT_EQ(outcome.verdict, Verdict::invalid_request) << body;
      ASSERT_EQ(outcome.faults.size(), 1U);
      break;
  }
}

TEST(Diagnose, NamesTheFirstByteThatCannotBe) {
  for (const Wrong& wrong : kWrongTexts) {
    const Diagnosis diagnosis = diagnose(wrong.text);
    EXPECT_EQ(diagnosis.kind, Kind::not_json) << wrong.text;
    EXPECT_EQ(diagnosis.offset, wrong.offset) << wrong.text;
  }
}

TEST(Diagnose, PassesEveryValidText) {
  for (const char* text :
       {"null", " true ", "false", "0", "-0", "-1.5E-10", "1e400", "10", "\"\"", "\"\\u0000\\uD7FF\\ue000\\\"\"", "[]",
        "{}", "[[],{},\"\"]", "{\"\":{\"\":[]}}", " [ 1 , 2 ]\r\n", "\"\xF4\x8F\xBF\xBF\x7F\"", "\"\\uD800\\uDFFF\""}) {
    EXPECT_EQ(diagnose(text).kind, Kind::valid) << text;
  }
}

TEST(Syntax, IsWrongAtTheSameByteWhereverTheTextStands) {
  Transforming transform;
  for (const Wrong& wrong : kWrongTexts) {
    expect_agreement(transform, wrong.text);
    for (const auto& [before, behind] : {std::pair{R"({"x":)", "}"},
                                         {R"({"user_id":1,"events":[{"payload":)", "}]}"},
                                         {R"({"events":[{"event_type":)", "}]}"},
                                         {R"({"events":[{"timestamp":)", "}]}"},
                                         {R"({"events":[)", "]}"},
                                         {R"({"events":)", "}"},
                                         {R"({"user_id":)", "}"},
                                         {R"({"metadata":)", "}"},
                                         {R"({"metadata":{"trace_id":)", "}}"},
                                         {"{\"\\n\":", "}"}}) {
      expect_agreement(transform, before + wrong.text + behind);
    }
  }
}

TEST(Syntax, ComesBeforeAllOtherFaults) {
  const Outcome outcome = Transforming()(R"({"user_id":-1,"user_id":"","events":[{},{"event_type":""}],"x":tru})");
  EXPECT_EQ(outcome.verdict, Verdict::not_json);
  EXPECT_TRUE(outcome.faults.empty());
  EXPECT_EQ(outcome.events_total, 0U);
}

TEST(Syntax, IsWrongInEveryTruncation) {
  Transforming transform;
  const std::string body = support::benchmark_body();
  for (std::size_t size = 0; size < body.size(); ++size) {
    const Outcome outcome = transform(std::string_view(body).substr(0, size));
    ASSERT_EQ(outcome.verdict, Verdict::not_json) << size;
    ASSERT_EQ(outcome.syntax_offset, size);
    ASSERT_TRUE(outcome.kept_to_its_memory) << size;
  }
}

TEST(Syntax, IsJudgedAlikeForEveryByteInEveryPlace) {
  Transforming transform;
  for (std::size_t place = 0; place < kSmall.size(); ++place) {
    std::string body(kSmall);
    for (int byte = 0; byte < 256; ++byte) {
      body[place] = static_cast<char>(byte);
      expect_agreement(transform, body);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Syntax, IsJudgedAlikeWithAByteMoreOrLess) {
  Transforming transform;
  for (std::size_t place = 0; place <= kSmall.size(); ++place) {
    expect_agreement(transform, std::string(kSmall).erase(std::min(place, kSmall.size() - 1), 1));
    for (const char byte : std::string_view("\"\\{}[]:,0-1.e tn\n\x0C\x1A\0\x80", 21)) {
      expect_agreement(transform, std::string(kSmall).insert(place, 1, byte));
      if (HasFatalFailure()) return;
    }
  }
}

// `levels` containers in each other, of kinds that take turns.
std::string nest(unsigned levels, bool object) {
  std::string text;
  for (unsigned i = 0; i < levels; ++i) text += (i % 2 == 0) == object ? "{\"a\":" : "[";
  text += "0";
  for (unsigned i = levels; i-- > 0;) text += (i % 2 == 0) == object ? '}' : ']';
  return text;
}

TEST(Depth, Is128LevelsEverywhere) {
  const std::string too_deep =
      R"({"pointer":"","code":"too_deep","detail":"the text is nested deeper than 128 levels"})";
  Options raw;
  raw.canonical = Canonical::raw;
  Transforming canonical;
  Transforming as_sent(raw);
  for (Transforming* transform : {&canonical, &as_sent}) {
    for (const auto& [before, behind, levels] :
         {std::tuple{"", "", 0U},
          {R"({"x":)", "}", 1U},
          {R"({"metadata":{"x":)", "}}", 2U},
          {R"({"events":[)", "]}", 2U},
          {R"({"user_id":1,"events":[{"event_type":"a","timestamp":1,"payload":)", "}]}", 3U},
          {R"({"events":[{"x":)", "}]}", 3U},
          {R"({"events":[{"timestamp":)", "}]}", 3U},
          {R"({"user_id":1,"events":[{"event_type":"\n","timestamp":1,"payload":{"b":0,"a":)", "}}]}", 4U}}) {
      for (const bool object : {true, false}) {
        for (const std::string_view tail : {"", "]", "\xFF"}) {
          const std::string deepest = before + nest(128 - levels, object) + behind;
          const Outcome outcome = (*transform)(deepest + std::string(tail));
          EXPECT_EQ(outcome.verdict == Verdict::not_json, !tail.empty()) << deepest;
          EXPECT_EQ(diagnose(deepest).kind, Kind::valid);
          const std::string deeper = before + nest(129 - levels, object) + behind;
          const Outcome refused = (*transform)(deeper + std::string(tail));
          EXPECT_EQ(refused.verdict, Verdict::invalid_request) << deeper;
          EXPECT_EQ(refused.faults, std::vector<std::string>{too_deep});
        }
      }
    }
  }
}

TEST(Depth, IsNotReachedBehindASyntaxFault) {
  EXPECT_EQ(Transforming()("[1}" + nest(200, true)).verdict, Verdict::not_json);
  EXPECT_EQ(Transforming()(std::string(1'000'000, '[')).verdict, Verdict::invalid_request);
  EXPECT_EQ(Transforming()(std::string(128, '[')).verdict, Verdict::not_json);
}

// Whether RapidJSON has the same opinion of the text. It may not like numbers beyond a double, which are JSON.
bool rapidjson_agrees(const std::string& text, bool valid) {
  rapidjson::Reader reader;
  rapidjson::BaseReaderHandler<> handler;
  rapidjson::MemoryStream stream(text.data(), text.size());
  constexpr unsigned kFlags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  return result.Code() == rapidjson::kParseErrorNumberTooBig || result.IsError() != valid;
}

TEST(Syntax, IsThatOfRapidJson) {
  Transforming transform;
  std::mt19937 random(20'231'104);
  static constexpr char kBytes[] = "\"\\{}[]:,0123456789-+.eE \t\n\rtruefalsnu/bD8dC\x00\x1F\x80\xC3\xA9\xED\xF0";
  const std::string_view bytes(kBytes, sizeof kBytes - 1);
  unsigned valid = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string text(kSmall);
    for (auto edits = 1 + random() % 3; edits != 0; --edits) {
      const std::size_t place = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[place] = bytes[random() % bytes.size()];
          break;
        case 1:
          text.insert(place, 1, bytes[random() % bytes.size()]);
          break;
        case 2:
          text.erase(place, 1 + random() % 3);
          break;
        default:
          text.insert(place, text.substr(random() % text.size(), random() % 12));
          break;
      }
    }
    const bool is_valid = diagnose(text).kind == Kind::valid;
    ASSERT_TRUE(rapidjson_agrees(text, is_valid)) << text;
    valid += static_cast<unsigned>(is_valid);
    expect_agreement(transform, text);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(valid, 1'500U);
}

TEST(Kernels, AllSayTheSame) {
  ASSERT_NE(simd_kernel(), "");  // it has been picked
  auto& active = simdjson::get_active_implementation();
  const simdjson::implementation* const usual = active;
  std::vector<std::string> bodies{std::string(kSmall), support::benchmark_body(), ""};
  for (const Wrong& wrong : kWrongTexts) {
    bodies.push_back(wrong.text);
    bodies.push_back(request_of(event_of(wrong.text)));
  }
  std::mt19937 random(7);
  for (int i = 0; i < 5'000; ++i) {
    std::string body(kSmall);
    body[random() % body.size()] = static_cast<char>(random());
    bodies.push_back(body);
  }
  std::vector<Outcome> expected;
  unsigned kernels = 0;
  for (const simdjson::implementation* kernel : simdjson::get_available_implementations()) {
    if (!kernel->supported_by_runtime_system()) continue;
    active = kernel;
    Transforming transform;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      const Outcome outcome = transform(bodies[i]);
      if (kernels == 0) {
        expected.push_back(outcome);
        continue;
      }
      ASSERT_EQ(outcome.verdict, expected[i].verdict) << kernel->name() << ": " << bodies[i];
      ASSERT_EQ(outcome.text, expected[i].text) << kernel->name() << ": " << bodies[i];
      ASSERT_EQ(outcome.faults, expected[i].faults) << kernel->name() << ": " << bodies[i];
      if (outcome.verdict != Verdict::not_json) continue;
      ASSERT_EQ(outcome.syntax_offset, expected[i].syntax_offset) << bodies[i];
    }
    ++kernels;
  }
  active = usual;
  EXPECT_GE(kernels, 1U);
}

}  // namespace
}  // namespace planish
