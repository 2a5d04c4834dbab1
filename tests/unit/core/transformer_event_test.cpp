// Valid events: their members in any order, and what comes out of each; contract sections 1, 3 and 4.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <core/hash.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace planish {
namespace {

using support::event_of;
using support::Outcome;
using support::request_of;
using support::Transforming;

std::string xxh3_128(std::string_view text) {
  char out[core::kHashBytesMax];
  return {out, core::write_hash<HashAlgorithm::xxh3_128>(text, out)};
}

// The only event of an answer, without its braces.
std::string event_in(const Outcome& outcome) {
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_TRUE(outcome.kept_to_its_memory);
  const std::size_t begin = outcome.text.find('[') + 2;
  return outcome.text.substr(begin, outcome.text.rfind("}]") - begin);
}

std::string hash_of(std::string_view payload, const Options& options = {}) {
  const std::string event = event_in(Transforming(options)(request_of(event_of(payload))));
  const std::size_t begin = event.rfind("\"hash\":\"") + 8;
  return event.substr(begin, event.size() - 1 - begin);
}

TEST(Event, TakesMembersInAnyOrder) {
  std::array<std::string_view, 4> members{R"("event_type":"click")", R"("timestamp":1699123456789)",
                                          R"("payload":{"b":1,"a":[2]})", R"("other":{"event_type":[{}]})"};
  std::ranges::sort(members);
  const std::string expected =
      R"("event_type":"click","normalized_timestamp":1699123456789,"hash":")" + xxh3_128(R"({"a":[2],"b":1})") + '"';
  do {
    for (const std::string_view space : {"", " ", "\r\n\t "}) {
      std::string body = "{";
      for (const std::string_view member : members) {
        body += std::string(body.size() > 1 ? "," : "") + std::string(space) + std::string(member) + std::string(space);
      }
      EXPECT_EQ(event_in(Transforming()(request_of(body + "}"))), expected) << body;
    }
  } while (std::ranges::next_permutation(members).found);
}

TEST(Event, WritesTheSameTypeTheSameWay) {
  const auto of = [](std::string_view type) {
    const std::string event = event_in(
        Transforming()(request_of(R"({"event_type":")" + std::string(type) + R"(","timestamp":1,"payload":0})")));
    return event.substr(0, event.find(",\"normalized"));
  };
  EXPECT_EQ(of("a b"), R"("event_type":"a b")");
  EXPECT_EQ(of(R"(\u0061\u0020\u0062)"), R"("event_type":"a b")");
  EXPECT_EQ(of(R"(\/\"\\\b\f\n\r\t\u0000\u001F\u007f)"),
            "\"event_type\":\"/\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\"");
  EXPECT_EQ(of(R"(\u0008\u000c\u000a\u000D\u0009\u0022\u005C)"), R"("event_type":"\b\f\n\r\t\"\\")");
  EXPECT_EQ(of(R"(\u20AC\uD834\uDD1E)"), "\"event_type\":\"\xE2\x82\xAC\xF0\x9D\x84\x9E\"");
}

TEST(Event, CopiesIntegerTimestamps) {
  for (const std::string_view timestamp :
       {"0", "7", "-1", "1234567", "12345678", "123456789012345", "1234567890123456", "12345678901234567",
        "999999999999999999", "9223372036854775807", "-9223372036854775808", "-12345678"}) {
    const std::string event = event_in(
        Transforming()(request_of(R"({"event_type":"a","timestamp":)" + std::string(timestamp) + R"(,"payload":0})")));
    EXPECT_NE(event.find("\"normalized_timestamp\":" + std::string(timestamp) + ","), std::string::npos) << event;
    const std::string spaced = event_in(
        Transforming()(request_of(R"({"event_type":"a","payload":0,"timestamp": )" + std::string(timestamp) + "\n}")));
    EXPECT_EQ(spaced, event);
  }
}

