// Payloads against contracts: what does not fit, where, and in which order.
#include "contracts.hpp"

namespace planish::core::contract {
namespace {

TEST(Contract, TellsEachFaultWithItsPlaceAndItsRule) {
  const Folded folder = fold({{"Order%20Completed.json", R"({
    "type":"object","required":["email","id"],"additionalProperties":false,
    "properties":{"email":{"type":"string","format":"email","maxLength":8},"id":{"type":"integer","minimum":1},
                  "items":{"items":{"enum":["a","b"]}}}})"}});
  EXPECT_EQ(folder.faults("Order Completed", R"({"email":"a@b.c","id":1,"items":["a"]})"), Lines{});
  EXPECT_EQ(
      folder.faults("Order Completed", R"({"id":0.5,"items":["a","c",7],"email":"not an address","x/y~":null})"),
      (Lines{
          "/id | is not an integer | Order%20Completed.json#/properties/id/type",
          "/id | is less than 1 | Order%20Completed.json#/properties/id/minimum",
          "/items/1 | is not one of the values that are allowed | Order%20Completed.json#/properties/items/items/enum",
          "/items/2 | is not one of the values that are allowed | Order%20Completed.json#/properties/items/items/enum",
          "/email | is longer than 8 characters | Order%20Completed.json#/properties/email/maxLength",
          "/email | is not an email address | Order%20Completed.json#/properties/email/format",
          "/x~1y~0 | is not allowed | Order%20Completed.json#/additionalProperties"}));
  EXPECT_EQ(folder.faults("Order Completed", "{}"),
            (Lines{" | lacks the member email | Order%20Completed.json#/required",
                   " | lacks the member id | Order%20Completed.json#/required"}));
  EXPECT_EQ(folder.faults("Order Completed", "null"), (Lines{" | is not an object | Order%20Completed.json#/type"}));
}

TEST(Contract, TellsFaultsInTheOrderOfTheDocument) {
  const std::string schema =
      R"({"properties":{"a":{"type":"string"},"b":{"minProperties":2,"required":["z"],"properties":{"c":{"const":1}}}},"allOf":[{"properties":{"a":{"maximum":0}}}],"minProperties":9})";
  EXPECT_EQ(faults(schema, R"({"b":{"c":2},"a":1})"),
            (Lines{" | has fewer than 9 members | t.json#/minProperties",
                   "/b | has fewer than 2 members | t.json#/properties/b/minProperties",
                   "/b | lacks the member z | t.json#/properties/b/required",
                   "/b/c | is not the value that is wanted | t.json#/properties/b/properties/c/const",
                   "/a | is not a string | t.json#/properties/a/type",
                   "/a | is greater than 0 | t.json#/allOf/0/properties/a/maximum"}));
}

TEST(Contract, TellsTheFirst16Faults) {
  std::string payload = "[0";
  for (int i = 1; i < 16; ++i) payload += ",0";
  EXPECT_EQ(faults(R"({"items":{"type":"string"}})", payload + "]").size(), 16u);
  EXPECT_EQ(faults(R"({"items":{"type":"string"}})", payload + ",0]"),
            faults(R"({"items":{"type":"string"}})", payload + "]"));
  // A later fault that is found first makes room for an earlier one.
  const auto told =
      faults(R"({"items":{"type":"string"},"maxItems":3,"allOf":[{"items":{"minimum":1}}]})", payload + ",0]");
  ASSERT_EQ(told.size(), 16u);
  EXPECT_EQ(told[0], " | has more than 3 elements | t.json#/maxItems");
  EXPECT_EQ(told[1], "/0 | is not a string | t.json#/items/type");
  EXPECT_EQ(told[2], "/0 | is less than 1 | t.json#/allOf/0/items/minimum");
  EXPECT_EQ(told[15], "/7 | is not a string | t.json#/items/type");
}

TEST(Contract, TellsOneFaultOfAFailedChoice) {
  EXPECT_EQ(
      faults(R"({"properties":{"a":{"anyOf":[{"type":"string"},{"required":["x"],"type":"object"}]}}})", R"({"a":{}})"),
      (Lines{"/a | fits none of the schemas | t.json#/properties/a/anyOf"}));
  EXPECT_EQ(faults(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3"),
            (Lines{" | does not fit exactly one of the schemas | t.json#/oneOf"}));
  EXPECT_EQ(faults(R"({"not":{"type":"null"}})", "null"), (Lines{" | fits what is not allowed | t.json#/not"}));
  EXPECT_EQ(faults(R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})", "1"),
            (Lines{" | is less than 2 | t.json#/else/minimum"}));
}

TEST(Contract, SaysOnceWhatOneSchemaSaysByTwoWays) {
  EXPECT_EQ(faults(R"({"$defs":{"s":{"type":"string"}},"allOf":[{"$ref":"#/$defs/s"},{"$ref":"#/$defs/s"}]})", "1"),
            (Lines{" | is not a string | t.json#/$defs/s/type"}));
}

TEST(Contract, NamesNoValueOfThePayload) {
  const std::string schema =
      R"({"properties":{"a":{"type":"integer","enum":[1],"const":2,"minLength":20,"pattern":"^x","format":"uuid","not":{"minLength":1}}},
    "propertyNames":{"maxLength":1},"uniqueItems":true})";
  for (const std::string& line : faults(schema, R"({"a":"SENTINEL"})"))
    EXPECT_EQ(line.find("SENTINEL"), std::string::npos) << line;
  EXPECT_EQ(faults(schema, R"({"a":"SENTINEL"})").size(), 7u);
}

TEST(Contract, PointsAtTheMemberWhoseNameDoesNotFit) {
  EXPECT_EQ(faults(R"({"propertyNames":{"pattern":"^a"}})", R"({"a":1,"\u0062\"":{"c":2}})"),
            (Lines{"/b\\\" | does not match the pattern | t.json#/propertyNames/pattern"}));
}

TEST(Contract, EscapesAndCutsPointers) {
  const std::string schema = R"({"additionalProperties":{"additionalProperties":false}})";
  EXPECT_EQ(faults(schema, R"({"~/":{"é\n":1}})"),
            (Lines{"/~0~1/é\\n | is not allowed | t.json#/additionalProperties/additionalProperties"}));
  const auto told = [&](std::size_t size) {
    return faults(schema, R"({"a":{")" + std::string(size, 'x') + R"(":1}})")[0];
  };
  const std::string rest = " | is not allowed | t.json#/additionalProperties/additionalProperties";
  EXPECT_EQ(told(kFaultTextBytesMax - 3), "/a/" + std::string(kFaultTextBytesMax - 3, 'x') + rest);
  EXPECT_EQ(told(kFaultTextBytesMax - 2), "/a" + rest);
}

TEST(Contract, CutsLongNamesAndPlaces) {
  const std::string name(300, 'n');
  EXPECT_EQ(faults(R"({"required":[")" + name + R"("]})", "{}"),
            (Lines{" | lacks a member that is required | t.json#/required"}));
  EXPECT_EQ(faults(R"({"properties":{"a":{"allOf":[{"anyOf":[false]}]},")" + name + R"(":{"type":"null"}}})",
                   R"({")" + name + R"(":1})"),
            (Lines{" | is not null | t.json#"}));
}

TEST(Contract, ComparesNumbersAsDecimals) {
  EXPECT_TRUE(fits(R"({"maximum":9007199254740992})", "9007199254740992.0"));
  EXPECT_FALSE(fits(R"({"maximum":9007199254740992})", "9007199254740993"));
  EXPECT_FALSE(fits(R"({"const":9007199254740992})", "9007199254740993"));
  EXPECT_TRUE(fits(R"({"type":"integer"})", "1.0"));
  EXPECT_TRUE(fits(R"({"type":"integer"})", "1e400"));
  EXPECT_FALSE(fits(R"({"type":"integer"})", "1.5"));
  EXPECT_TRUE(fits(R"({"multipleOf":0.01})", "4.35"));
  EXPECT_FALSE(fits(R"({"multipleOf":0.01})", "4.351"));
  EXPECT_TRUE(fits(R"({"exclusiveMinimum":1e-400})", "2e-400"));
  EXPECT_FALSE(fits(R"({"exclusiveMinimum":1e-400})", "0.1e-399"));
  EXPECT_FALSE(fits(R"({"minimum":-5})", "-6"));
  EXPECT_TRUE(fits(R"({"minimum":-5.5})", "-5"));
  EXPECT_TRUE(fits(R"({"exclusiveMaximum":999999999999999999999})", "999999999999999999998"));
}

TEST(Contract, ComparesNumbersNearABoundAsItDoesThoseFarFromIt) {
  const Lines numbers = {"0",
                         "-0",
                         "0.0",
                         "-0.0",
                         "1",
                         "-1",
                         "0.5",
                         "-0.5",
                         "1.0",
                         "-1.0",
                         "1.5",
                         "-1.5",
                         "2",
                         "-2",
                         "1e0",
                         "10e-1",
                         "-5e-1",
                         "0.9999999999999999999",
                         "-0.00000000000000000000001",
                         "1e400",
                         "-1e400",
                         "999999999999999999",
                         "1000000000000000000",
                         "999999999999999999.5",
                         "9223372036854775807",
                         "9223372036854775808",
                         "-9223372036854775808",
                         "18446744073709551616"};
  for (const std::string& bound : numbers) {
    for (const std::string& number : numbers) {
      const int order = compare(Decimal(number), Decimal(bound));
      EXPECT_EQ(fits(R"({"properties":{"a":{"minimum":)" + bound + "}}}", R"({"a":)" + number + "}"), order >= 0);
      EXPECT_EQ(fits(R"({"properties":{"a":{"maximum":)" + bound + "}}}", R"({"a":)" + number + "}"), order <= 0);
      EXPECT_EQ(fits(R"({"properties":{"a":{"exclusiveMinimum":)" + bound + "}}}", R"({"a":)" + number + "}"),
                order > 0);
      EXPECT_EQ(fits(R"({"properties":{"a":{"exclusiveMaximum":)" + bound + "}}}", R"({"a":)" + number + "}"),
                order < 0);
    }
    EXPECT_EQ(fits(R"({"properties":{"a":{"type":"integer"}}})", R"({"a":)" + bound + "}"),
              Decimal(bound).is_integer());
  }
}

TEST(Contract, FindsNamesInAnyOrderAndSpelling) {
  const std::vector<std::string> names = {"",
                                          "a",
                                          "ab",
                                          "abcdefg",
                                          "abcdefgh",
                                          "abcdefgi",
                                          "abcdefghi",
                                          "bbcdefghi",
                                          "abcdefghijklmnop",
                                          "abcdefghijklmnopq",
                                          "abcdefghXjklmnopq",
                                          "a\\\\b",
                                          "\\\"",
                                          "a\\nb"};
  std::string properties, words;
  for (const std::string& name : names) {
    properties += (properties.empty() ? "\"" : ",\"") + name + R"(":{"const":")" + name + "\"}";
    words += (words.empty() ? "\"" : ",\"") + name + '"';
  }
  const Folded folder =
      fold({{"t.json", R"({"properties":{)" + properties + "}}"}, {"w.json", R"({"items":{"enum":[)" + words + "]}}"}});
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string right = "{", wrong = "{";
    for (std::size_t j = 0; j < names.size(); ++j) {
      const std::string& name = names[(i * j + i + j) % names.size()];
      right += (j == 0 ? "\"" : ",\"") + name + R"(":")" + name + '"';
      wrong += (j == 0 ? "\"" : ",\"") + name + R"(":"x")";
    }
    EXPECT_EQ(folder.faults("t", right + '}'), Lines{});
    EXPECT_NE(folder.faults("t", wrong + '}'), Lines{});
  }
  // What looks like a name of the schema, and is another's spelling; and the other way round.
  EXPECT_EQ(folder.faults("t", R"({"a\b":1,"unknown":1,"abcdefgj":2})"), Lines{});
  EXPECT_EQ(folder.faults("t", R"({"\u0061b":1})").size(), 1u);
  EXPECT_EQ(folder.faults("w", R"(["","a","\u0061b","abcdefg","a\\b","\"","a\nb","abcdefgh\u0069jklmnopq"])"), Lines{});
  for (const char* const other : {R"("a\b")", R"("b")", R"("abcdefghi0")", R"("abcdefghYjklmnopq")", "1", "[]", "null"})
    EXPECT_EQ(folder.faults("w", '[' + std::string(other) + ']').size(), 1u) << other;
}

