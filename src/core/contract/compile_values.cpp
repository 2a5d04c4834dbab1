// Keywords for single values: type, numbers, strings, constants (JSON Schema Validation, 6.1 to 6.3 and 7).
#include <core/contract/compiler.hpp>

#include <core/contract/ecma_pattern.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace planish::core::contract {
namespace {

struct TypeName {
  std::string_view name;
  Types types;
  std::string_view with_article;
};
constexpr auto kTypes = std::to_array<TypeName>({
    {"null", kNull, "null"},
    {"boolean", kBoolean, "a boolean"},
    {"integer", kInteger, "an integer"},
    {"number", kInteger | kFraction, "a number"},
    {"string", kString, "a string"},
    {"array", kArray, "an array"},
    {"object", kObject, "an object"},
});

constexpr std::array<std::string_view, 4> kBoundDetails{"is less than ", "is greater than ", "is not greater than ",
                                                        "is not less than "};

}  // namespace

bool Compiler::value_keyword(Place place, Word word, Draft& draft) {
  switch (word) {
    case Word::type:
      return type(place, draft), true;
    case Word::enum_:
      return enumeration(place, draft), true;
    case Word::const_:
      return constant_set(place, {place}, "is not the value that is wanted", draft), true;
    case Word::multiple_of:
      return multiple_of(place, draft), true;
    case Word::minimum:
      return bound(place, Bound::Kind::minimum, draft), true;
    case Word::maximum:
      return bound(place, Bound::Kind::maximum, draft), true;
    case Word::exclusive_minimum:
      return bound(place, Bound::Kind::exclusive_minimum, draft), true;
    case Word::exclusive_maximum:
      return bound(place, Bound::Kind::exclusive_maximum, draft), true;
    case Word::min_length:
      draft.has_string = true;
      return count(place, "is shorter than ", " character", " characters", draft.string.least), true;
    case Word::max_length:
      draft.has_string = true;
      return count(place, "is longer than ", " character", " characters", draft.string.most), true;
    case Word::pattern:
      return pattern(place, draft), true;
    case Word::format:
      return format(place, draft), true;
    default:
      return false;
  }
}

void Compiler::type(Place place, Draft& draft) {
  const JsonNode& node = folder_[place];
  std::vector<Place> names{place};
  if (node.kind == JsonNode::Kind::array) names = children(place);
  if (names.empty()) return folder_.report(place, "is empty");
  Types types = 0;
  unsigned seen = 0;
  std::string detail = "is not ";
  for (const Place name : names) {
    const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& t) {
      return folder_[name].kind == JsonNode::Kind::string && t.name == folder_[name].text;
    });
    if (known == kTypes.end()) return folder_.report(name, "is not a type of JSON Schema");
    const unsigned bit = 1U << (known - kTypes.begin());
    if ((seen & bit) != 0) return folder_.report(name, "stands in the list already");
    seen |= bit;
    types |= known->types;
    if (name.node != names.front().node) detail += " or ";
    detail += known->with_article;
  }
  draft.schema.types = types;
  draft.schema.types_reason = reason(place, detail);
}

void Compiler::bound(Place place, Bound::Kind kind, Draft& draft) {
  if (!is(place, JsonNode::Kind::number, "a number")) return;
  Bound bound;
  bound.kind = kind;
  const std::string_view text = program_.pool.keep(folder_[place].text);
  bound.value = Decimal(text);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bound.short_value);
  bound.is_short = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  bound.reason = reason(place, std::string(kBoundDetails[static_cast<std::size_t>(kind)]).append(text));
  draft.bounds.push_back(bound);
}

void Compiler::multiple_of(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::number, "a number")) return;
  MultipleOf multiple;
  const std::string_view text = folder_[place].text;
  if (!multiple.divisor.set(Decimal(text))) {
    return folder_.report(place, "is not a number above 0 of at most 18 significant digits");
  }
  multiple.reason = reason(place, std::string("is not a multiple of ").append(text));
  draft.multiples.push_back(multiple);
}

// An integer of 0 or more; what no value reaches counts as the largest one.
void Compiler::count(Place place, std::string_view before, std::string_view one, std::string_view many, Count& count) {
  const JsonNode& node = folder_[place];
  const Decimal number = node.kind == JsonNode::Kind::number ? Decimal(node.text) : Decimal();
  if (node.kind != JsonNode::Kind::number || number.is_negative() || !number.is_integer()) {
    return folder_.report(place, "is not an integer of 0 or more");
  }
  std::uint64_t value = 0;
  count.limit = number.to_unsigned(kNone - 1, value) ? static_cast<std::uint32_t>(value) : kNone - 1;
  count.reason =
      reason(place, std::string(before) + std::to_string(count.limit) + std::string(count.limit == 1 ? one : many));
}

