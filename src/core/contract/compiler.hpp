// Compiler: from the trees of a folder to one Program. Everything that is wrong is reported, not only the first thing.
#pragma once

#include <core/contract/folder.hpp>
#include <core/contract/program.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

class Compiler {
 public:
  Compiler(Folder& folder, Program& program, std::size_t program_bytes_max)
      : folder_(folder), program_(program), program_bytes_max_(program_bytes_max) {}

  // Compiles every schema of every file. Returns the root's place in program.schemas, for each file.
  [[nodiscard]] std::vector<Id> run();

  // Adds what is told of a contract whose schema stands there.
  [[nodiscard]] Id add_reason(Place place, std::string_view detail) { return reason(place, detail); }

  // But for the program.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  // For each schema of the program.
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }

 private:
  // A schema that is being put together.
  struct Draft {
    Schema schema;
    std::vector<Bound> bounds;
    std::vector<MultipleOf> multiples;
    StringRule string;
    bool has_string = false;
    ArrayRule array;
    bool has_array = false;
    ObjectRule object;
    bool has_object = false;
    std::vector<Name> names;
    std::vector<Id> index;       // of the names, by text_hash(); a power of two, half full at most
    std::vector<Id> properties;  // of the names, in their order
    std::vector<NamedPattern> patterns;
    std::vector<Required> required;
    std::vector<Dependent> dependents;
    std::vector<ConstantSet> constant_sets;
    std::vector<Branch> branches;
  };
  Id add(Place place);
  Id schema(Place place);
  void compile(Id id);
  void keywords(Place place, Draft& draft);
  void keyword(Place place, const Keyword& keyword, Draft& draft);
  bool value_keyword(Place place, Word word, Draft& draft);
  bool array_keyword(Place place, Word word, Draft& draft);
  bool object_keyword(Place place, Word word, Draft& draft);
  bool branch_keyword(Place place, Word word, Draft& draft);
  void finish(Id id, Draft& draft);
  void finish_object(Draft& draft);
  NumberRule number_rule(const Draft& draft);
  static std::uint32_t settled_bytes(const Draft& draft) noexcept;

  void type(Place place, Draft& draft);
  void bound(Place place, Bound::Kind kind, Draft& draft);
  void multiple_of(Place place, Draft& draft);
  void pattern(Place place, Draft& draft);
  void format(Place place, Draft& draft);
  void enumeration(Place place, Draft& draft);
  void constant_set(Place value, std::vector<Place> constants, std::string_view detail, Draft& draft);
  void constant(Place place, Id at);
  void count(Place place, std::string_view before, std::string_view one, std::string_view many, Count& count);

  void items(Place place, Draft& draft);
  void prefix(Place place, Draft& draft);
  void contains_count(Place place, bool least, Draft& draft);

  void properties(Place place, Draft& draft);
  void pattern_properties(Place place, Draft& draft);
  void required(Place place, Draft& draft);
  void dependencies(Place place, Draft& draft);
  void dependent_names(Place place, Draft& draft);
  [[nodiscard]] std::vector<Place> distinct_names(Place place);

  void reference(Place place, Draft& draft);
  void all_of(Place place, Draft& draft);
  void any_of(Place place, Branch::Kind kind, std::string_view detail, Draft& draft);
  void condition(Place place, Draft& draft);

  [[nodiscard]] Place sibling(Place place, std::string_view name) const noexcept;
  [[nodiscard]] std::vector<Place> children(Place place) const;
  [[nodiscard]] bool is(Place place, JsonNode::Kind kind, std::string_view what);
  [[nodiscard]] bool is_trivial(Place place) const noexcept;
  // What is told where `place` is not kept to. `short_detail` where the other one, with names in it, is too long.
  Id reason(Place place, std::string_view detail, std::string_view short_detail = "does not fit");
  Id compiled_pattern(Place place, std::string_view text);
  static Id name_of(Draft& draft, std::string_view text);
  static void index_names(Draft& draft);
  Range list(const std::vector<Id>& ids);

  Folder& folder_;
  Program& program_;
  std::size_t program_bytes_max_;
  std::vector<Place> places_;         // of the schemas
  std::vector<std::vector<Id>> ids_;  // of the nodes of each document
  struct KnownPattern {
    std::string text;
    Id id;
  };
  std::vector<KnownPattern> patterns_;
};

// Patterns that differ, in one folder: memory is bounded by as many times kPatternBytesMax.
inline constexpr std::size_t kPatternsMax = 1000;

}  // namespace planish::core::contract
