// What is wrong with schemas, all of it at once; and what they cost.
#include "contracts.hpp"

#include <core/contract/check.hpp>
#include <core/contract/compiler.hpp>
#include <core/contract/cost.hpp>
#include <planish/options.hpp>

namespace planish::core::contract {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ContractCompiler, NamesEverythingThatIsWrongAtOnce) {
  const Folded folder = fold(
      {{"a.json",
        R"-({"type":"strin","properties":{"x/y":{"minLength":-1,"oddity":1,"pattern":"(?=a)","format":"colour"}},"items":[{}],"$ref":"b.json#/$defs/none"})-"},
       {"b.json", R"({"$dynamicRef":"#","enum":1,"required":[1],"allOf":[],"properties":[],"not":3})"},
       {"c.json", "{\"a\":}"},
       {"d.json", R"({"type":"string","type":"null"})"},
       {"e.txt", "{}"},
       {"%2.json", "{}"}});
  EXPECT_EQ(folder.compiled.set, nullptr);
  EXPECT_EQ(folder.problems(),
            (Lines{"c.json#: is not JSON, at byte 5", "d.json#/type: stands more than once",
                   "a.json#/type: is not a type of JSON Schema",
                   "a.json#/items: is a list of schemas, which is prefixItems in 2020-12",
                   "a.json#/$ref: refers to a place where no schema stands",
                   "a.json#/properties/x~1y/minLength: is not an integer of 0 or more",
                   "a.json#/properties/x~1y/oddity: is not a keyword of JSON Schema 2020-12",
                   "a.json#/properties/x~1y/pattern: cannot be matched: it has look-around, which RE2 does not have",
                   "a.json#/properties/x~1y/format: is not a format that is checked: those are date-time, date, time, "
                   "email, hostname, ipv4, ipv6, uri, uuid, json-pointer, regex",
                   "b.json#/$dynamicRef: is a keyword that is not supported", "b.json#/enum: is not an array",
                   "b.json#/required/0: is not a string", "b.json#/allOf: is empty",
                   "b.json#/properties: is not an object of schemas",
                   "b.json#/not: is not a schema: an object, true or false", "e.txt#: is not called TYPE.json",
                   "%2.json#: has a percent sign without two hexadecimal digits in its name"}));
}

TEST(ContractCompiler, KnowsWhichDialectHasAKeyword) {
  EXPECT_EQ(problems(R"({"dependencies":{}})"),
            (Lines{"t.json#/dependencies: is not a keyword of JSON Schema 2020-12"}));
  EXPECT_EQ(problems("{" + std::string(kDraft07) + R"("dependentRequired":{}})"),
            (Lines{"t.json#/dependentRequired: is not a keyword of JSON Schema draft-07"}));
  EXPECT_EQ(problems(R"({"$schema":"http://json-schema.org/draft-04/schema#"})").size(), 1u);
  EXPECT_EQ(
      problems(
          R"({"title":"a","description":"b","default":1,"examples":[1],"deprecated":true,"readOnly":true,"writeOnly":true,"$comment":"c","contentEncoding":"base64","contentMediaType":"a/b","contentSchema":{"x":1}})"),
      Lines{});
}

TEST(ContractCompiler, ResolvesReferencesWithinTheFolder) {
  const Folded folder = fold(
      {{"a.json", R"({"$ref":"b.json#/$defs/x%25y~1z"})"},
       {"b.json", R"({"$defs":{"x%y/z":{"$ref":"#name"},"n":{"$anchor":"name","type":"null"}}})"},
       {"c.json", R"({"$id":"https://example.com/s/c.json","$ref":"d.json"})"},
       {"d.json", R"({"$id":"https://example.com/s/d.json","type":"string"})"},
       {"e.json", R"({"$id":"https://example.com/e.json","$ref":"b.json#name"})"},
       {"f.json", "{" + std::string(kDraft07) +
                      R"("$ref":"#/definitions/o","type":"null","definitions":{"o":{"$id":"#o","type":"object"}}})"}});
  EXPECT_EQ(folder.problems(), Lines{});
  EXPECT_EQ(folder.faults("a", "1"), (Lines{" | is not null | b.json#/$defs/n/type"}));
  EXPECT_EQ(folder.faults("c", "1"), (Lines{" | is not a string | d.json#/type"}));
  EXPECT_EQ(folder.faults("e", "1"), (Lines{" | is not null | b.json#/$defs/n/type"}));
  EXPECT_EQ(folder.faults("f", "1"), (Lines{" | is not an object | f.json#/definitions/o/type"}));
}

TEST(ContractCompiler, RefusesReferencesThatLeadNowhere) {
  EXPECT_EQ(problems(R"({"$ref":"https://example.com/a.json"})"),
            (Lines{"t.json#/$ref: refers to https://example.com/a.json, which no schema of the folder is called"}));
  EXPECT_EQ(problems(R"({"$ref":"x.json"})"),
            (Lines{"t.json#/$ref: refers to contracts:/x.json, which no schema of the folder is called"}));
  EXPECT_EQ(problems(R"({"$ref":"#/examples/0","examples":[{}]})"),
            (Lines{"t.json#/$ref: refers to a place where no schema stands"}));
  EXPECT_EQ(problems(R"({"$ref":"#none"})"), (Lines{"t.json#/$ref: refers to an anchor that is not there"}));
  EXPECT_EQ(problems(R"({"$ref":"#%2"})"), (Lines{"t.json#/$ref: has a percent sign without two hexadecimal digits"}));
}

TEST(ContractCompiler, RefusesTwoOfOneName) {
  EXPECT_EQ(fold({{"a.json", R"({"$id":"x:y"})"}, {"b.json", R"({"$id":"x:y"})"}}).problems(),
            (Lines{"b.json#: is called x:y, as a.json# is"}));
  EXPECT_EQ(problems(R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})").size(), 1u);
  EXPECT_EQ(fold({{"a.json", "{}"}, {"%61.json", "{}"}}).problems(),
            (Lines{"%61.json#: is for the type \"a\", as a.json is"}));
}

TEST(ContractCompiler, RefusesListsThatNameOneTwice) {
  EXPECT_EQ(problems(R"({"required":["a","b","a"]})"), (Lines{"t.json#/required/2: stands in the list already"}));
  EXPECT_EQ(problems(R"({"dependentRequired":{"x":["a","a"]}})"),
            (Lines{"t.json#/dependentRequired/x/1: stands in the list already"}));
  EXPECT_EQ(problems(R"({"type":["integer","string","integer"]})"),
            (Lines{"t.json#/type/2: stands in the list already"}));
  EXPECT_EQ(problems(R"({"type":["integer","number"],"enum":[1,1],"examples":[1,1]})"), Lines{});
}

TEST(ContractCompiler, RefusesReferencesThatLeadBackToThemselves) {
  EXPECT_EQ(problems(R"({"$ref":"#"})"),
            (Lines{"t.json#: leads back to itself, or to a schema that does, without going into the value"}));
  EXPECT_EQ(problems(R"({"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}})").size(),
            4u);
  EXPECT_EQ(problems(R"({"properties":{"a":{"$ref":"#"}}})"), Lines{});
}

TEST(ContractCompiler, NestsAsManySchemasAtOnePlaceAsAFileHasLevels) {
  const auto nested = [](std::size_t count) { return repeated(R"({"not":)", count) + "true" + repeated("}", count); };
  EXPECT_EQ(problems(nested(kSchemaLevelsMax)), Lines{});
}

// By references, which need no levels.
TEST(ContractCompiler, NestsUpTo65SchemasAtOnePlace) {
  const auto nested = [](std::size_t count) {
    std::string text = R"({"$ref":"#/$defs/2","$defs":{)";
    for (std::size_t i = 2; i < count; ++i)
      text += '"' + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + R"("},)";
    return text + '"' + std::to_string(count) + R"(":{"type":"null"}}})";
  };
  EXPECT_EQ(problems(nested(kNestedMax)), Lines{});
  const Lines beyond = problems(nested(kNestedMax + 1));
  ASSERT_EQ(beyond.size(), 1u);
  EXPECT_NE(beyond[0].find("applies more than 65 schemas one within the other to one value"), std::string::npos);
}

TEST(ContractCompiler, ReadsSchemasOfUpTo64Levels) {
  const auto deep = [](std::size_t levels) {
    return repeated(R"({"items":)", levels) + "true" + repeated("}", levels);
  };
  EXPECT_EQ(problems(deep(kSchemaLevelsMax)), Lines{});
  EXPECT_EQ(problems(deep(kSchemaLevelsMax + 1)).back().substr(problems(deep(kSchemaLevelsMax + 1)).back().find(": ")),
            ": is nested deeper than 64 levels");
  EXPECT_FALSE(problems(deep(200)).empty());
}

TEST(ContractCompiler, TakesUpTo10000FilesAnd64MiB) {
  std::vector<File> files;
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= kFilesMax; ++i) names.push_back(std::to_string(i) + ".json");
  for (std::size_t i = 0; i < kFilesMax; ++i) files.push_back({names[i], R"({"type":"null"})"});
  EXPECT_NE(Set::compile(files).set, nullptr);
  files.push_back({names[kFilesMax], "{}"});
  const auto reasons = [](const std::vector<File>& all) {
    Lines lines;
    for (const Problem& problem : Set::compile(all).problems) lines.push_back(problem.reason);
    return lines;
  };
  EXPECT_EQ(reasons(files), Lines{"more than 10000 files"});
  const std::string large = "true" + std::string(kFilesBytesMax - 4, ' ');
  EXPECT_NE(Set::compile({{"a.json", large}}).set, nullptr);
  const std::string larger = large + ' ';
  EXPECT_EQ(reasons({{"a.json", larger}}), Lines{"more than 64 MiB of schemas"});
}

TEST(ContractCompiler, TakesUpTo1000Patterns) {
  std::string schema = R"({"allOf":[{"pattern":"^0"})";
  for (std::size_t i = 1; i < kPatternsMax; ++i) schema += R"(,{"pattern":"^)" + std::to_string(i) + R"("})";
  EXPECT_EQ(problems(schema + "]}"), Lines{});
  EXPECT_EQ(problems(schema + R"(,{"pattern":"^0"}]})"), Lines{});
  EXPECT_EQ(problems(schema + R"(,{"pattern":"^x"}]})"),
            Lines{"t.json#/allOf/1000/pattern: is one pattern too many: at most 1000 that differ"});
}

TEST(ContractCompiler, TakesNoMoreValuesThanItsMemoryIsFor) {
  const std::vector<File> files = {{"a.json", R"({"enum":[1,2,3]})"}, {"b.json", R"({"enum":[4]})"}};  // 8 values
  EXPECT_NE(Set::compile(files, {.values_max = 8}).set, nullptr);
  const auto problems = Set::compile(files, {.values_max = 7}).problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file + ' ' + problems[0].reason,
            "b.json has one value too many: all files together have more than 7");
}

TEST(ContractCompiler, TakesNoMoreSchemasThanFitWhenCompiled) {
  std::string text = R"({"properties":{)";
  for (int i = 0; i < 100; ++i)
    text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"minimum":)" + std::to_string(i) + "}";
  text += "}}";
  const std::vector<File> files = {{"a.json", text}};
  std::size_t least = 0, most = std::size_t{1} << 20;
  while (most - least > 1) {
    const std::size_t middle = (least + most) / 2;
    (Set::compile(files, {.program_bytes_max = middle}).set == nullptr ? least : most) = middle;
  }
  EXPECT_LT(most, 100u * 600);  // what CompileLimits counts on
  const auto problems = Set::compile(files, {.program_bytes_max = least}).problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file + ' ' + problems[0].reason,
            "a.json is one schema too many: compiled, all together take more than " + std::to_string(least) + " bytes");
  const auto set = Set::compile(files, {.program_bytes_max = most}).set;
  ASSERT_NE(set, nullptr);
  EXPECT_GE(set->memory_bytes_max(), most);
  EXPECT_LT(set->memory_bytes_max(), most + 1000);
  // The tree of 302 values, the text twice, and what tables had room for.
  EXPECT_GT(set->compile_bytes(), 302 * sizeof(JsonNode) + 2 * text.size());
  EXPECT_LT(set->compile_bytes(), 4 * 302 * sizeof(JsonNode) + 2 * text.size() + 2 * most);
}

TEST(ContractCompiler, FindsAnyOfManyNames) {
  std::string schema = R"({"additionalProperties":false,"properties":{"0":true)", payload = "{\"0\":1";
  for (int i = 1; i < 3000; ++i) {
    schema += ",\"" + std::to_string(i) + "\":true";
    payload += ",\"" + std::to_string(i) + "\":1";
  }
  EXPECT_TRUE(fits(schema + "}}", payload + "}"));
  EXPECT_FALSE(fits(schema + "}}", payload + ",\"x\":1}"));
}

Lines warnings(const std::string& schema) {
  Lines lines;
  for (const CostWarning& warning : fold({{"t.json", schema}}).compiled.warnings) lines.push_back(warning.schema);
  return lines;
}

TEST(ContractCost, WarnsAboveSixtyFourWalks) {
  const auto choices = [](std::size_t count) {
    return R"({"anyOf":[{"type":"null"})" + repeated(R"(,{"type":"object"})", count - 1) + "]}";
  };
  EXPECT_EQ(warnings(choices(63)), Lines{});
  EXPECT_EQ(warnings(choices(64)), (Lines{"t.json#"}));
  // Branches within branches multiply, one level after the other.
  const std::string leaf = R"({"type":"string"})";
  const auto doubled = [](const std::string& inner) {
    return R"({"anyOf":[{"properties":{"a":)" + inner + R"(}},{"properties":{"a":)" + inner + "}}]}";
  };
  EXPECT_EQ(warnings(doubled(doubled(doubled(leaf)))), Lines{});
  EXPECT_EQ(warnings(doubled(doubled(doubled(doubled(doubled(doubled(leaf))))))), (Lines{"t.json#"}));
  // A tree goes over each value once; one that goes down by two ways has no bound.
  EXPECT_EQ(warnings(R"({"properties":{"c":{"items":{"$ref":"#"}}}})"), Lines{});
  EXPECT_EQ(warnings(R"({"anyOf":[{"properties":{"c":{"$ref":"#"}}},{"properties":{"c":{"$ref":"#"}}}]})"),
            (Lines{"t.json#"}));
}

// 2^40 walks, if it were left to.
TEST(ContractCost, RefusesAPayloadThatCostsMore) {
  const std::string schema =
      R"({"$defs":{"n":{"anyOf":[{"required":["x"],"properties":{"c":{"$ref":"#/$defs/n"}}},{"required":["x"],"properties":{"c":{"$ref":"#/$defs/n"}}}]}},"$ref":"#/$defs/n"})";
  const std::string deep = repeated(R"({"c":)", 40) + "{}" + repeated("}", 40);
  EXPECT_EQ(faults(schema, deep), (Lines{" | would cost more than 64 walks to check | t.json#"}));
  EXPECT_EQ(faults(schema, R"({"c":{},"x":1})"), (Lines{" | fits none of the schemas | t.json#/$defs/n/anyOf"}));
}

// One that is warned of costs too much only where a payload makes it: each branch walks all of it, or stops at once.
TEST(ContractCost, IsBoundedByWalksOfThePayload) {
  const auto walking = [](std::size_t count) {
    return R"({"anyOf":[false)" + repeated(R"(,{"items":{"type":"integer"},"minItems":1000})", count) + "]}";
  };
  std::string payload = "[1";
  for (int i = 1; i < 500; ++i) payload += ",1";
  payload += "]";
  const Lines fits_none{" | fits none of the schemas | t.json#/anyOf"};
  EXPECT_EQ(faults(walking(kWalksMax / 2), payload), fits_none);
  EXPECT_EQ(faults(walking(4 * kWalksMax), payload), (Lines{" | would cost more than 64 walks to check | t.json#"}));
  EXPECT_EQ(faults(walking(4 * kWalksMax), "0"), Lines{});
}

// A value that more than 256 schemas have looked at is one that costs too much.
TEST(ContractCost, CountsTheSchemasThatHaveLookedAtAValue) {
  const auto looking = [](std::size_t count) {
    return R"({"unevaluatedProperties":false,"allOf":[{"properties":{"a":true}})" +
           repeated(R"(,{"minProperties":0})", count - 1) + "]}";
  };
  EXPECT_EQ(faults(looking(255), R"({"a":1})"), Lines{});  // and the one that asks
  EXPECT_EQ(faults(looking(256), R"({"a":1})"), (Lines{" | would cost more than 64 walks to check | t.json#"}));
}

TEST(ContractCost, GoesDownAsDeepAsAPayloadMay) {
  const std::string schema =
      R"({"type":"array","items":{"allOf":[{"allOf":[{"anyOf":[{"type":"integer"},{"$ref":"#"}]}]}]}})";
  const std::string deep = std::string(kDepthMax, '[') + std::string(kDepthMax, ']');
  EXPECT_TRUE(fits(R"({"type":"array","items":{"$ref":"#"}})", deep));
  EXPECT_EQ(faults(schema, deep),
            (Lines{" | would cost more than 64 walks to check | t.json#"}));  // five schemas a level
  EXPECT_TRUE(fits(schema, std::string(100, '[') + std::string(100, ']')));
}

TEST(ContractCost, ComparesManyElementsInTime) {
  std::string numbers = "[", objects = "[{}";
  for (int i = 1; i < 60'000; ++i) numbers += std::to_string(i) + ",";
  for (int i = 1; i < 20'000; ++i) objects += R"(,{"a":)" + std::to_string(i) + R"(,"b":[]})";
  EXPECT_TRUE(fits(R"({"uniqueItems":true})", numbers + "0.5]"));
  EXPECT_FALSE(fits(R"({"uniqueItems":true})", numbers + "31999.0]"));
  EXPECT_TRUE(fits(R"({"uniqueItems":true})", objects + "]"));
  EXPECT_FALSE(fits(R"({"uniqueItems":true})", objects + R"(,{"b":[],"a":5}])"));
  const std::string deep = repeated(R"({"a":)", 100) + numbers + "0.5]" + repeated("}", 100);
  EXPECT_LE(faults(R"({"uniqueItems":true})", "[" + deep + ",0]").size(), 1u);
}

}  // namespace
}  // namespace planish::core::contract
