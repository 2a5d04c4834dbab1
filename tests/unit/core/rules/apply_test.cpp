// Rules on events: what leaves, byte by byte.
#include <core/rules/apply.hpp>

#include <core/diagnose.hpp>
#include <planish/padded_view.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::rules {
namespace {

constexpr std::string_view kKey = "0123456789abcdef";

// What is left of an event, whose payload, user and id are those members of it; in buffers of exactly its size.
struct Applied {
  Applied(const std::vector<Rule>& rules, std::string_view event, std::string_view type_sent = "t") {
    const auto compiled = RuleSet::compile(rules, kKey);
    EXPECT_EQ(compiled.problems.size(), 0u);
    if (compiled.set == nullptr) return;
    const auto body = std::make_unique<char[]>(event.size() + kPadding);
    std::copy(event.begin(), event.end(), body.get());
    StructuralIndex index(event.size());
    EXPECT_TRUE(index.build({body.get(), event.size()}));
    RulesScratch scratch(event.size());
    const std::string_view text(body.get(), event.size());
    const auto member = [&](std::string_view name) {
      const std::size_t at = text.find('"' + std::string(name) + "\":");
      if (at == std::string_view::npos) return std::string_view();
      const std::size_t begin = at + name.size() + 3;
      const char last = text[begin] == '{' ? '}' : text[begin] == '"' ? '"' : ',';
      const std::size_t end = std::min(text.find(last, begin + 1) + (last == ',' ? 0 : 1), text.size() - 1);
      return text.substr(begin, end - begin);
    };
    Original original{body.get(), index.begin(), text, type_sent, member("p"), member("user"), member("id")};
    if (!original.payload.empty()) {
      const auto offset = static_cast<std::uint32_t>(original.payload.data() - body.get());
      original.payload_first = std::find(index.begin(), index.end(), offset);
    }
    if (event.find('\\') == std::string_view::npos) {  // the same, where nobody looks for escapes
      original.has_escapes = false;
      plain = apply(*compiled.set, original, scratch).whole;
      original.has_escapes = true;
    }
    const Left left = apply(*compiled.set, original, scratch);
    verdict = left.verdict;
    changed = left.changed;
    type = left.type;
    if (verdict != Left::Verdict::kept) return;
    whole = left.whole;
    if (event.find('\\') == std::string_view::npos) {
      EXPECT_EQ(plain, whole);
    }
    payload = left.payload;
    user = left.user;
    id = left.id;
    EXPECT_EQ(diagnose(whole).kind, Diagnosis::Kind::valid) << whole;
    if (changed) expect_tokens(left);
  }
  // The payload's, and the one behind them, are those that stage 1 finds in the text.
  static void expect_tokens(const Left& left) {
    if (left.payload_first == nullptr) return;
    std::string padded(left.whole);
    padded.resize(padded.size() + kPadding);
    StructuralIndex index(left.whole.size());
    ASSERT_TRUE(index.build({padded.data(), left.whole.size()}));
    const auto begin = static_cast<std::uint32_t>(left.payload.data() - left.base);
    const auto end = static_cast<std::uint32_t>(begin + left.payload.size());
    const Index first = std::lower_bound(index.begin(), index.end(), begin);
    const Index behind = std::lower_bound(first, index.end(), end);
    EXPECT_TRUE(std::equal(first, behind + 1, left.payload_first)) << left.whole;
  }

