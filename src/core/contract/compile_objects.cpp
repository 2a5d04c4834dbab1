// Keywords for objects (JSON Schema Core, 10.2.2.4, 10.3.2 and 11.3; Validation, 6.5; draft-07, 6.5).
#include <core/contract/compiler.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace planish::core::contract {
namespace {

constexpr std::string_view kLacks = "lacks a member that is required";

}  // namespace

bool Compiler::object_keyword(Place place, Word word, Draft& draft) {
  switch (word) {
    case Word::properties:
      return properties(place, draft), true;
    case Word::pattern_properties:
      return pattern_properties(place, draft), true;
    case Word::additional_properties:
      draft.has_object = true;
      draft.object.has_additional = true;
      draft.object.additional = schema(place);
      return true;
    case Word::property_names:
      draft.has_object = true;
      draft.object.property_names = schema(place);
      return true;
    case Word::required:
      return required(place, draft), true;
    case Word::dependent_required:
    case Word::dependent_schemas:
    case Word::dependencies:
      return dependencies(place, draft), true;
    case Word::min_properties:
      draft.has_object = true;
      return count(place, "has fewer than ", " member", " members", draft.object.least), true;
    case Word::max_properties:
      draft.has_object = true;
      return count(place, "has more than ", " member", " members", draft.object.most), true;
    case Word::unevaluated_properties:
      draft.schema.has_unevaluated_properties = true;
      draft.schema.unevaluated_properties = schema(place);
      return true;
    default:
      return false;
  }
}

void Compiler::properties(Place place, Draft& draft) {
  draft.has_object = true;
  for (const Place child : children(place)) {
    const Id id = name_of(draft, folder_[child].name);
    draft.properties.push_back(id);
    draft.names[id].is_property = true;
    draft.names[id].schema = schema(child);
  }
}

void Compiler::pattern_properties(Place place, Draft& draft) {
  draft.has_object = true;
  for (const Place child : children(place)) {
    const Id pattern = compiled_pattern(child, folder_[child].name);
    if (pattern != kNone) draft.patterns.push_back({pattern, schema(child)});
  }
}

// JSON Schema Validation, 6.5.3 and 6.5.4: strings, and each but once.
std::vector<Place> Compiler::distinct_names(Place place) {
  std::vector<Place> names;
  if (!is(place, JsonNode::Kind::array, "an array of strings")) return names;
  for (const Place child : children(place)) {
    if (is(child, JsonNode::Kind::string, "a string")) names.push_back(child);
  }
  std::vector<Place> sorted = names;
  const auto text = [this](Place name) { return folder_[name].text; };
  std::sort(sorted.begin(), sorted.end(),
            [&](Place a, Place b) { return text(a) != text(b) ? text(a) < text(b) : a.node < b.node; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (text(sorted[i]) == text(sorted[i - 1])) folder_.report(sorted[i], "stands in the list already");
  }
  return names;
}

void Compiler::required(Place place, Draft& draft) {
  for (const Place child : distinct_names(place)) {
    std::string detail = "lacks the member ";
    detail.append(folder_[child].text);
    draft.required.push_back({name_of(draft, folder_[child].text), reason(place, detail, kLacks)});
  }
}

// Each member is a list of names or a schema, as the keyword has it.
void Compiler::dependencies(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::object, "an object")) return;
  draft.has_object = true;
  const std::string_view keyword = folder_[place].name;
  for (const Place child : children(place)) {
    const bool is_list = folder_[child].kind == JsonNode::Kind::array;
    if (keyword == "dependentRequired" || (is_list && keyword == "dependencies")) {
      dependent_names(child, draft);
    } else {
      draft.dependents.push_back({name_of(draft, folder_[child].name), kNone, schema(child), kNone});
    }
  }
}

void Compiler::dependent_names(Place place, Draft& draft) {
  const Id name = name_of(draft, folder_[place].name);
  for (const Place child : distinct_names(place)) {
    std::string detail = "lacks the member ";
    detail.append(folder_[child].text).append(", which ").append(folder_[place].name).append(" wants beside it");
    draft.dependents.push_back({name, name_of(draft, folder_[child].text), kNone, reason(place, detail, kLacks)});
  }
}

}  // namespace planish::core::contract
