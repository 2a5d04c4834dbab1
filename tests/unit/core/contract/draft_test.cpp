// A draft accepts what it was made of, and says what that had in common.
#include "contracts.hpp"

#include <core/contract/draft.hpp>
#include <planish/contract_drafts.hpp>

#include <unit/core/random_json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace planish::core::contract {
namespace {

std::string draft_of(const Lines& payloads) {
  Draft draft;
  for (const std::string& payload : payloads) draft.add(payload.c_str(), 1);
  return text_of_draft(draft);
}

// Without the dialect, white space at will.
std::string told(const Lines& payloads) {
  std::string text = draft_of(payloads);
  const std::string dialect = R"("$schema": "https://json-schema.org/draft/2020-12/schema")";
  text.erase(text.find(dialect), dialect.size());
  std::string out;
  for (const char c : text) {
    if (c != '\n' && c != ' ') out += c;
  }
  return out.starts_with("{,") ? out.erase(1, 1) : out;
}

std::string twelve(const std::vector<std::string>& words) {
  std::string text = "[";
  for (std::size_t i = 0; i < 12; ++i) text += (i == 0 ? "\"" : ",\"") + words[i % words.size()] + '"';
  return text + ']';
}

TEST(ContractDraft, SaysTheTypesThatWereThere) {
  EXPECT_EQ(told({"1"}), R"({"type":"integer"})");
  EXPECT_EQ(told({"1", "1.0", "1e2", "1e400"}), R"({"type":"integer"})");
  EXPECT_EQ(told({"1", "0.5"}), R"({"type":"number"})");
  EXPECT_EQ(told({"true", "null", "1", "\"a\"", "[]", "{}"}),
            R"({"type":["object","array","string","integer","boolean","null"]})");
  EXPECT_EQ(told({}), "{}");
}

TEST(ContractDraft, RequiresWhatAlwaysWasThere) {
  EXPECT_EQ(told({R"({"b":1,"a":true})", R"({"a":false})"}),
            R"({"type":"object","required":["a"],"properties":{"b":{"type":"integer"},"a":{"type":"boolean"}}})");
  EXPECT_EQ(told({R"({"a":1,"a":"x"})", "{}"}),
            R"({"type":"object","properties":{"a":{"type":["string","integer"]}}})");
  EXPECT_EQ(told({R"({"a":1})", "null"}),
            R"({"type":["object","null"],"required":["a"],"properties":{"a":{"type":"integer"}}})");
}

TEST(ContractDraft, ComparesNamesWithoutEscapesAndWritesThemShort) {
  EXPECT_EQ(told({R"({"a\u0062\n\"\u00e9":1})", "{\"\\u0061b\\u000a\\\"\xC3\xA9\":1}"}),
            "{\"type\":\"object\",\"required\":[\"ab\\n\\\"\xC3\xA9\"],\"properties\":{\"ab\\n\\\"\xC3\xA9\":{\"type\":"
            "\"integer\"}}}");
}

TEST(ContractDraft, TellsFewWordsThatCameUpOften) {
  EXPECT_EQ(told({R"(["a","b","a","b","a","b"])"}), R"({"type":"array","items":{"type":"string","enum":["a","b"]}})");
  EXPECT_EQ(told({R"(["a","b","a","b",null,"a","b"])"}),
            R"({"type":"array","items":{"type":["string","null"],"enum":["a","b",null]}})");
  EXPECT_EQ(told({R"(["a","b","a","b","a"])"}), R"({"type":"array","items":{"type":"string"}})");
  EXPECT_EQ(told({R"(["a","a","a",1])"}), R"({"type":"array","items":{"type":["string","integer"]}})");
}

TEST(ContractDraft, KeepsToItsBoundsOfWords) {
  std::string many = "[";
  for (std::size_t i = 0; i < kDraftTimesMin * kDraftWordsMax; ++i)
    many += (i == 0 ? "\"w" : ",\"w") + std::to_string(i % kDraftWordsMax) + '"';
  EXPECT_NE(told({many + ']'}).find("enum"), std::string::npos);
  EXPECT_EQ(told({many + R"(,"other","other","other"])"}).find("enum"), std::string::npos);
  const std::string longest(kDraftWordBytesMax, 'x');
  EXPECT_NE(told({twelve({longest})}).find("enum"), std::string::npos);
  EXPECT_EQ(told({twelve({longest + 'x'})}).find("enum"), std::string::npos);
}

TEST(ContractDraft, TellsAFormatThatAllStringsHave) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> formats = {
      {"date-time", {"2024-02-29T12:34:56Z"}},
      {"date", {"2024-02-29", "2023-01-01"}},
      {"time", {"12:34:56Z"}},
      {"uuid", {"123e4567-e89b-12d3-a456-426614174000"}},
      {"ipv4", {"192.0.2.1", "127.0.0.1"}},
      {"ipv6", {"2001:db8::1", "::1"}},
      {"email", {"ada@example.com", "a@b.cd"}},
      {"uri", {"https://example.com/a", "ftp://x/"}}};
  for (const auto& [format, words] : formats) {
    EXPECT_EQ(told({twelve(words)}), R"({"type":"array","items":{"type":"string","format":")" + format + R"("}})");
    Lines others = words;
    others.emplace_back("no such thing");
    EXPECT_EQ(told({twelve(others)}).find("format"), std::string::npos) << format;
  }
  EXPECT_EQ(told({R"("urn:x")"}), R"({"type":"string"})");
  EXPECT_EQ(told({R"("/a/b")"}), R"({"type":"string"})");
}