  Left::Verdict verdict = Left::Verdict::kept;
  bool changed = false;
  std::string type, whole, payload, user, id, plain;
};

std::string left(const Rule& rule, std::string_view event) {
  return Applied({rule}, event).whole;
}

TEST(Rules, RemoveMembersWithTheirCommas) {
  const Rule rule{.remove = {"/a", "/b/c", "/e/*/x"}};
  EXPECT_EQ(left(rule, R"({"a":1,"b":{"c":1,"d":2},"z":3})"), R"({"b":{"d":2},"z":3})");
  EXPECT_EQ(left(rule, R"({"z":3,"a":1})"), R"({"z":3})");
  EXPECT_EQ(left(rule, R"({"a":1})"), "{}");
  EXPECT_EQ(left(rule, R"({"z":0,"a":1,"a":2,"y":1,"a":3})"), R"({"z":0,"y":1})");
  EXPECT_EQ(left(rule, R"({"a":1,"a":2})"), "{}");
  EXPECT_EQ(left(rule, R"({"a":1,"a":2,"z":3})"), R"({"z":3})");
  EXPECT_EQ(left(rule, R"({"e":[{"x":1},{"x":2,"y":[3]},4,[5]]})"), R"({"e":[{},{"y":[3]},4,[5]]})");
  EXPECT_EQ(left(rule, R"({"e":{"k":{"y":1,"x":{"deep":[{}]}}}})"), R"({"e":{"k":{"y":1}}})");
  EXPECT_EQ(left(rule, "{ \"z\" : 1 , \"a\" : [ 1 ] , \"b\" : { \"c\" : 1 } }").find("\"a\""), std::string::npos);
  EXPECT_EQ(left({.remove = {"/l/*"}}, R"({"l":[1,[2],{"a":3}],"m":[]})"), R"({"l":[],"m":[]})");
}

TEST(Rules, FindNamesWithoutTheirEscapes) {
  EXPECT_EQ(left({.remove = {"/a~1b~0/é"}}, R"({"\u0061/b~":{"\u00e9":1,"e":2}})"), R"({"\u0061/b~":{"e":2}})");
  EXPECT_EQ(left({.remove = {"/l/0"}}, R"({"l":[1,2]})"), R"({"l":[1,2]})");  // digits are a member's name
  EXPECT_EQ(left({.remove = {"/l/0"}}, R"({"l":{"0":1}})"), R"({"l":{}})");
}

// Names are compared by words: the first, the last and a middle byte of each size count, and white space does not.
TEST(Rules, FindNamesOfEverySize) {
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string name = std::string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST").substr(0, size);
    std::string others = '"' + name + "x\":0";
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      if (size == 0) break;
      std::string other = name;
      other[at] = '_';
      others += ",\"" + other + "\":{\"" + name + "\":[]}";
    }
    const Rule rule{.remove = {"/p/" + name}};
    EXPECT_EQ(left(rule, R"({"p":{)" + others + ",\"" + name + "\":1}}"), R"({"p":{)" + others + "}}");
    EXPECT_EQ(left(rule, R"({"p":{)" + others + ",\"" + name + "\" \t: 1 }}"), R"({"p":{)" + others + " }}");
  }
}

// Whatever the order that they stand in, and whether one lies within the other.
TEST(Rules, TellPartsInAnyOrder) {
  const Rule rule{.remove = {"/a", "/p/a"}, .mask = {"/user"}, .set = {{"/p/z", "1"}}};
  for (const std::string_view event :
       {R"({"a":0,"user":"uu","p":{"a":1,"b":2},"id":"i","a":0})", R"({"id":"i","p":{"a":1,"b":2},"a":0,"user":"uu"})",
        R"({"p":{"a":1,"b":2},"user":"uu","id":"i"})", R"({"user":"uu","id":"i","a":[{}],"p":{"a":1,"b":2}})"}) {
    const Applied applied({rule}, event);
    EXPECT_EQ(applied.payload, R"({"b":2,"z":1})") << event;
    EXPECT_EQ(applied.user, R"("**")") << event;
    EXPECT_EQ(applied.id, R"("i")") << event;
  }
  const Applied within({{.remove = {"/a"}, .hash = {"/p/user"}}}, R"({"a":0,"p":{"user":"u","id":"i"}})");
  EXPECT_EQ(within.user.size(), 34u);
  EXPECT_EQ(within.payload, R"({"user":)" + within.user + R"(,"id":"i"})");
  EXPECT_EQ(within.id, R"("i")");
}

TEST(Rules, DoNothingWhereTheyFindNothing) {
  const Applied applied({{.remove = {"/x", "/a/b/c"}, .mask = {"/y"}, .hash = {"/a/z"}, .truncate_ip = {"/q/*"}}},
                        R"({ "a" : 1 })");
  EXPECT_FALSE(applied.changed);
  EXPECT_EQ(applied.whole, R"({ "a" : 1 })");
}

TEST(Rules, MaskAsManyCodePoints) {
  const Rule rule{.mask = {"/a", "/b/*"}};
  EXPECT_EQ(left(rule, R"({"a":"é😀\n\ud83d\ude00"})"), R"({"a":"****"})");
  EXPECT_EQ(left(rule, R"({"a":""})"), R"({"a":""})");
  EXPECT_EQ(left(rule, R"({"a":12,"b":[true,"x",{"c":1}]})"), R"({"a":null,"b":[null,"*",null]})");
  EXPECT_EQ(left(rule, "{\"a\":\"" + std::string(100, 'x') + "\"}"), "{\"a\":\"" + std::string(100, '*') + "\"}");
}

