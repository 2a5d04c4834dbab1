// Each of them says what the benchmark's body says, but for the last two.
#include "support/client_bodies.hpp"

#include "support/benchmark_body.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <random>
#include <string_view>

namespace planish::support {
namespace {

constexpr unsigned kEvents = 100;

std::string text_of(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

// The benchmark's events with another `data` or another time.
std::string body_with(const std::function<std::string(unsigned)>& data, bool rfc3339 = false) {
  std::string body = R"({"user_id":12345,"events":[)";
  for (unsigned i = 0; i < kEvents; ++i) {
    body.append(i == 0 ? "" : ",").append(R"({"event_type":")").append(i % 2 == 0 ? "click" : "view");
    body.append(R"(","timestamp":)");
    body += rfc3339 ? std::string(R"("2023-11-04T18:44:16.789Z")") : std::to_string(1'699'123'456'789 + i);
    body.append(R"(,"payload":{"id":)").append(std::to_string(i)).append(R"(,"data":)").append(data(i)).append("}}");
  }
  return body += R"(],"metadata":{"source":"benchmark","trace_id":"bench-1234"}})";
}

std::function<std::string(unsigned)> text_and_number(std::string_view text) {
  return [text](unsigned i) { return std::string(1, '"').append(text).append(std::to_string(i)) += '"'; };
}

std::function<std::string(unsigned)> three(const std::function<double()>& next) {
  return [next](unsigned) {
    std::string array = "[";
    for (int i = 0; i < 3; ++i) array.append(i == 0 ? "" : ",").append(text_of(next()));
    return array += ']';
  };
}

// As Python's json.dumps() writes it: no name or text of the body has a comma or colon.
std::string spaced(std::string_view compact) {
  std::string text;
  for (const char c : compact) {
    text += c;
    if (c == ',' || c == ':') text += ' ';
  }
  return text;
}

std::string events_of(unsigned count, const std::function<std::string(unsigned)>& payload) {
  std::string body = R"({"user_id":1,"events":[)";
  for (unsigned i = 0; i < count; ++i) {
    body.append(i == 0 ? "" : ",").append(R"({"event_type":"t","timestamp":1,"payload":)").append(payload(i)) += '}';
  }
  return body += "]}";
}

constexpr std::string_view kOrder =
    R"({"orderId":"A-20417","total":249.95,"discount":0.15,"items":4,"customer":7205759403792793,"weight":2.5e+21,)"
    R"("rate":3e-07,"credit":0,"refund":-19.5,"currency":"SEK","note":"Smörgås 寿司 🍣 \"fresh\" \\ /","coupon":"",)"
    R"("giftFor":null,"express":true,"returned":false,"sizes":[2,"XL",null,{"count":5}],)"
    R"("shop":{"geo":{"pos":{"at":["å",7.5,[]]}},"tags":{}},"paid":"2023-11-04T18:44:16.789Z"})";
constexpr std::string_view kPage = R"({"url":"https://shop.example/ö","referrer":"","section":"Help"})";
constexpr std::array<std::string_view, 7> kProperties = {kOrder,       kPage,        kOrder,      R"({"n":0})",
                                                         R"({"n":1})", R"({"n":2})", R"({"n":3})"};

// An event of a client library: its members are out of order, and half of it are identifiers.
std::string library_event(unsigned i) {
  std::string event = R"({"timestamp":"2023-11-04T18:44:16.789Z","integrations":{},"event":"Step )";
  event.append(std::to_string(i)).append(R"(","type":"track","properties":)");
  event.append(i % 5 == 1 ? kOrder : i % 5 == 3 ? kPage : "{}");
  event.append(R"(,"context":{"library":{"name":"@example/analytics-js","version":"4.2.0"}},"userId":"u)");
  event.append(std::to_string(i)).append(R"(","messageId":"js-next-1795889859714-e3b81211-7939-4f6a-8d8b-83126)");
  return event.append(std::to_string(100'000 + i)).append(R"(","_metadata":{"nodeVersion":"v20.20.2"}})");
}

}  // namespace

std::vector<ClientBody> client_bodies() {
  std::mt19937_64 random(1);
  const auto fraction = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto price = [&random] { return static_cast<double>(random() % 10'000) / 100; };
  const auto nested = [](unsigned i) {
    return std::string(R"({"z":{"y":[1,2,{"x":"w"}]},"a":{"b":{"c":)").append(std::to_string(i)) += "}}}";
  };
  const auto properties = [](unsigned i) { return std::string(kProperties[i % kProperties.size()]); };
  return {{"compact", benchmark_body(kEvents)},
          {"spaced", spaced(benchmark_body(kEvents))},
          {"escaped", body_with(text_and_number(R"(say \"hi\"\n)"))},
          {"unicode_escapes", body_with(text_and_number(R"(Gr\u00fc\u00dfe )"))},
          {"utf8", body_with(text_and_number("Grüße "))},
          {"prices", body_with(three(price))},
          {"doubles", body_with(three([&] { return fraction() * 100; }))},
          {"nested", body_with(nested)},
          {"rfc3339", body_with(text_and_number("test-payload-"), true)},
          {"properties", events_of(40, properties)},
          {"library_events", events_of(30, library_event)}};
}

}  // namespace planish::support
