// Schemas and payloads as text, for tests of contracts.
#pragma once

#include <core/contract/set.hpp>

#include <core/diagnose.hpp>
#include <core/structural_index.hpp>
#include <planish/padded_view.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::core::contract {

struct TextFile {
  std::string name, text;
};

// A folder, and what is told of it.
struct Folded {
  // A line each: FILE#POINTER: REASON.
  [[nodiscard]] std::vector<std::string> problems() const {
    std::vector<std::string> lines;
    for (const Problem& problem : compiled.problems)
      lines.push_back(problem.file + "#" + problem.pointer + ": " + problem.reason);
    return lines;
  }
  // A line each: POINTER | DETAIL | SCHEMA. In buffers of exactly the sizes that are asked for.
  [[nodiscard]] std::vector<std::string> faults(std::string_view type, std::string_view payload) const {
    if (compiled.set == nullptr) {
      ADD_FAILURE() << testing::PrintToString(problems());
      return {"refused"};
    }
    EXPECT_EQ(diagnose(payload).kind, Diagnosis::Kind::valid) << payload;
    const auto body = std::make_unique<char[]>(payload.size() + kPadding);
    std::copy(payload.begin(), payload.end(), body.get());
    StructuralIndex index(payload.size());
    EXPECT_TRUE(index.build({body.get(), payload.size()}));
    Scratch scratch(payload.size());
    std::vector<std::string> lines;
    for (const ContractFault& fault :
         compiled.set->check(compiled.set->find(type), body.get(), index.begin(), payload.size(), scratch)) {
      lines.push_back(std::string(fault.pointer) + " | " + std::string(fault.detail) + " | " +
                      std::string(fault.schema));
    }
    return lines;
  }

  Set::Compiled compiled;
};
inline Folded fold(const std::vector<TextFile>& texts) {
  std::vector<File> files;
  for (const auto& [name, text] : texts) files.push_back({name, text});
  return {Set::compile(files)};
}

// Of one schema, t.json.
inline std::vector<std::string> faults(const std::string& schema, std::string_view payload) {
  return fold({{"t.json", schema}}).faults("t", payload);
}
inline bool fits(const std::string& schema, std::string_view payload) {
  return faults(schema, payload).empty();
}
inline std::vector<std::string> problems(const std::string& schema) {
  return fold({{"t.json", schema}}).problems();
}

using Lines = std::vector<std::string>;
inline constexpr std::string_view kDraft07 = R"("$schema":"http://json-schema.org/draft-07/schema#",)";

}  // namespace planish::core::contract