// printf %s 'ada@example.com' | openssl dgst -sha256 -hmac 0123456789abcdef
TEST(Rules, HashByHmac) {
  EXPECT_EQ(left({.hash = {"/e"}}, R"({"e":"ada@example.com"})"), R"({"e":"512383176ce1b4c279ee430548cf07ec"})");
  EXPECT_EQ(left({.hash = {"/e"}}, R"({"e":"ad\u0061@example.com"})"), R"({"e":"512383176ce1b4c279ee430548cf07ec"})");
  EXPECT_EQ(left({.hash = {"/e"}}, R"({"e":{"b":1.0,"a":[ ]}})"), R"({"e":"e35ba590caa7d00f6f39376ae85d3a79"})");
  EXPECT_NE(left({.hash = {"/e"}}, R"({"e":1e400})"), R"({"e":1e400})");
}

// A number's canonical form may be more than five times as long as the number.
TEST(Rules, HashAValueWhoseFormIsLonger) {
  std::string event = R"({"e":[1e20)";
  while (event.size() < 300'000) event += ",1e20";
  event += "]}";
  EXPECT_EQ(left({.hash = {"/e"}}, event).size(), std::string_view(R"({"e":""})").size() + 32);
  // printf %s '[100000000000000000000]' | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(left({.hash = {"/e"}}, R"({"e":[1e20]})"), R"({"e":"ca9889287ab06d5b702e04069bdfcc65"})");
}

TEST(Rules, TruncateAddresses) {
  const auto truncated = [](const std::string& text) {
    return left({.truncate_ip = {"/a"}}, "{\"a\":\"" + text + "\"}");
  };
  EXPECT_EQ(truncated("192.168.17.255"), R"({"a":"192.168.17.0"})");
  EXPECT_EQ(truncated("2001:db8:85a3::8a2e:370:7334"), R"({"a":"2001:db8:85a3::"})");
  EXPECT_EQ(truncated("2001:0DB8:0:0:1:2:3:4"), R"({"a":"2001:db8::"})");
  EXPECT_EQ(truncated("::1"), R"({"a":"::"})");
  EXPECT_EQ(truncated("::2:3:4:5:6:7:8"), R"({"a":"0:2:3::"})");
  EXPECT_EQ(truncated("1::3:4:5:6:7:8"), R"({"a":"1:0:3::"})");
  EXPECT_EQ(truncated("0:0:5::"), R"({"a":"0:0:5::"})");
  EXPECT_EQ(truncated("::ffff:1.2.3.4"), R"({"a":"::"})");
  EXPECT_EQ(truncated("::3:4:5:6:1.2.3.4"), R"({"a":"0:0:3::"})");
  EXPECT_EQ(truncated("example.com"), R"({"a":null})");
  EXPECT_EQ(left({.truncate_ip = {"/a"}}, R"({"a":17})"), R"({"a":null})");
  EXPECT_EQ(
      left({.truncate_ip = {"/*/*"}}, R"({"a":["1.2.3.4","1.2.3.4","x","x","1::2","1.2.3.5"],"b":["1.2.3.5",""]})"),
      R"({"a":["1.2.3.0","1.2.3.0",null,null,"1::","1.2.3.0"],"b":["1.2.3.0",null]})");
}

TEST(Rules, SetMakesTheObjectsOnItsWay) {
  const Rule rule{.set = {{"/p/region", "\"eu\""}, {"/n/m/o", "{\"x\":1}"}}};
  EXPECT_EQ(left(rule, R"({"p":{"a":1}})"), R"({"p":{"a":1,"region":"eu"},"n":{"m":{"o":{"x":1}}}})");
  EXPECT_EQ(left(rule, R"({"p":{},"n":{"m":{}}})"), R"({"p":{"region":"eu"},"n":{"m":{"o":{"x":1}}}})");
  EXPECT_EQ(left(rule, R"({"p":{"region":{"old":1},"region":2},"n":1})"),
            R"({"p":{"region":"eu","region":"eu"},"n":1})");
  EXPECT_EQ(left(rule, R"({"p":[1],"n":{"m":null}})"), R"({"p":[1],"n":{"m":null}})");
  EXPECT_EQ(left({.set = {{"/a/x", "1"}, {"/a/y", "2"}}}, "{}"), R"({"a":{"x":1,"y":2}})");
  EXPECT_EQ(left({.set = {{"/a~1\"/*", "1"}, {"/l/*", "0"}}}, R"({"l":[5,{"a":6}]})"), R"({"l":[0,0]})");
  EXPECT_EQ(left({.set = {{"/\"\n", "1"}}}, "{}"), R"({"\"\n":1})");
}

