// The keywords of JSON Schema, 2020-12 and draft-07: which there are, and where schemas stand in them.
#pragma once

#include <cstdint>
#include <string_view>

namespace planish::core::contract {

enum class Dialect : std::uint8_t { draft_2020_12, draft_07 };

enum class Word : std::uint8_t {
  schema,
  id,
  anchor,
  ref,
  definitions,
  annotation,
  unsupported,
  type,
  enum_,
  const_,
  multiple_of,
  maximum,
  exclusive_maximum,
  minimum,
  exclusive_minimum,
  max_length,
  min_length,
  pattern,
  format,
  items,
  additional_items,
  prefix_items,
  contains,
  min_contains,
  max_contains,
  max_items,
  min_items,
  unique_items,
  unevaluated_items,
  properties,
  pattern_properties,
  additional_properties,
  property_names,
  required,
  dependent_required,
  dependent_schemas,
  dependencies,
  max_properties,
  min_properties,
  unevaluated_properties,
  all_of,
  any_of,
  one_of,
  not_,
  if_,
  then,
  else_,
};

// What a keyword's value is made of.
enum class Holds : std::uint8_t { no_schema, schema, schemas, named_schemas, schema_or_schemas, names_or_schemas };

struct Keyword {
  std::string_view name;
  Word word;
  Holds holds = Holds::no_schema;
  bool in_2020_12 = true;
  bool in_draft_07 = true;
};

// Null: there is no such keyword in any of the two.
[[nodiscard]] const Keyword* find_keyword(std::string_view name) noexcept;

[[nodiscard]] constexpr bool is_in(const Keyword& keyword, Dialect dialect) noexcept {
  return dialect == Dialect::draft_07 ? keyword.in_draft_07 : keyword.in_2020_12;
}
[[nodiscard]] constexpr std::string_view dialect_name(Dialect dialect) noexcept {
  return dialect == Dialect::draft_07 ? "draft-07" : "2020-12";
}

}  // namespace planish::core::contract
