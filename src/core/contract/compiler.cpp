// The compiler's frame: one schema after the other from a list of those that are to be made, so that no chain of
// references makes it recurse.
#include <core/contract/compiler.hpp>

#include <core/contract/scratch.hpp>
#include <core/escape.hpp>

#include <algorithm>
#include <bit>
#include <limits>

namespace planish::core::contract {
namespace {

template <class T>
Range append(std::vector<T>& table, const std::vector<T>& part) {
  const Range range{static_cast<Id>(table.size()), static_cast<std::uint32_t>(part.size())};
  table.insert(table.end(), part.begin(), part.end());
  return range;
}

std::string in_json(std::string_view text) {
  std::string out;
  char escaped[kEscapeBytesMax];
  for (const char c : text) out.append(escaped, write_escaped(c, escaped));
  return out;
}

}  // namespace

std::vector<Id> Compiler::run() {
  std::vector<Id> roots(folder_.size(), kNone);
  for (std::uint32_t i = 0; i < folder_.size(); ++i) ids_.emplace_back(folder_.document(i).size(), kNone);
  for (std::uint32_t i = 0; i < folder_.size(); ++i) {
    for (NodeId node = 0; node < folder_.document(i).size(); ++node) {
      if (folder_.is_schema({i, node})) schema({i, node});
    }
    if (!ids_[i].empty()) roots[i] = ids_[i][JsonDocument::kRoot];
  }
  for (Id id = 0; id < program_.schemas.size(); ++id) {
    compile(id);
    if (program_.memory_bytes() <= program_bytes_max_) continue;
    folder_.report(places_[id], "is one schema too many: compiled, all together take more than " +
                                    std::to_string(program_bytes_max_) + " bytes");
    break;
  }
  return roots;
}

std::size_t Compiler::memory_bytes() const noexcept {
  std::size_t bytes = places_.capacity() * sizeof(Place);
  for (const std::vector<Id>& ids : ids_) bytes += sizeof(std::vector<Id>) + ids.capacity() * sizeof(Id);
  return bytes;
}

Id Compiler::add(Place place) {
  program_.schemas.emplace_back();
  places_.push_back(place);
  return static_cast<Id>(program_.schemas.size() - 1);
}

// kNone for a schema that everything fits.
Id Compiler::schema(Place place) {
  if (is_trivial(place)) return kNone;
  Id& id = ids_[place.document][place.node];
  if (id == kNone) id = add(place);
  return id;
}

bool Compiler::is_trivial(Place place) const noexcept {
  const JsonNode& node = folder_[place];
  return (node.kind == JsonNode::Kind::boolean && node.truth) ||
         (node.kind == JsonNode::Kind::object && node.size == 0);
}

void Compiler::compile(Id id) {
  const Place place = places_[id];
  const JsonNode& node = folder_[place];
  Draft draft;
  if (node.kind == JsonNode::Kind::boolean) {
    draft.schema.types = 0;
    draft.schema.types_reason = reason(place, "is not allowed");
  } else if (node.kind == JsonNode::Kind::object) {
    keywords(place, draft);
  } else {
    folder_.report(place, "is not a schema: an object, true or false");
  }
  finish(id, draft);
}

void Compiler::keywords(Place place, Draft& draft) {
  const Dialect dialect = folder_.dialect(place);
  const bool ignores_others = folder_.ignores_others(place, dialect);
  for (const Place child : children(place)) {
    const std::string_view name = folder_[child].name;
    const Keyword* const known = find_keyword(name);
    if (ignores_others && name != "$ref") continue;
    if (known == nullptr || !is_in(*known, dialect)) {
      std::string why = "is not a keyword of JSON Schema ";
      folder_.report(child, why.append(dialect_name(dialect)));
    } else if (known->word == Word::unsupported) {
      folder_.report(child, "is a keyword that is not supported");
    } else {
      keyword(child, *known, draft);
    }
  }
}

void Compiler::keyword(Place place, const Keyword& keyword, Draft& draft) {
  if (keyword.holds == Holds::named_schemas && !is(place, JsonNode::Kind::object, "an object of schemas")) return;
  if (keyword.holds == Holds::schemas) {
    if (!is(place, JsonNode::Kind::array, "an array of schemas")) return;
    if (folder_[place].size == 0) return folder_.report(place, "is empty");
  }
  if (value_keyword(place, keyword.word, draft) || array_keyword(place, keyword.word, draft)) return;
  if (object_keyword(place, keyword.word, draft) || branch_keyword(place, keyword.word, draft)) return;
}

NumberRule Compiler::number_rule(const Draft& draft) {
  NumberRule rule{append(program_.bounds, draft.bounds), append(program_.multiples, draft.multiples)};
  if (!draft.multiples.empty()) return rule;
  rule.above = std::numeric_limits<std::int64_t>::min();
  rule.below = std::numeric_limits<std::int64_t>::max();
  for (const Bound& bound : draft.bounds) {
    const bool is_least = bound.kind == Bound::Kind::minimum || bound.kind == Bound::Kind::exclusive_minimum;
    if (!bound.is_short) {
      rule.above = rule.below = 0;  // none is between
      return rule;
    }
    if (is_least) rule.above = std::max(rule.above, bound.short_value);
    if (!is_least) rule.below = std::min(rule.below, bound.short_value);
  }
  return rule;
}

// Where maxLength is all that is asked of strings.
std::uint32_t Compiler::settled_bytes(const Draft& draft) noexcept {
  constexpr std::uint32_t kQuotes = 2;
  const StringRule& rule = draft.string;
  const bool is_all = rule.least.reason == kNone && rule.pattern_reason == kNone && rule.format_reason == kNone &&
                      rule.most.reason != kNone && draft.constant_sets.empty() && draft.branches.empty();
  if (!is_all || (draft.schema.types & kString) == 0) return 0;
  return std::min(rule.most.limit, kNone - kQuotes) + kQuotes;
}

void Compiler::finish(Id id, Draft& draft) {
  Schema& schema = draft.schema;
  if (!draft.bounds.empty() || !draft.multiples.empty()) {
    schema.number = static_cast<Id>(program_.numbers.size());
    program_.numbers.push_back(number_rule(draft));
    schema.look_at |= kInteger | kFraction;
  }
  if (draft.has_string) {
    schema.string = static_cast<Id>(program_.strings.size());
    program_.strings.push_back(draft.string);
    schema.look_at |= kString;
  }
  if (draft.has_array) {
    schema.array = static_cast<Id>(program_.arrays.size());
    program_.arrays.push_back(draft.array);
    schema.look_at |= kArray;
  }
  if (draft.has_object) {
    finish_object(draft);
    schema.object = static_cast<Id>(program_.objects.size());
    program_.objects.push_back(draft.object);
    schema.look_at |= kObject;
  }
  schema.constants = append(program_.constant_sets, draft.constant_sets);
  schema.branches = append(program_.branches, draft.branches);
  if (schema.has_unevaluated_properties) schema.look_at |= kObject;
  if (schema.has_unevaluated_items) schema.look_at |= kArray;
  if (schema.constants.size + schema.branches.size > 0) schema.look_at = kAllTypes;
  schema.settled = schema.types & static_cast<Types>(~schema.look_at);
  schema.settled_bytes = settled_bytes(draft);
  schema.has_only_words = (schema.types & kString) != 0 && !draft.has_string && draft.branches.empty() &&
                          draft.constant_sets.size() == 1 && draft.constant_sets[0].all_strings;
  program_.schemas[id] = schema;
}

void Compiler::finish_object(Draft& draft) {
  // Properties in their order first: a payload's members mostly have it too.
  std::vector<NewWord> words;
  const auto add = [&](Id id) { words.push_back({draft.names[id].text, id, draft.names[id].schema}); };
  for (Name& name : draft.names) name.text = program_.pool.keep(name.text);
  for (const Id id : draft.properties) add(id);
  for (Id id = 0; id < draft.names.size(); ++id) {
    if (!draft.names[id].is_property) add(id);
  }
  draft.object.table = make_word_table(words, program_.slots);
  draft.object.names = append(program_.names, draft.names);
  draft.object.patterns = append(program_.named_patterns, draft.patterns);
  draft.object.required = append(program_.required, draft.required);
  draft.object.dependents = append(program_.dependents, draft.dependents);
  draft.object.is_plain =
      draft.patterns.empty() && draft.object.additional == kNone && draft.object.property_names == kNone;
  for (const Required& required : draft.required) {
    if (required.name < 64) draft.object.required_bits |= std::uint64_t{1} << required.name;
  }
}

Place Compiler::sibling(Place place, std::string_view name) const noexcept {
  return folder_.find({place.document, folder_[place].parent}, name);
}

std::vector<Place> Compiler::children(Place place) const {
  std::vector<Place> all;
  const JsonDocument& tree = folder_.document(place.document);
  for (NodeId child = tree[place.node].first; child != kNone; child = tree[child].next)
    all.push_back({place.document, child});
  return all;
}

bool Compiler::is(Place place, JsonNode::Kind kind, std::string_view what) {
  if (folder_[place].kind == kind) return true;
  folder_.report(place, std::string("is not ").append(what));
  return false;
}

Id Compiler::reason(Place place, std::string_view detail, std::string_view short_detail) {
  std::string told = in_json(detail), location = in_json(folder_.location(place));
  if (told.size() > kFaultTextBytesMax) told = short_detail;
  if (location.size() > kFaultTextBytesMax) location = in_json(folder_.name(place)) + '#';
  if (location.size() > kFaultTextBytesMax) location = "#";
  program_.reasons.push_back({program_.pool.keep(told), program_.pool.keep(location)});
  return static_cast<Id>(program_.reasons.size() - 1);
}

Id Compiler::name_of(Draft& draft, std::string_view text) {
  draft.has_object = true;
  if (draft.index.size() < 2 * (draft.names.size() + 1)) index_names(draft);
  for (std::uint64_t at = text_hash(text);; ++at) {
    Id& id = draft.index[at & (draft.index.size() - 1)];
    if (id == kNone) {
      id = static_cast<Id>(draft.names.size());
      draft.names.push_back({text, kNone, false});
      return id;
    }
    if (draft.names[id].text == text) return id;
  }
}

void Compiler::index_names(Draft& draft) {
  draft.index.assign(std::bit_ceil(4 * (draft.names.size() + 1)), kNone);
  for (Id i = 0; i < draft.names.size(); ++i) {
    std::uint64_t at = text_hash(draft.names[i].text);
    while (draft.index[at & (draft.index.size() - 1)] != kNone) ++at;
    draft.index[at & (draft.index.size() - 1)] = i;
  }
}

Range Compiler::list(const std::vector<Id>& ids) {
  return append(program_.lists, ids);
}

}  // namespace planish::core::contract