TEST(Rules, ApplyTheirVerbsAndEachOtherInOrder) {
  EXPECT_EQ(left({.remove = {"/a/b"}, .mask = {"/a/c", "/d"}, .hash = {}, .set = {{"/a/b", "1"}}},
                 R"({"a":{"b":"x","c":"yy"},"d":"z"})"),
            R"({"a":{"c":"**","b":1},"d":"*"})");
  EXPECT_EQ(
      Applied({{.set = {{"/a", "{\"b\":\"secret\"}"}}}, {.mask = {"/a/b"}}, {.remove = {"/a/b"}}}, R"({"z":0})").whole,
      R"({"z":0,"a":{}})");
  EXPECT_EQ(Applied({{.mask = {"/a/b"}}, {.mask = {"/a"}}}, R"({"a":{"b":"x"}})").whole, R"({"a":null})");
  // The hash is that of what the removal left.
  EXPECT_EQ(left({.remove = {"/a/b"}, .hash = {"/a"}}, R"({"a":{"b":"x","c":1}})"),
            left({.hash = {"/a"}}, R"({"a":{"c":1}})"));
}

TEST(Rules, TellPartsAsTheyAreLeft) {
  const std::string event = R"({"id":"i1","p":{"a":1,"b":2},"user":"u1","z":1})";
  const Applied removed({{.remove = {"/p/a", "/z"}}}, event);
  EXPECT_EQ(removed.payload, R"({"b":2})");
  EXPECT_EQ(removed.user, "\"u1\"");
  EXPECT_EQ(removed.id, "\"i1\"");
  const Applied all({{.remove = {"/user"}, .mask = {"/id"}, .set = {{"/p", "[7]"}}}}, event);
  EXPECT_EQ(all.whole, R"({"id":"**","p":[7],"z":1})");
  EXPECT_EQ(all.payload, "[7]");
  EXPECT_EQ(all.user, "null");
  EXPECT_EQ(all.id, "\"**\"");
  const Applied grown({{
                           .set = {{"/id", "\"a longer one\""}, {"/p/c", "3"}},
                       },
                       {.remove = {"/p/a"}}},
                      event);
  EXPECT_EQ(grown.payload, R"({"b":2,"c":3})");
  EXPECT_EQ(grown.user, "\"u1\"");
  EXPECT_EQ(grown.id, "\"a longer one\"");
}

TEST(Rules, RenameAndMatchTheTypeAsItIsByThen) {
  const std::vector<Rule> rules{{.types = {"click"}, .rename = "page_view"},
                                {.types = {"page_*"}, .remove = {"/a"}},
                                {.types = {"click"}, .remove = {"/b"}}};
  // Of a type that no rule takes away before it.
  const auto set = RuleSet::compile({rules[0], rules[1]}, {}).set;
  ASSERT_NE(set, nullptr);
  const Applied applied({rules[0], rules[1]}, R"({"a":1,"b":2})", "click");
  EXPECT_EQ(applied.type, "page_view");
  EXPECT_EQ(applied.whole, R"({"b":2})");
  EXPECT_EQ(Applied({rules[0], rules[1]}, R"({"a":1})", "other").whole, R"({"a":1})");
  EXPECT_EQ(RuleSet::compile(rules, {}).idle, std::vector<std::size_t>{2});
}

TEST(Rules, DropAll) {
  EXPECT_EQ(Applied({{.types = {"Order *"}, .drop = 1}}, "{}", "Order Completed").verdict, Left::Verdict::dropped);
  EXPECT_EQ(Applied({{.types = {"Order *"}, .drop = 1}}, "{}", "Orders").verdict, Left::Verdict::kept);
  EXPECT_EQ(Applied({{.drop = 0}}, "{}").verdict, Left::Verdict::kept);
}