TEST(Contract, LooksAtTheLengthOfStringsWhateverStandsBehindThem) {
  const std::string schema = R"({"properties":{"a":{"type":"string","maxLength":3},"b":{"maxLength":0}}})";
  EXPECT_TRUE(fits(schema, R"({"a":"abc","b":""})"));
  EXPECT_TRUE(fits(schema, "{\"a\":\"abc\"  \t  ,\"b\":\"\"   \n}"));
  EXPECT_TRUE(fits(schema, "{\"a\":\"\\u0061\\u0062\\u0063\",\"b\":1}"));
  EXPECT_FALSE(fits(schema, R"({"a":"abcd"})"));
  EXPECT_FALSE(fits(schema, R"({"a":"abc","b":"x"})"));
  EXPECT_FALSE(fits(schema, R"({"a":1})"));
}

TEST(Contract, CountsCodePoints) {
  EXPECT_TRUE(fits(R"({"minLength":2,"maxLength":2})", R"("é😀")"));
  EXPECT_TRUE(fits(R"({"minLength":3,"maxLength":3})", R"("\u00e9\ud83d\ude00\n")"));
  EXPECT_FALSE(fits(R"({"maxLength":2})", R"("abc")"));
  EXPECT_TRUE(fits(R"({"maxLength":2.0})", R"("ab")"));
  EXPECT_TRUE(fits(R"({"maxLength":1e30})", R"("ab")"));
}

