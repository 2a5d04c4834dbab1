// JSON Schema Core, 8 to 11, and Validation, 6 to 9, of both dialects.
#include <core/contract/keyword.hpp>

#include <algorithm>
#include <array>

namespace planish::core::contract {
namespace {

// By ascending names.
constexpr auto kKeywords = std::to_array<Keyword>({
    {"$anchor", Word::anchor, Holds::no_schema, true, false},
    {"$comment", Word::annotation},
    {"$defs", Word::definitions, Holds::named_schemas},
    {"$dynamicAnchor", Word::unsupported, Holds::no_schema, true, false},
    {"$dynamicRef", Word::unsupported, Holds::no_schema, true, false},
    {"$id", Word::id},
    {"$ref", Word::ref},
    {"$schema", Word::schema},
    {"$vocabulary", Word::unsupported, Holds::no_schema, true, false},
    {"additionalItems", Word::additional_items, Holds::schema, false, true},
    {"additionalProperties", Word::additional_properties, Holds::schema},
    {"allOf", Word::all_of, Holds::schemas},
    {"anyOf", Word::any_of, Holds::schemas},
    {"const", Word::const_},
    {"contains", Word::contains, Holds::schema},
    {"contentEncoding", Word::annotation},
    {"contentMediaType", Word::annotation},
    {"contentSchema", Word::annotation, Holds::no_schema, true, false},
    {"default", Word::annotation},
    {"definitions", Word::definitions, Holds::named_schemas},
    {"dependencies", Word::dependencies, Holds::names_or_schemas, false, true},
    {"dependentRequired", Word::dependent_required, Holds::no_schema, true, false},
    {"dependentSchemas", Word::dependent_schemas, Holds::named_schemas, true, false},
    {"deprecated", Word::annotation, Holds::no_schema, true, false},
    {"description", Word::annotation},
    {"else", Word::else_, Holds::schema},
    {"enum", Word::enum_},
    {"examples", Word::annotation},
    {"exclusiveMaximum", Word::exclusive_maximum},
    {"exclusiveMinimum", Word::exclusive_minimum},
    {"format", Word::format},
    {"if", Word::if_, Holds::schema},
    {"items", Word::items, Holds::schema_or_schemas},
    {"maxContains", Word::max_contains, Holds::no_schema, true, false},
    {"maxItems", Word::max_items},
    {"maxLength", Word::max_length},
    {"maxProperties", Word::max_properties},
    {"maximum", Word::maximum},
    {"minContains", Word::min_contains, Holds::no_schema, true, false},
    {"minItems", Word::min_items},
    {"minLength", Word::min_length},
    {"minProperties", Word::min_properties},
    {"minimum", Word::minimum},
    {"multipleOf", Word::multiple_of},
    {"not", Word::not_, Holds::schema},
    {"oneOf", Word::one_of, Holds::schemas},
    {"pattern", Word::pattern},
    {"patternProperties", Word::pattern_properties, Holds::named_schemas},
    {"prefixItems", Word::prefix_items, Holds::schemas, true, false},
    {"properties", Word::properties, Holds::named_schemas},
    {"propertyNames", Word::property_names, Holds::schema},
    {"readOnly", Word::annotation},
    {"required", Word::required},
    {"then", Word::then, Holds::schema},
    {"title", Word::annotation},
    {"type", Word::type},
    {"unevaluatedItems", Word::unevaluated_items, Holds::schema, true, false},
    {"unevaluatedProperties", Word::unevaluated_properties, Holds::schema, true, false},
    {"uniqueItems", Word::unique_items},
    {"writeOnly", Word::annotation},
});
static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end(),
                             [](const Keyword& a, const Keyword& b) { return a.name < b.name; }));

}  // namespace

const Keyword* find_keyword(std::string_view name) noexcept {
  const auto found =
      std::lower_bound(kKeywords.begin(), kKeywords.end(), name,
                       [](const Keyword& keyword, std::string_view text) { return keyword.name < text; });
  return found != kKeywords.end() && found->name == name ? &*found : nullptr;
}

}  // namespace planish::core::contract
