// What schemas are called: by file, $id and $anchor (JSON Schema Core, 8.2, and draft-07, 8).
#include <core/contract/folder.hpp>

#include <core/contract/uri_reference.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

// The base of a file that says no other.
std::string uri_of_file(std::string_view name) {
  std::string uri = "contracts:/";
  for (const char c : name) uri += c == '#' ? "%23" : c == '?' ? "%3F" : std::string(1, c);
  return uri;
}

bool is_object(const JsonNode& node) noexcept {
  return node.kind == JsonNode::Kind::object;
}

}  // namespace

Folder::Folder(const std::vector<File>& files, std::size_t values_max, std::vector<Problem>& problems)
    : problems_(problems) {
  documents_.resize(files.size());
  std::size_t values = 0;
  for (std::uint32_t i = 0; i < files.size(); ++i) {
    Document& document = documents_[i];
    document.name = files[i].name;
    if (values > values_max) continue;
    if (!document.tree.parse(files[i].text, pool_)) {
      const NodeId at = document.tree.error_at();
      problems_.push_back(
          {std::string(document.name), at == kNone ? "" : document.tree.pointer(at), document.tree.error()});
      document.facts.assign(document.tree.size(), {});
      continue;
    }
    values += document.tree.size();
    if (values > values_max) {
      problems_.push_back({std::string(document.name), "",
                           "has one value too many: all files together have more than " + std::to_string(values_max)});
    }
    document.facts.assign(document.tree.size(), {});
    bases_.push_back(uri_of_file(document.name));
    named_.push_back({bases_.back(), {i, JsonDocument::kRoot}});
    enter({i, JsonDocument::kRoot}, {static_cast<std::uint32_t>(bases_.size() - 1), Dialect::draft_2020_12, true});
  }
  sort_names();
}

std::size_t Folder::memory_bytes() const noexcept {
  const auto text_bytes = [](const std::string& text) { return sizeof(std::string) + text.capacity(); };
  std::size_t bytes = pool_.memory_bytes();
  for (const Document& document : documents_)
    bytes += sizeof document + document.tree.memory_bytes() + document.facts.capacity() * sizeof(Facts);
  for (const std::string& base : bases_) bytes += text_bytes(base);
  for (const Named& named : named_) bytes += text_bytes(named.uri) + sizeof named.place;
  return bytes;
}

void Folder::report(Place place, std::string reason) {
  problems_.push_back({std::string(name(place)), document(place.document).pointer(place.node), std::move(reason)});
}

std::string Folder::location(Place place) const {
  return std::string(name(place)) + '#' + encode_fragment(document(place.document).pointer(place.node));
}

bool Folder::ignores_others(Place schema, Dialect dialect) const noexcept {
  return dialect == Dialect::draft_07 && find(schema, "$ref").node != kNone;
}

// Depth is bounded by kSchemaLevelsMax.
void Folder::enter(Place place, Facts facts) {
  if (is_object((*this)[place])) identify(place, facts);
  documents_[place.document].facts[place.node] = facts;
  if (!is_object((*this)[place])) return;
  for (NodeId child = (*this)[place].first; child != kNone; child = document(place.document)[child].next) {
    const Keyword* const keyword = find_keyword(document(place.document)[child].name);
    if (keyword == nullptr || !is_in(*keyword, facts.dialect)) continue;
    if (ignores_others(place, facts.dialect) && keyword->word != Word::definitions) continue;
    enter_children({place.document, child}, keyword->holds, facts);
  }
}

void Folder::enter_children(Place value, Holds holds, const Facts& facts) {
  const JsonNode& node = (*this)[value];
  const bool is_array = node.kind == JsonNode::Kind::array;
  const bool each = holds == Holds::schemas || holds == Holds::named_schemas || holds == Holds::names_or_schemas ||
                    (holds == Holds::schema_or_schemas && is_array);
  if (holds == Holds::no_schema) return;
  if (!each) return enter(value, facts);
  if (is_array != (holds == Holds::schemas || holds == Holds::schema_or_schemas)) return;
  for (NodeId child = node.first; child != kNone; child = document(value.document)[child].next) {
    const bool names =
        holds == Holds::names_or_schemas && document(value.document)[child].kind == JsonNode::Kind::array;
    if (!names) enter({value.document, child}, facts);
  }
}