TEST(ContractDraft, TakesManyNamesForATable) {
  const auto object = [](std::size_t names) {
    std::string text = "{";
    for (std::size_t i = 0; i < names; ++i)
      text.append(i == 0 ? "\"" : ",\"")
          .append(std::to_string(i))
          .append(R"(":{"n":)")
          .append(i % 2 == 0 ? "1" : "null")
          .append("}");
    return text + '}';
  };
  EXPECT_EQ(told({object(kDraftNamesMax)}).find("additionalProperties"), std::string::npos);
  const std::string table = told({object(kDraftNamesMax + 1)});
  EXPECT_EQ(
      table,
      R"({"type":"object","additionalProperties":{"type":"object","required":["n"],"properties":{"n":{"type":["integer","null"]}}}})");
  EXPECT_EQ(told({object(2), object(kDraftNamesMax + 1)}), table);
  EXPECT_EQ(told({object(kDraftNamesMax + 1), object(2)}), table);
}

TEST(ContractDraft, LooksIntoSoManyLevelsAsASchemaCanHave) {
  for (const unsigned levels : {kDraftLevelsMax - 1, kDraftLevelsMax, kDraftLevelsMax + 1, 127U}) {
    std::string objects = "1", arrays = "1";
    for (unsigned i = 0; i < levels; ++i) {
      objects = R"({"a":)" + objects + R"(,"b":["x","x","x"]})";
      arrays = std::string("[").append(arrays).append(",{}]");
    }
    for (const std::string& payload : {objects, arrays}) {
      const Folded folder = fold({{"t.json", draft_of({payload})}});
      EXPECT_EQ(folder.problems(), Lines{}) << levels;
      EXPECT_EQ(folder.faults("t", payload), Lines{}) << levels;
    }
  }
}

TEST(ContractDraft, IsLaidOutToBeRead) {
  EXPECT_EQ(draft_of({R"({"id":"o-1","items":[{"sku":1}],"tags":["a"]})"}), R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "items", "tags"],
  "properties": {
    "id": {"type": "string"},
    "items": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["sku"],
        "properties": {
          "sku": {"type": "integer"}
        }
      }
    },
    "tags": {"type": "array", "items": {"type": "string"}}
  }
}
)");
}

TEST(ContractDraft, AcceptsWhatItWasMadeOf) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomJson random(seed);
    Lines payloads;
    for (std::uint64_t i = 0; i <= seed % 7; ++i) payloads.push_back(random.value(static_cast<unsigned>(seed % 5)));
    const Folded folder = fold({{"t.json", draft_of(payloads)}});
    ASSERT_EQ(folder.problems(), Lines{}) << draft_of(payloads);
    for (const std::string& payload : payloads) {
      ASSERT_EQ(folder.faults("t", payload), Lines{}) << payload << '\n' << draft_of(payloads);
    }
  }
}

TEST(ContractDraft, IsMadeForEachType) {
  ContractDrafts drafts;
  EXPECT_TRUE(drafts.add(R"(Order \u0043ompleted)", "1"));
  EXPECT_TRUE(drafts.add(R"(\/a\\b"%)", "null"));
  EXPECT_TRUE(drafts.add("Order Completed", "null"));
  EXPECT_TRUE(drafts.add(".hidden", "[ ]"));
  EXPECT_TRUE(drafts.add("\xC3\xA9$t-u", "{}"));
  std::vector<TextFile> files;
  Lines told;
  for (const DraftedContract& contract : drafts.contracts()) {
    files.push_back({contract.file, contract.text});
    told.push_back(contract.type + ' ' + contract.file + ' ' + std::to_string(contract.payloads));
  }
  EXPECT_EQ(told, (Lines{".hidden %2Ehidden.json 1", "/a\\b\"% %2Fa%5Cb%22%25.json 1",
                         "Order Completed Order%20Completed.json 2", "\xC3\xA9$t-u \xC3\xA9%24t-u.json 1"}));
  const Folded folder = fold(files);
  EXPECT_EQ(folder.problems(), Lines{});
  EXPECT_EQ(folder.faults("Order Completed", "1"), Lines{});
  EXPECT_EQ(folder.faults("/a\\b\"%", "1").size(), 1U);
  EXPECT_EQ(folder.faults(".hidden", "1").size(), 1U);
}

TEST(ContractDraft, IsMadeForSoManyTypesAsAFolderMayHave) {
  ContractDrafts drafts;
  for (std::size_t i = 0; i < kFilesMax; ++i) ASSERT_TRUE(drafts.add(std::to_string(i), "1"));
  EXPECT_FALSE(drafts.add("one more", "1"));
  EXPECT_TRUE(drafts.add("1", "1"));
  EXPECT_EQ(drafts.contracts().size(), kFilesMax);
}

}  // namespace
}  // namespace planish::core::contract