TEST(Event, ConvertsTimestamps) {
  const auto of = [](std::string_view timestamp, TimestampUnit unit) {
    Options options;
    options.timestamp_unit = unit;
    const std::string event = event_in(Transforming(options)(
        request_of(R"({"event_type":"a","timestamp":)" + std::string(timestamp) + R"(,"payload":0})")));
    const std::size_t begin = event.find("timestamp\":") + 11;
    return event.substr(begin, event.find(',', begin) - begin);
  };
  EXPECT_EQ(of("1699123456", TimestampUnit::s), "1699123456000");
  EXPECT_EQ(of("-1", TimestampUnit::us), "-1");
  EXPECT_EQ(of("1699123456789999", TimestampUnit::us), "1699123456789");
  EXPECT_EQ(of("-1000000", TimestampUnit::ns), "-1");
  EXPECT_EQ(of("-1000001", TimestampUnit::ns), "-2");
  EXPECT_EQ(of("1699123456", TimestampUnit::automatic), "1699123456000");
  EXPECT_EQ(of("1699123456789", TimestampUnit::automatic), "1699123456789");
  EXPECT_EQ(of("1699123456789012", TimestampUnit::automatic), "1699123456789");
  EXPECT_EQ(of("1699123456789012345", TimestampUnit::automatic), "1699123456789");
  EXPECT_EQ(of("\"1970-01-01T00:00:00.001Z\"", TimestampUnit::s), "1");
  EXPECT_EQ(of(R"("1970-01-01T00:00:00.\u0030009999Z")", TimestampUnit::ns), "0");
  EXPECT_EQ(of(R"("1969-12-31T23:59:59.9999Z")", TimestampUnit::ns), "-1");
  EXPECT_EQ(of("\"1970-01-01T00:00:00." + std::string(50'000, '0') + "Z\"", TimestampUnit::ms), "0");
}

TEST(Payload, IsHashedInCanonicalForm) {
  for (const auto& [sent, canonical] : {
           std::pair{R"(null)", R"(null)"},
           {R"( true )", R"(true)"},
           {R"("a b")", R"("a b")"},
           {R"("\u0061\/")", R"("a/")"},
           {R"("\n\u0001")", R"("\n\u0001")"},
           {R"("\u001F")", R"("\u001f")"},
           {R"([])", R"([])"},
           {R"({ })", R"({})"},
           {R"([1 , 2])", R"([1,2])"},
           {R"({"b":1,"a":2})", R"({"a":2,"b":1})"},
           {R"({"b":1,"a":2,"c":3,"":0})", R"({"":0,"a":2,"b":1,"c":3})"},
           {R"({"ab":1,"a":2,"a!":3,"a ":4})", R"({"a":2,"a ":4,"a!":3,"ab":1})"},
           {R"({"a":1,"a":2})", R"({"a":2})"},
           {R"({"a":[1] ,"b":2})", R"({"a":[1],"b":2})"},
           {R"({"a":[1],"b":{} })", R"({"a":[1],"b":{}})"},
           {R"({"a":1 ,"b":2})", R"({"a":1,"b":2})"},
           {R"({"a":true ,"b":2})", R"({"a":true,"b":2})"},
           {R"({"a":"x" ,"b":2})", R"({"a":"x","b":2})"},
           {R"({"a" :1,"b":2})", R"({"a":1,"b":2})"},
           {R"({"a": 1,"b":2})", R"({"a":1,"b":2})"},
           {R"({"a":1, "b":2})", R"({"a":1,"b":2})"},
           {R"({ "a":1,"b":2})", R"({"a":1,"b":2})"},
           {R"({"a":1,"b":2 })", R"({"a":1,"b":2})"},
           {R"({"a":[1,2 ],"b":[ ]})", R"({"a":[1,2],"b":[]})"},
           {R"({"customer_id":1,"customer_at":2,"customer":3})", R"({"customer":3,"customer_at":2,"customer_id":1})"},
           {R"({"customer_id":1,"b":0,"customer_id":3})", R"({"b":0,"customer_id":3})"},
           {R"({"b":1,"a":2,"b":3})", R"({"a":2,"b":3})"},
           {R"({"id":0,"data":"test-payload-0"})", R"({"data":"test-payload-0","id":0})"},
           {R"({"z":{"b":1,"a":2},"a":[{"d":1,"c":2}]})", R"({"a":[{"c":2,"d":1}],"z":{"a":2,"b":1}})"},
           {R"({"z":{"a":1,"b":[{}]},"a":[]})", R"({"a":[],"z":{"a":1,"b":[{}]}})"},
           {R"({"b":1.0,"a":-0})", R"({"a":0,"b":1})"},
           {R"([1e2,0.10,1.5,-1.5,1E-7,0.000001,0.0000001,100.0,1e21,123456789012345678901234567890])",
            R"([100,0.1,1.5,-1.5,1e-7,0.000001,1e-7,100,1e+21,1.2345678901234568e+29])"},
           {R"([9007199254740993,18446744073709551615,-9223372036854775808,18446744073709551616])",
            R"([9007199254740993,18446744073709551615,-9223372036854775808,18446744073709552000])"},
           {R"({"\u0062":1,"a":2})", R"({"a":2,"b":1})"},
           {"{\"\xEF\xBF\xBD\":1,\"\xF0\x9F\x98\x80\":2}", "{\"\xF0\x9F\x98\x80\":2,\"\xEF\xBF\xBD\":1}"},
           {"{\"\xC3\xA9\":1,\"z\":2}", "{\"z\":2,\"\xC3\xA9\":1}"},
       }) {
    EXPECT_EQ(hash_of(sent), xxh3_128(canonical)) << sent;
  }
}

TEST(Payload, HasItsMembersPutInOrderHoweverMany) {
  for (const int count : {1, 2, 31, 32, 33, 64, 500}) {
    std::string sent = "{";
    std::string canonical = "{";
    for (int i = 0; i < count; ++i) {
      const auto add_member = [count](std::string& object, int nth) {
        if (object.size() > 1) object += ',';
        object.append("\"").append(std::to_string(1'000 + count - nth)).append("\":\"");
        object.append(static_cast<std::size_t>(nth) % 40, 'x').append("\"");
      };
      add_member(sent, i);
      add_member(canonical, count - 1 - i);
    }
    EXPECT_EQ(hash_of(sent + "}"), xxh3_128(canonical + "}")) << count;
    EXPECT_EQ(hash_of(canonical + "}"), xxh3_128(canonical + "}")) << count;
  }
}

TEST(Payload, IsHashedAsSentIfWanted) {
  Options options;
  options.canonical = Canonical::raw;
  for (const std::string_view sent :
       {R"({ "b" : 1.0,"a":[ 2]})", "1e400", "\"\\u0061\"", "[\n]", "-0", "null", "\"a b\""}) {
    EXPECT_EQ(hash_of(sent, options), xxh3_128(sent));
    EXPECT_EQ(hash_of(std::string(" ").append(sent).append("\t\n"), options), xxh3_128(sent));
  }
}

TEST(Payload, HasItsHashInEveryAlgorithm) {
  const auto of = [](HashAlgorithm algorithm) {
    Options options;
    options.hash = algorithm;
    return hash_of(R"({"b":1.0,"a":2})", options);
  };
  EXPECT_EQ(of(HashAlgorithm::xxh3_128), xxh3_128(R"({"a":2,"b":1})"));
  EXPECT_EQ(of(HashAlgorithm::xxh3_64).size(), 16U);
  EXPECT_EQ(of(HashAlgorithm::sha256), "d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772");
  EXPECT_EQ(of(HashAlgorithm::prefix8), R"({\"a\":2,\")");
}

// A payload of objects out of order that fills the limit: what is noted down of each may not reach the text that is
// hashed, where two payloads came to have one hash.
TEST(Hash, OfAPayloadAsLargeAsTheLimitIsThatOfItsCanonicalForm) {
  constexpr int kLevels = 120;
  const auto hash_of = [](const std::string& payload) {
    Options options;
    options.hash = HashAlgorithm::sha256;
    const std::string body = support::request_of(support::event_of(payload));
    const auto outcome = support::Transforming(options, {.body_bytes_max = body.size()})(body);
    EXPECT_EQ(outcome.verdict, Verdict::ok);
    return outcome.text.substr(outcome.text.find("\"hash\":\"") + 8, 64);
  };
  std::string hashes[2];
  for (const int last : {1, 2}) {
    std::string payload = "[", canonical = "[";
    for (int i = 0; i < kLevels; ++i) payload += R"({"":0,"":)", canonical += R"({"":)";
    for (std::string* text : {&payload, &canonical}) text->append(std::to_string(last)).append(kLevels, '}') += ']';
    std::array<char, core::kHashBytesMax> hash;
    const std::size_t size = core::write_hash(HashAlgorithm::sha256, canonical, hash.data());
    hashes[last - 1] = hash_of(payload);
    EXPECT_EQ(hashes[last - 1], std::string(hash.data(), size));
  }
  EXPECT_NE(hashes[0], hashes[1]);
}

}  // namespace
}  // namespace planish