// $schema, $id and $anchor.
void Folder::identify(Place place, Facts& facts) {
  const Place id = find(place, "$id"), dialect = find(place, "$schema");
  const bool is_root = place.node == JsonDocument::kRoot;
  if (dialect.node != kNone) {
    const std::string_view uri = (*this)[dialect].text;
    if (uri == "https://json-schema.org/draft/2020-12/schema" ||
        uri == "https://json-schema.org/draft/2020-12/schema#") {
      facts.dialect = Dialect::draft_2020_12;
    } else if (uri == "http://json-schema.org/draft-07/schema#" || uri == "http://json-schema.org/draft-07/schema") {
      facts.dialect = Dialect::draft_07;
    } else {
      report(dialect,
             "is neither https://json-schema.org/draft/2020-12/schema nor http://json-schema.org/draft-07/schema#");
    }
    if (!is_root && id.node == kNone) report(dialect, "stands in a schema that has no $id");
  }
  if (ignores_others(place, facts.dialect)) return;
  if (id.node != kNone) {
    const JsonNode& node = (*this)[id];
    const std::size_t mark = node.text.find('#');
    if (node.kind != JsonNode::Kind::string || node.text.empty()) {
      report(id, "is not a URI reference");
    } else if (mark == 0 && facts.dialect == Dialect::draft_07) {
      add_anchor(id, facts, node.text.substr(1));
      named_.back().place = place;
    } else if (mark != std::string_view::npos && mark + 1 != node.text.size()) {
      report(id, "has a fragment");
    } else {
      bases_.push_back(resolve_reference(bases_[facts.base], node.text));
      facts.base = static_cast<std::uint32_t>(bases_.size() - 1);
      if (!(is_root && bases_.back() == uri_of_file(name(place)))) named_.push_back({bases_.back(), place});
    }
  }
  const Place anchor = find(place, "$anchor");
  if (anchor.node == kNone || facts.dialect == Dialect::draft_07) return;
  add_anchor(anchor, facts, (*this)[anchor].text);
  named_.back().place = place;
}

void Folder::add_anchor(Place place, const Facts& facts, std::string_view anchor) {
  if (anchor.empty() || anchor.find_first_of("/#% ") != std::string_view::npos)
    report(place, "is not an anchor's name");
  named_.push_back({bases_[facts.base] + '#' + std::string(anchor), place});
}

void Folder::sort_names() {
  std::sort(named_.begin(), named_.end(), [](const Named& a, const Named& b) {
    if (a.uri != b.uri) return a.uri < b.uri;
    return a.place.document != b.place.document ? a.place.document < b.place.document : a.place.node < b.place.node;
  });
  for (std::size_t i = 1; i < named_.size(); ++i) {
    if (named_[i].uri != named_[i - 1].uri) continue;
    report(named_[i].place, "is called " + named_[i].uri + ", as " + location(named_[i - 1].place) + " is");
  }
}

const Folder::Named* Folder::find_named(std::string_view uri) const noexcept {
  const auto found = std::lower_bound(named_.begin(), named_.end(), uri,
                                      [](const Named& named, std::string_view text) { return named.uri < text; });
  return found != named_.end() && found->uri == uri ? &*found : nullptr;
}

bool Folder::resolve(Place from, std::string_view reference, Place& to, std::string& reason) const {
  std::string uri = resolve_reference(bases_[facts(from).base], reference);
  const Named* root = find_named(uri);
  if (root == nullptr) {
    // A file by its name, where an $id made another base of it.
    const std::string by_name = resolve_reference(uri_of_file(name(from)), reference);
    root = find_named(by_name);
    if (root != nullptr) uri = by_name;
  }
  if (root == nullptr) {
    reason = "refers to " + uri + ", which no schema of the folder is called";
    return false;
  }
  std::string fragment;
  if (!decode_percent(fragment_of(reference), fragment)) {
    reason = "has a percent sign without two hexadecimal digits";
    return false;
  }
  to = root->place;
  if (fragment.empty()) return true;
  if (fragment[0] == '/') {
    if (resolve_pointer(root->place, fragment, to)) return true;
    reason = "refers to a place where no schema stands";
    return false;
  }
  const Named* const anchor = find_named(uri + '#' + fragment);
  if (anchor == nullptr) {
    reason = "refers to an anchor that is not there";
    return false;
  }
  to = anchor->place;
  return true;
}

bool Folder::resolve_pointer(Place root, std::string_view pointer, Place& to) const {
  const JsonDocument& tree = document(root.document);
  to = root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    std::string plain;
    for (std::size_t i = 0; i < step.size(); ++i) {
      const bool is_escape = step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
      plain += is_escape ? step[++i] == '0' ? '~' : '/' : step[i];
    }
    to.node = tree[to.node].kind == JsonNode::Kind::array ? tree.element(to.node, plain) : tree.find(to.node, plain);
    if (to.node == kNone) return false;
  }
  return is_schema(to);
}

}  // namespace planish::core::contract