TEST(Rules, DropAShareOfTheUsers) {
  const auto set = RuleSet::compile({{.drop = 0.9}}, {}).set;
  ASSERT_NE(set, nullptr);
  RulesScratch scratch(100);
  std::string body = R"({"u":"0000000"})";
  body.resize(body.size() + kPadding);
  StructuralIndex index(100);
  int dropped = 0;
  constexpr int kUsers = 1'000'000;
  for (int i = 0; i < kUsers; ++i) {
    const std::string digits = std::to_string(1'000'000 + i);
    std::copy(digits.begin(), digits.end(), body.begin() + 6);
    const std::string_view whole(body.data(), body.size() - kPadding);
    ASSERT_TRUE(index.build(whole));
    const Original event{body.data(), index.begin(), whole, "t", {}, whole.substr(5, 9), {}};
    dropped += apply(*set, event, scratch).verdict == Left::Verdict::dropped;
  }
  EXPECT_NEAR(dropped, kUsers * 0.9, kUsers * 0.01);
}

TEST(Rules, DecideByUserThenIdThenTheEvent) {
  RulesScratch scratch(100);
  const auto hash = [&](std::string_view user, std::string_view id) { return drop_hash(user, id, "{}", scratch); };
  EXPECT_EQ(hash("\"a\"", "\"b\""), hash("\"a\"", "\"c\""));
  EXPECT_EQ(hash("\"\\u0061\"", ""), hash("\"a\"", ""));
  EXPECT_EQ(hash("17", ""), hash("\"17\"", ""));
  EXPECT_EQ(hash("", "\"a\""), hash("\"a\"", ""));
  EXPECT_EQ(hash("null", "\"a\""), hash("\"a\"", ""));
  EXPECT_EQ(hash("", ""), 0x44136fa355b3678aU);  // printf %s '{}' | sha256sum
}

// Of the room beyond twice its size and what rules put into each, which the events of a request share.
TEST(Rules, ShareTheRoomToGrow) {
  RulesScratch scratch(1000);
  scratch.begin_request();
  EXPECT_TRUE(scratch.may_grow(100, 210, 10));
  EXPECT_TRUE(scratch.may_grow(100, 210 + kGrowthBytes - 1, 10));
  EXPECT_FALSE(scratch.may_grow(100, 212, 10));
  EXPECT_TRUE(scratch.may_grow(100, 211, 10));
  EXPECT_FALSE(scratch.may_grow(100, 211, 10));
  scratch.begin_request();
  EXPECT_FALSE(scratch.may_grow(100, 211 + kGrowthBytes, 10));
  EXPECT_TRUE(scratch.may_grow(100, 210 + kGrowthBytes, 10));
}

// What an edit made of one event's text is kept for the next of the same request.
TEST(Rules, HashAnotherTextAnew) {
  std::string event = R"({"l":[)";
  for (const unsigned size : {64u, 64u, 65u, 65u, 63u, 0u, 0u, 1u}) event += '"' + std::string(size, 'x') + R"(",)";
  event += R"("y","x"]})";
  const std::string hashed = left({.hash = {"/l/*"}}, event);
  const auto each = [&](std::size_t i) { return hashed.substr(std::string_view(R"({"l":[")").size() + i * 35, 32); };
  EXPECT_EQ(each(0), each(1));
  EXPECT_NE(each(1), each(2));
  EXPECT_EQ(each(2), each(3));
  EXPECT_EQ(each(5), each(6));
  EXPECT_NE(each(7), each(8));
  EXPECT_EQ(each(7), each(9));
  EXPECT_EQ(left({.hash = {"/l/*"}}, R"({"l":["x"]})"), R"({"l":[")" + each(9) + R"("]})");
}

TEST(Rules, RefuseAnEventThatGrowsTooLarge) {
  std::string event = R"({"l":[1)";
  while (event.size() < 3000) event += ",1";
  EXPECT_EQ(Applied({{.hash = {"/l/*"}}}, event + "]}").verdict,
            Left::Verdict::kept);  // 17 times as large, and still within
  while (event.size() < 20'000) event += ",1";
  EXPECT_EQ(Applied({{.hash = {"/l/*"}}}, event + "]}").verdict, Left::Verdict::too_large);
}

}  // namespace
}  // namespace planish::core::rules