TEST(Contract, ComparesStringsAndNamesWithoutTheirEscapes) {
  EXPECT_TRUE(fits(R"({"enum":["a\"b","\u00e9"]})", R"("a\u0022b")"));
  EXPECT_TRUE(fits(R"({"properties":{"a":true},"required":["a"],"additionalProperties":false})", R"({"\u0061":1})"));
  EXPECT_FALSE(fits(R"({"properties":{"a":{"const":1}}})", R"({"\u0061":2})"));
  EXPECT_TRUE(fits(R"({"pattern":"^\\n$"})", R"("\u000a")"));
  EXPECT_TRUE(fits(R"({"format":"email"})", R"("a\u0040b")"));
}

TEST(Contract, ComparesValuesWhateverTheirSpelling) {
  const std::string schema = R"({"const":{"a":[1,"x",null,true],"b":{"c":0.5}}})";
  EXPECT_TRUE(fits(schema, R"({"b":{"c":5e-1},"a":[1.0,"\u0078",null,true]})"));
  EXPECT_TRUE(fits(schema, R"({"a":0,"b":{"c":0.5},"a":[1,"x",null,true]})"));  // the last one counts
  for (const char* other :
       {R"({"a":[1,"x",null,true]})", R"({"a":[1,"x",null],"b":{"c":0.5}})",
        R"({"a":[1,"x",null,true,1],"b":{"c":0.5}})", R"({"a":[1,"x",null,true],"b":{"c":0.5},"d":1})",
        R"({"a":[1,"x",null,false],"b":{"c":0.5}})", R"({"a":[1,"x",null,true],"b":{}})",
        R"({"a":[1,"x",null,true],"b":{"c":0.5},"a":1})", "{}", "[]", "null"}) {
    EXPECT_FALSE(fits(schema, other)) << other;
  }
  EXPECT_TRUE(fits(R"({"enum":[null,{},[],false,0]})", "-0.0"));
  EXPECT_FALSE(fits(R"({"enum":[null,{},[],false,0]})", "true"));
  EXPECT_FALSE(fits(R"({"enum":[]})", "null"));
}

