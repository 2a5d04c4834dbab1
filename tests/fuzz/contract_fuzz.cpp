// A schema, a line end, and a document: whatever the schema is, compiling says what is wrong or gives contracts; and
// whatever the document is, checking ends within its budget, in memory of exactly its size, and says the same again
// behind white space. Where the first line is a number, the schema is one of a few that use every keyword.
#include <core/contract/set.hpp>

#include <core/diagnose.hpp>
#include <core/structural_index.hpp>
#include <planish/padded_view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace planish::core;

namespace {

constexpr std::string_view kSchemas[] = {
    R"({"$ref":"#/$defs/n","$defs":{"n":{
        "type":["object","array","string","number"],"minLength":1,"uniqueItems":true,"maxContains":3,
        "properties":{"a":{"$ref":"#/$defs/n"},"b":{"enum":["x",1,null,{"a":[1]}]}},
        "patternProperties":{"^c[a-z]*$":{"type":"integer","multipleOf":0.01}},"propertyNames":{"maxLength":9},
        "items":{"$ref":"#/$defs/n"},"additionalProperties":{"$ref":"#/$defs/n"},"contains":{"not":{"const":0}}}}})",
    R"({"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["a"]},{"items":{"$ref":"#"}},
                 {"type":"number","exclusiveMinimum":-1e400,"maximum":9007199254740993}],
        "unevaluatedProperties":{"oneOf":[{"type":"string","format":"date-time"},
                                          {"if":{"minProperties":1},"then":{"dependentRequired":{"a":["b"]}}}]},
        "dependentSchemas":{"z":{"maxProperties":2}}})",
    R"({"$schema":"http://json-schema.org/draft-07/schema#","items":[
        {"format":"uri"},{"format":"regex"},{"format":"email"},{"format":"ipv6"},{"format":"hostname"},
        {"format":"json-pointer"},{"format":"uuid"},{"format":"date"},{"format":"time"},{"format":"ipv4"}],
        "additionalItems":{"pattern":"^\\s*[\\w-.]+$"},"dependencies":{"a":["b"],"c":{"minProperties":3}}})"};

struct Kept {
  std::shared_ptr<const contract::Set> sets[std::size(kSchemas)];
  Kept() {
    for (std::size_t i = 0; i < std::size(kSchemas); ++i)
      sets[i] = contract::Set::compile({{"t.json", kSchemas[i]}}).set;
  }
};

std::vector<std::string> faults(const contract::Set& set, std::string_view payload) {
  const auto body = std::make_unique<char[]>(payload.size() + planish::kPadding);
  std::memcpy(body.get(), payload.data(), payload.size());
  StructuralIndex index(payload.size());
  if (!index.build({body.get(), payload.size()})) std::abort();
  contract::Scratch scratch(payload.size());
  std::vector<std::string> lines;
  for (const auto& fault : set.check(set.find("t"), body.get(), index.begin(), payload.size(), scratch)) {
    lines.push_back(std::string(fault.pointer) + '\n' + std::string(fault.detail) + '\n' + std::string(fault.schema));
  }
  if (lines.size() > contract::kFaultsMax) std::abort();
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Kept kept;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view schema = input.substr(0, end);
  const std::string_view payload = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  std::shared_ptr<const contract::Set> set;
  if (schema.size() == 1 && schema[0] >= '0' && schema[0] < static_cast<char>('0' + std::size(kSchemas))) {
    set = kept.sets[schema[0] - '0'];
  } else {
    const auto compiled = contract::Set::compile({{"t.json", schema}});
    if ((compiled.set == nullptr) == compiled.problems.empty()) std::abort();
    set = compiled.set;
  }
  if (set == nullptr || payload.empty() || diagnose(payload).kind != Diagnosis::Kind::valid) return 0;
  const std::vector<std::string> told = faults(*set, payload);
  const std::string spaced = " \t" + std::string(payload) + "\n";
  // White space is budget too: what costs too much may cost less then.
  const bool costly = !told.empty() && told[0].find("walks to check") != std::string::npos;
  if (!costly && faults(*set, spaced) != told) std::abort();
  return 0;
}
