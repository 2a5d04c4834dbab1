// The compiled form of a folder of schemas: flat tables that refer to each other by number. Made by the compiler, read
// by Check, changed by nobody.
#pragma once

#include <core/contract/decimal.hpp>
#include <core/contract/format.hpp>
#include <core/contract/json_document.hpp>
#include <core/contract/pattern.hpp>
#include <core/contract/text_pool.hpp>
#include <core/contract/word_table.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

using Id = std::uint32_t;  // a place in one of the tables, or kNone

// A part of a table.
struct Range {
  Id first = 0;
  std::uint32_t size = 0;
};

// Types of a value, as bits.
using Types = std::uint8_t;
inline constexpr Types kNull = 1, kBoolean = 2, kInteger = 4, kFraction = 8, kString = 16, kArray = 32, kObject = 64;
inline constexpr Types kNumber = kInteger | kFraction;
inline constexpr Types kAllTypes = 127;

// By the first byte of a value that is known to be JSON.
inline constexpr std::array<Types, 256> kTypesByByte = [] {
  std::array<Types, 256> types{};
  types.fill(kNumber);
  types['{'] = kObject;
  types['['] = kArray;
  types['"'] = kString;
  types['t'] = types['f'] = kBoolean;
  types['n'] = kNull;
  return types;
}();
[[nodiscard]] inline bool is_container(Types type) noexcept {
  return (type & (kArray | kObject)) != 0;
}
[[nodiscard]] inline Types type_of(char first) noexcept {
  return kTypesByByte[static_cast<unsigned char>(first)];
}

// What is said where something does not fit, as it stands in a JSON string. No part of it comes from a payload.
struct Reason {
  std::string_view detail;
  std::string_view schema;  // such as Order%20Completed.json#/properties/email/format
};

struct Count {
  std::uint32_t limit = 0;
  Id reason = kNone;  // kNone: there is no limit
};

struct Bound {
  enum class Kind : std::uint8_t { minimum, maximum, exclusive_minimum, exclusive_maximum };
  Kind kind = Kind::minimum;
  Decimal value;
  bool is_short = false;  // value is short_value
  std::int64_t short_value = 0;
  Id reason = kNone;
};
struct MultipleOf {
  Divisor divisor;
  Id reason = kNone;
};
struct NumberRule {
  Range bounds;
  Range multiples;
  // A number between these two fits.
  std::int64_t above = 0, below = 0;
};

struct StringRule {
  Count least, most;  // code points
  Id pattern = kNone;
  Id pattern_reason = kNone;
  Format format = Format::date_time;
  Id format_reason = kNone;
};

// A value of a schema, as const and enum have it.
struct Constant {
  Types type = kNull;
  std::string_view text;  // string
  Decimal number;
  std::string_view name;  // in an object
  Range children;         // in constants; of an object: by ascending names
  bool truth = false;
};
// const, enum: one of these.
struct ConstantSet {
  Range constants;
  Types types = 0;  // that its constants have
  bool all_strings = false;
  WordTable words;  // where all are strings
  Id reason = kNone;
};

// A name that an object's rule knows.
struct Name {
  std::string_view text;
  Id schema = kNone;  // kNone: any value
  bool is_property = false;
};
struct NamedPattern {
  Id pattern = kNone;
  Id schema = kNone;
};
struct Required {
  Id name = kNone;  // within the rule
  Id reason = kNone;
};
// Where `name` is there, `other` has to be, or `schema` applies to the object.
struct Dependent {
  Id name = kNone;
  Id other = kNone;
  Id schema = kNone;
  Id reason = kNone;
};
struct ObjectRule {
  Range names;
  WordTable table;  // of the names; each stands for its schema
  Range patterns;
  Range required;
  Range dependents;
  Id additional = kNone;
  bool has_additional = false;
  Id property_names = kNone;
  Count least, most;
  bool is_plain = false;            // a member is looked at for its own schema alone
  std::uint64_t required_bits = 0;  // of those of the first 64 names that are required
};

struct ArrayRule {
  Range prefix;  // in lists
  Id items = kNone;
  bool has_items = false;
  Id contains = kNone;
  bool has_contains = false;
  Count contains_least, contains_most;
  Count least, most;
  Id unique_reason = kNone;  // kNone: need not be
};

// A schema that applies to the same value.
struct Branch {
  enum class Kind : std::uint8_t { all_of, any_of, one_of, not_, if_then_else };
  Kind kind = Kind::all_of;
  Range schemas;      // in lists; if, then, else
  Id reason = kNone;  // of any_of, one_of, not_
};

struct Schema {
  Types types = kAllTypes;
  Types look_at = 0;            // types for which more than `types` is to be looked at
  Types settled = 0;            // types of which every value fits
  bool has_only_words = false;  // a string fits if it is in the one constant set
  // A string fits whose token, with its quotes and all up to the next one, has no more bytes: none has more code
  // points.
  std::uint32_t settled_bytes = 0;
  Id types_reason = kNone;
  Id number = kNone, string = kNone, array = kNone, object = kNone;
  Range constants;  // in constant_sets
  Range branches;
  // For what none of the keywords beside it, and of the schemas at the same place that fit, has looked at.
  bool has_unevaluated_properties = false, has_unevaluated_items = false;
  Id unevaluated_properties = kNone, unevaluated_items = kNone;
};

struct Program {
  std::vector<Schema> schemas;
  std::vector<NumberRule> numbers;
  std::vector<Bound> bounds;
  std::vector<MultipleOf> multiples;
  std::vector<StringRule> strings;
  std::vector<Constant> constants;
  std::vector<ConstantSet> constant_sets;
  std::vector<ObjectRule> objects;
  std::vector<Name> names;
  std::vector<NamedPattern> named_patterns;
  std::vector<Required> required;
  std::vector<Dependent> dependents;
  std::vector<ArrayRule> arrays;
  std::vector<Branch> branches;
  std::vector<Id> lists;
  std::vector<WordSlot> slots;
  std::vector<Reason> reasons;
  std::vector<std::unique_ptr<const Pattern>> patterns;
  TextPool pool;  // of all the views

  // But for what the patterns take.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;
  // Once nothing is added any more: gives back what the tables had room for. Returns what that took, and the copies.
  std::size_t settle();
};

}  // namespace planish::core::contract
