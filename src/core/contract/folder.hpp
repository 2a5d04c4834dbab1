// Folder: the schemas of a folder as trees, and what they are called, so that one can refer to another. Never the
// network.
#pragma once

#include <core/contract/json_document.hpp>
#include <core/contract/keyword.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

struct File {
  std::string_view name;  // within the folder, such as Order%20Completed.json
  std::string_view text;
};

// One thing that is wrong with a folder.
struct Problem {
  std::string file;
  std::string pointer;  // RFC 6901
  std::string reason;
};

// A value of one of the schemas.
struct Place {
  std::uint32_t document = 0;
  NodeId node = JsonDocument::kRoot;
};

class Folder {
 public:
  // What is wrong is added to `problems`.
  Folder(const std::vector<File>& files, std::size_t values_max, std::vector<Problem>& problems);

  [[nodiscard]] std::size_t size() const noexcept { return documents_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;
  [[nodiscard]] const JsonDocument& document(std::uint32_t i) const noexcept { return documents_[i].tree; }
  [[nodiscard]] const JsonNode& operator[](Place place) const noexcept {
    return documents_[place.document].tree[place.node];
  }
  [[nodiscard]] std::string_view name(Place place) const noexcept { return documents_[place.document].name; }
  [[nodiscard]] Place find(Place object, std::string_view name) const noexcept {
    return {object.document, documents_[object.document].tree.find(object.node, name)};
  }
  // Whether a schema is to stand there. False too for all of a file that is no JSON.
  [[nodiscard]] bool is_schema(Place place) const noexcept { return facts(place).is_schema; }
  [[nodiscard]] Dialect dialect(Place place) const noexcept { return facts(place).dialect; }

  // In draft-07 nothing counts beside a $ref.
  [[nodiscard]] bool ignores_others(Place schema, Dialect dialect) const noexcept;

  // Where a `$ref` that stands in the schema at `from` leads. False: `reason` says why nowhere.
  [[nodiscard]] bool resolve(Place from, std::string_view reference, Place& to, std::string& reason) const;

  void report(Place place, std::string reason);
  // With the file's name in front, as an answer names it.
  [[nodiscard]] std::string location(Place place) const;

 private:
  struct Facts {
    std::uint32_t base = 0;  // in bases_
    Dialect dialect = Dialect::draft_2020_12;
    bool is_schema = false;
  };
  struct Document {
    std::string_view name;
    JsonDocument tree;
    std::vector<Facts> facts;
  };
  struct Named {
    std::string uri;  // perhaps with #anchor
    Place place;
  };

  [[nodiscard]] const Facts& facts(Place place) const noexcept { return documents_[place.document].facts[place.node]; }
  void enter(Place place, Facts facts);
  void enter_children(Place value, Holds holds, const Facts& facts);
  void identify(Place place, Facts& facts);
  void add_anchor(Place place, const Facts& facts, std::string_view name);
  void sort_names();
  [[nodiscard]] const Named* find_named(std::string_view uri) const noexcept;
  [[nodiscard]] bool resolve_pointer(Place root, std::string_view pointer, Place& to) const;

  std::vector<Problem>& problems_;
  TextPool pool_;
  std::vector<Document> documents_;
  std::vector<std::string> bases_;
  std::vector<Named> named_;  // sorted
};

}  // namespace planish::core::contract