Id Compiler::compiled_pattern(Place place, std::string_view text) {
  for (const KnownPattern& known : patterns_) {
    if (known.text == text) return known.id;
  }
  std::string re2, error;
  if (patterns_.size() == kPatternsMax) {
    folder_.report(place, "is one pattern too many: at most " + std::to_string(kPatternsMax) + " that differ");
    return kNone;
  }
  switch (EcmaPattern::translate(text, re2)) {
    case EcmaPattern::Verdict::not_ecma:
      folder_.report(place, "is not a regular expression of ECMA-262: " + re2);
      return kNone;
    case EcmaPattern::Verdict::not_re2:
      folder_.report(place, "cannot be matched: it has " + re2);
      return kNone;
    case EcmaPattern::Verdict::ok:
      break;
  }
  auto compiled = Pattern::compile(re2, error);
  if (compiled == nullptr) {
    folder_.report(place, "cannot be matched by RE2: " + error);
    return kNone;
  }
  program_.patterns.push_back(std::move(compiled));
  patterns_.push_back({std::string(text), static_cast<Id>(program_.patterns.size() - 1)});
  return patterns_.back().id;
}

void Compiler::pattern(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::string, "a string")) return;
  draft.has_string = true;
  draft.string.pattern = compiled_pattern(place, folder_[place].text);
  draft.string.pattern_reason = reason(place, "does not match the pattern");
}

void Compiler::format(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::string, "a string")) return;
  for (std::size_t i = 0; i < kFormatCount; ++i) {
    const FormatName& known = format_name(static_cast<Format>(i));
    if (known.name != folder_[place].text) continue;
    draft.has_string = true;
    draft.string.format = static_cast<Format>(i);
    draft.string.format_reason = reason(place, known.refusal);
    if (draft.string.format == Format::hostname || draft.string.format == Format::email) {
      static_cast<void>(is_hostname("xn--bcher-kva"));  // makes the tables of Unicode now
    }
    return;
  }
  std::string those;
  for (std::size_t i = 0; i < kFormatCount; ++i) {
    those += (i == 0 ? "" : ", ") + std::string(format_name(static_cast<Format>(i)).name);
  }
  folder_.report(place, "is not a format that is checked: those are " + those);
}

void Compiler::enumeration(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::array, "an array")) return;
  const std::vector<Place> constants = children(place);
  constant_set(place, constants, "is not one of the values that are allowed", draft);
}

void Compiler::constant_set(Place place, std::vector<Place> constants, std::string_view detail, Draft& draft) {
  ConstantSet set;
  set.reason = reason(place, detail);
  set.constants = {static_cast<Id>(program_.constants.size()), static_cast<std::uint32_t>(constants.size())};
  program_.constants.resize(program_.constants.size() + constants.size());
  std::vector<NewWord> words;
  for (std::uint32_t i = 0; i < constants.size(); ++i) {
    constant(constants[i], set.constants.first + i);
    const Constant& made = program_.constants[set.constants.first + i];
    set.types |= made.type;
    words.push_back({made.text, i, i});
  }
  set.all_strings = set.types == kString;  // not where it is empty, and nothing fits
  if (set.all_strings) set.words = make_word_table(words, program_.slots);
  draft.constant_sets.push_back(set);
}

void Compiler::constant(Place place, Id at) {
  const JsonNode& node = folder_[place];
  Constant made;
  made.name = program_.pool.keep(node.name);
  switch (node.kind) {
    case JsonNode::Kind::null:
      break;
    case JsonNode::Kind::boolean:
      made.type = kBoolean;
      made.truth = node.truth;
      break;
    case JsonNode::Kind::number:
      made.number = Decimal(program_.pool.keep(node.text));
      made.type = made.number.is_integer() ? kInteger : kFraction;
      break;
    case JsonNode::Kind::string:
      made.type = kString;
      made.text = program_.pool.keep(node.text);
      break;
    case JsonNode::Kind::array:
    case JsonNode::Kind::object: {
      std::vector<Place> all = children(place);
      made.type = node.kind == JsonNode::Kind::array ? kArray : kObject;
      if (made.type == kObject) {
        std::sort(all.begin(), all.end(), [&](Place a, Place b) { return folder_[a].name < folder_[b].name; });
      }
      made.children = {static_cast<Id>(program_.constants.size()), static_cast<std::uint32_t>(all.size())};
      program_.constants.resize(program_.constants.size() + all.size());
      for (std::uint32_t i = 0; i < all.size(); ++i) constant(all[i], made.children.first + i);
    }
  }
  program_.constants[at] = made;
}

}  // namespace planish::core::contract