TEST(Contract, FindsEqualElements) {
  const std::string schema = R"({"uniqueItems":true})";
  for (const char* unique :
       {"[]", "[1]", "[1,2]", "[1,true]", "[0,false]", R"(["1",1])", "[[1],[2]]", R"([{"a":1},{"a":2}])",
        R"([{"a":1},{"b":1}])", "[null,[],{}]", R"([{"a":1,"a":2},{"a":1}])", "[9007199254740992,9007199254740993]",
        R"([{"a":[1,2]},{"a":[2,1]}])"}) {
    EXPECT_TRUE(fits(schema, unique)) << unique;
  }
  for (const char* doubled : {"[1,1.0]", "[1e2,2,100]", R"(["a",1,"\u0061"])", R"([{"a":1,"b":2},{"b":2.0,"a":1}])",
                              "[[],[]]", "[{},{}]", "[null,1,null]", "[[[1]],[[1]]]", R"([{"a":1,"a":2},{"a":2}])",
                              R"([{"\u0061":{"x":[]}},{"a":{"x":[]}}])", R"(["😀","\ud83d\ude00"])"}) {
    EXPECT_FALSE(fits(schema, doubled)) << doubled;
  }
}

TEST(Contract, AppliesDependencies) {
  const std::string schema = R"({"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"maxProperties":1}}})";
  EXPECT_TRUE(fits(schema, R"({"b":1})"));
  EXPECT_EQ(faults(schema, R"({"a":1})"),
            (Lines{" | lacks the member b, which a wants beside it | t.json#/dependentRequired/a"}));
  EXPECT_EQ(faults(schema, R"({"c":1,"b":1})"),
            (Lines{" | has more than 1 member | t.json#/dependentSchemas/c/maxProperties"}));
  const std::string old = "{" + std::string(kDraft07) + R"("dependencies":{"a":["b"],"c":{"maxProperties":1}}})";
  EXPECT_FALSE(fits(old, R"({"a":1})"));
  EXPECT_FALSE(fits(old, R"({"c":1,"b":1})"));
}

