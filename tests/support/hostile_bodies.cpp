// Each says the same thing as often as there is room for it.
#include "support/hostile_bodies.hpp"

#include <array>
#include <functional>
#include <random>
#include <span>
#include <vector>

namespace planish::support {
namespace {

constexpr std::size_t kBytes = std::size_t{256} << 10;
constexpr std::size_t kLongBytes = (std::size_t{1} << 20) - 64;  // where all of them are sorted: as many as may come

using Piece = std::function<std::string()>;

Piece always(std::string text) {
  return [text] { return text; };
}

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string filled(std::string body, const Piece& piece, std::string_view end, std::size_t bytes = kBytes) {
  for (bool first = true; body.size() < bytes; first = false) body.append(first ? "" : ",").append(piece());
  return body.append(end);
}

std::string quoted(std::string_view text) {
  return std::string(1, '"').append(text) += '"';
}

// One event whose payload is one array of these, or one object.
std::string array_of(const Piece& piece) {
  return filled(R"({"user_id":1,"events":[{"event_type":"t","timestamp":1,"payload":[)", piece, "]}]}");
}
std::string object_of(const Piece& member, std::size_t bytes = kBytes) {
  return filled(R"({"user_id":1,"events":[{"event_type":"t","timestamp":1,"payload":{)", member, "}}]}", bytes);
}
// As many events with this payload as fit.
std::string events_of(const std::string& payload) {
  std::string event = R"({"event_type":"t","timestamp":1,"payload":)";
  event.append(payload) += '}';
  return filled(R"({"user_id":1,"events":[)", always(event), "]}");
}

// Members of value 0 with these names.
std::string members(const std::vector<std::string>& names) {
  std::string text = "{";
  for (const std::string& name : names) text.append(text.size() == 1 ? "\"" : ",\"").append(name).append("\":0");
  return text + "}";
}

std::vector<std::string> behind(const std::string& prefix, std::string_view letters) {
  std::vector<std::string> names;
  for (const char letter : letters) names.push_back(prefix + letter);
  return names;
}

// A member with four random letters behind a prefix.
Piece random_member(const std::string& prefix) {
  return [prefix, random = std::mt19937_64(1)]() mutable {
    std::string name = prefix;
    for (int i = 0; i < 4; ++i) name += static_cast<char>('a' + random() % 26);
    return quoted(name) + ":0";
  };
}

std::string nested(std::size_t levels, std::string_view open, std::string_view inner, std::string_view close) {
  return times(levels, open).append(inner) + times(levels, close);
}

const std::string kSeven(7, 'a'), kSixteen(16, 'a');  // what names may have in common before they differ
constexpr std::string_view kShuffled = "qhzcvnkbtfxmaowdulsgyjpreiQHZCVNKB";

struct Made {
  std::string_view name;
  std::string (*make)();
};

constexpr Made kOutOfOrder[] = {
    {"random_names", [] { return object_of(random_member(""), kLongBytes); }},
    {"random_names_alike", [] { return object_of(random_member(std::string(8, 'a')), kLongBytes); }},
    {"random_names_of_escapes", [] { return object_of(random_member(times(8, "\\n")), kLongBytes); }},
    {"equal_names", [] { return object_of(always(R"("":0)"), kLongBytes); }},
    {"two_names",
     [] {
       return array_of(always(members({"b", "a"})));
     }},
    {"two_names_events",
     [] {
       return events_of(members({"b", "a"}));
     }},
    {"three_names",
     [] {
       return events_of(members({"b", "c", "a"}));
     }},
    {"five_names",
     [] {
       return events_of(members({"c", "e", "a", "d", "b"}));
     }},
    {"five_names_reversed",
     [] {
       return events_of(members({"e", "d", "c", "b", "a"}));
     }},
    {"five_names_inside",
     [] {
       return array_of(always(members({"c", "e", "a", "d", "b"})));
     }},
    {"five_names_of_eight", [] { return events_of(members(behind(kSeven, "edcba"))); }},
    {"five_names_of_eight_shuffled", [] { return events_of(members(behind(kSeven, "ceadb"))); }},
    {"five_names_of_seventeen", [] { return events_of(members(behind(kSixteen, "edcba"))); }},
    {"thirty_two_names", [] { return array_of(always(members(behind("", kShuffled.substr(0, 32))))); }},
    {"thirty_three_names", [] { return array_of(always(members(behind("", kShuffled.substr(0, 33))))); }},
    {"thirty_two_names_alike", [] { return array_of(always(members(behind(kSeven, kShuffled.substr(0, 32))))); }},
    {"escaped_names",
     [] {
       return events_of(members({"\\n", "\\b", "\\u0001"}));
     }},
    {"deep_out_of_order", [] { return array_of(always(nested(124, R"({"b":)", "0", R"(,"a":0})"))); }},
    {"long_text_deep_out_of_order",
     [] { return array_of(always(nested(124, R"({"b":)", quoted(std::string(3 << 10, 'x')), R"(,"a":0})"))); }},
};

constexpr Made kPlain[] = {
    {"empty_strings", [] { return array_of(always("\"\"")); }},
    {"arrays_of_an_empty_string", [] { return array_of(always("[\"\"]")); }},
    {"events_of_an_empty_string", [] { return events_of("[\"\"]"); }},
    {"empty_arrays", [] { return array_of(always("[]")); }},
    {"empty_objects", [] { return array_of(always("{}")); }},
    {"events_of_nothing", [] { return events_of("{}"); }},
    {"zeros", [] { return array_of(always("0")); }},
    {"literals", [] { return array_of(always("null")); }},
    {"deep_arrays", [] { return array_of(always(nested(124, "[", "", "]"))); }},
    {"spaces", [] { return array_of(always("\n 0 ")); }},
    {"newlines", [] { return array_of(always(quoted(times(100, "\\n")))); }},
    {"control_characters", [] { return array_of(always(quoted(times(100, "\\u0001")))); }},
    {"letters_in_escapes", [] { return array_of(always(quoted(times(100, "\\u0061")))); }},
    {"surrogate_pairs", [] { return array_of(always(quoted(times(100, "\\ud83c\\udf63")))); }},
};

constexpr Made kNumbers[] = {
    {"growing_numbers", [] { return array_of(always("9e20")); }},
    {"minus_zeros", [] { return array_of(always("-0")); }},
    {"ones_with_point", [] { return array_of(always("1.0")); }},
    {"halfway_doubles", [] { return array_of(always("12345678901234567891e-300")); }},
    {"subnormal_doubles", [] { return array_of(always("5e-310")); }},
    {"out_of_64_bits", [] { return array_of(always("18446744073709551616")); }},
    {"many_digits", [] { return array_of(always("0." + times(10, "1234567890"))); }},
    {"far_exponents", [] { return array_of(always("1e-99999999")); }},
};

}  // namespace

std::string hostile_body(std::string_view name) {
  for (const std::span<const Made> group :
       {std::span<const Made>(kOutOfOrder), std::span<const Made>(kPlain), std::span<const Made>(kNumbers)}) {
    for (const Made& body : group) {
      if (body.name == name) return body.make();
    }
  }
  return {};
}

}  // namespace planish::support
