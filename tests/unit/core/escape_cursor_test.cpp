// Escapes are found wherever they stand, though most strings are not looked into.
#include <core/escape_cursor.hpp>

#include <gtest/gtest.h>
#include <core/diagnose.hpp>
#include <core/walk_value.hpp>
#include <planish/padded_view.hpp>
#include <support/transforming.hpp>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using core::EscapeCursor;
using support::Outcome;
using support::Transforming;

TEST(EscapeCursor, SaysOfEachStringWhatIsSaidOfItAlone) {
  constexpr std::array<std::string_view, 8> kContents{"",      "a",         R"(\n)", R"(\")", R"(a\u00e9b)",
                                                      R"(\x)", R"(\ud800)", "é"};
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    std::vector<std::size_t> begins, ends;
    for (int i = 0; i < 40; ++i) {
      begins.push_back(text.size());
      text += '"';
      text += random() % 2 == 0 ? kContents[0] : kContents[random() % kContents.size()];
      text.append(random() % 16 == 0 ? random() % 700 : random() % 4, 'f');
      text += '"';
      ends.push_back(text.size());
      text += ',';
    }
    const std::size_t size = text.size();
    text.resize(size + kPadding, '\\');
    text[size] = '\0';
    const std::size_t first = random() % begins.size();
    EscapeCursor cursor({text.data(), size}, static_cast<std::uint32_t>(begins[first]));
    for (std::size_t i = first; i < begins.size(); ++i) {
      const char* const at = text.data() + begins[i];
      const char* const next = text.data() + ends[i];
      const bool has_escape = std::string_view(at, next).find('\\') != std::string_view::npos;
      ASSERT_EQ(cursor.is_plain_up_to(next), !has_escape) << text;
      ASSERT_EQ(cursor.pass(at, next), core::walk_string<true>(at, next)) << text;
    }
  }
}

Options of(std::vector<std::string> events) {
  Options options;
  options.shape = own_shape("own");
  options.shape.events = std::move(events);
  const auto set = [&](Part part, std::initializer_list<std::string_view> sources) {
    options.shape.of(part).clear();
    std::string problem;
    for (const std::string_view source : sources)
      options.shape.of(part).push_back(*parse_source(source, part, problem));
  };
  set(Part::type, {"/event"});
  set(Part::time, {"/timestamp", "^/sent"});
  set(Part::user, {"/who/user", "^/user", "null"});
  set(Part::payload, {"/properties", "null"});
  options.answer = Answer::ndjson;
  for (const AnswerValue value : {AnswerValue::event_type, AnswerValue::normalized_timestamp, AnswerValue::hash,
                                  AnswerValue::key, AnswerValue::index}) {
    options.answer_members.push_back({std::to_string(options.answer_members.size()), value});
  }
  return options;
}

// Its second event waits for what is around the events. By a shape that looks for them elsewhere first, all do.
std::string body() {
  const std::string filler = R"("0":")" + std::string(500, '0') + "\",";
  return R"({"before":["b"],"batch":[{"event":"a","who":{"user":"u","at":"h"},"timestamp":5,)" + filler +
         R"("properties":{"x":"y","list":["s",{"k":"v"},1]},"c":{"n":"t"}},{)" + filler +
         R"("event":"b","other":"o","properties":["p"]},{"event":"c","who":{"user":"w"},"properties":"q"}],)" + filler +
         R"("sent":7,"user":"z"})";
}

std::vector<std::size_t> letters_in_strings(std::string_view text) {
  std::vector<std::size_t> found;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') inside = !inside;
    if (inside && text[i] >= 'a' && text[i] <= 'z') found.push_back(i);
  }
  return found;
}

TEST(EscapeCursor, ALetterIsTheSameInAnEscapeWhereverItStands) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const auto& events : {std::vector<std::string>{"/batch"}, {"/late", "/batch"}}) {
    Transforming transform(of(events), {.body_bytes_max = 1 << 14});
    const std::string plain = body();
    const Outcome expected = transform(plain, Context{});
    ASSERT_EQ(expected.verdict, Verdict::ok);
    ASSERT_EQ(expected.events_total, 3U);
    for (const std::size_t at : letters_in_strings(plain)) {
      const auto letter = static_cast<unsigned char>(plain[at]);
      std::string escaped = plain;
      escaped.replace(at, 1, std::string("\\u00") + kDigits[letter >> 4] + kDigits[letter & 15]);
      ASSERT_EQ(transform(escaped, Context{}).text, expected.text) << escaped;
    }
  }
}

TEST(EscapeCursor, AWrongEscapeIsNoJsonWhereverItStands) {
  for (const auto& events : {std::vector<std::string>{"/batch"}, {"/late", "/batch"}}) {
    Transforming transform(of(events), {.body_bytes_max = 1 << 14});
    const std::string plain = body();
    for (const std::size_t at : letters_in_strings(plain)) {
      for (const std::string_view wrong : {"\\x", "\\ud800", "\\u00g0"}) {
        std::string text = plain;
        text.insert(at, wrong);
        const Outcome outcome = transform(text, Context{});
        ASSERT_EQ(outcome.verdict, Verdict::not_json) << text;
        ASSERT_EQ(outcome.syntax_offset, core::diagnose(text).offset) << text;
      }
    }
  }
}

}  // namespace
}  // namespace planish