TEST(Contract, AppliesItemsOfBothDialects) {
  EXPECT_FALSE(fits(R"({"prefixItems":[{"type":"string"}],"items":{"type":"null"}})", R"(["a",1])"));
  EXPECT_TRUE(fits(R"({"prefixItems":[{"type":"string"}],"items":{"type":"null"}})", R"(["a",null])"));
  const std::string old =
      "{" + std::string(kDraft07) + R"("items":[{"type":"string"}],"additionalItems":{"type":"null"}})";
  EXPECT_FALSE(fits(old, R"(["a",1])"));
  EXPECT_TRUE(fits(old, R"(["a",null])"));
  EXPECT_TRUE(fits("{" + std::string(kDraft07) + R"("items":{},"additionalItems":false})", "[1,2]"));
  EXPECT_EQ(faults(R"({"contains":{"const":1},"minContains":2,"maxContains":2})", "[1,2,1,1]"),
            (Lines{" | has more than 2 elements that fit | t.json#/maxContains"}));
  EXPECT_TRUE(fits(R"({"contains":{"const":1},"minContains":0})", "[2]"));
  EXPECT_FALSE(fits(R"({"contains":{"const":1}})", "[]"));
}

TEST(Contract, FindsWhatNoSchemaHasLookedAt) {
  const std::string schema =
      R"({"$defs":{"base":{"properties":{"a":true}}},"$ref":"#/$defs/base","anyOf":[{"properties":{"b":{"const":1}}},{"properties":{"c":true}}],
    "patternProperties":{"^x":true},"unevaluatedProperties":false})";
  EXPECT_TRUE(fits(schema, R"({"a":1,"b":1,"c":2,"xy":3})"));
  EXPECT_EQ(faults(schema, R"({"a":1,"d":2})"), (Lines{"/d | is not allowed | t.json#/unevaluatedProperties"}));
  EXPECT_EQ(faults(schema, R"({"b":2})"),
            (Lines{"/b | is not allowed | t.json#/unevaluatedProperties"}));  // the branch with b does not fit
  EXPECT_EQ(faults(R"({"prefixItems":[true],"contains":{"const":1},"unevaluatedItems":false})", "[0,1,2]"),
            (Lines{"/2 | is not allowed | t.json#/unevaluatedItems"}));
}

TEST(Contract, ChecksEveryMemberOfADoubledName) {
  EXPECT_EQ(faults(R"({"properties":{"a":{"const":1}}})", R"({"a":2,"a":1})").size(), 1u);
  EXPECT_EQ(faults(R"({"properties":{"a":{"const":1}}})", R"({"a":1,"a":2})").size(), 1u);
}

TEST(Contract, TakesWhiteSpaceAnywhere) {
  EXPECT_EQ(
      faults(R"({"properties":{"a":{"items":{"maximum":1}}},"required":["b"]})", " { \"a\" : [ 1 , 2 ]\n,\"b\":0\t} "),
      (Lines{"/a/1 | is greater than 1 | t.json#/properties/a/items/maximum"}));
}

TEST(Contract, FindsTheContractOfAType) {
  const Folded folder = fold({{"a%2Fb.json", "false"}, {"c.json", "true"}, {"%C3%A9.json", "{}"}});
  ASSERT_NE(folder.compiled.set, nullptr);
  EXPECT_TRUE(folder.compiled.set->find("a/b").is_there);
  EXPECT_TRUE(folder.compiled.set->find("é").is_there);
  EXPECT_FALSE(folder.compiled.set->find("a%2Fb").is_there);
  EXPECT_FALSE(folder.compiled.set->find("").is_there);
  EXPECT_EQ(folder.faults("a/b", "1"), (Lines{" | is not allowed | a%2Fb.json#"}));
  EXPECT_EQ(folder.faults("c", "1"), Lines{});
  EXPECT_EQ(folder.compiled.set->size(), 3u);
}

}  // namespace
}  // namespace planish::core::contract
