// Keywords that apply schemas to the same value (JSON Schema Core, 8.2.3.1 and 10.2).
#include <core/contract/compiler.hpp>

namespace planish::core::contract {

bool Compiler::branch_keyword(Place place, Word word, Draft& draft) {
  switch (word) {
    case Word::ref:
      return reference(place, draft), true;
    case Word::all_of:
      return all_of(place, draft), true;
    case Word::any_of:
      return any_of(place, Branch::Kind::any_of, "fits none of the schemas", draft), true;
    case Word::one_of:
      return any_of(place, Branch::Kind::one_of, "does not fit exactly one of the schemas", draft), true;
    case Word::not_:
      draft.branches.push_back({Branch::Kind::not_, list({schema(place)}), reason(place, "fits what is not allowed")});
      return true;
    case Word::if_:
      return condition(place, draft), true;
    default:
      return false;
  }
}

void Compiler::reference(Place place, Draft& draft) {
  if (!is(place, JsonNode::Kind::string, "a string")) return;
  Place to;
  std::string why;
  if (!folder_.resolve({place.document, folder_[place].parent}, folder_[place].text, to, why)) {
    return folder_.report(place, std::move(why));
  }
  const Id id = schema(to);
  if (id != kNone) draft.branches.push_back({Branch::Kind::all_of, list({id}), kNone});
}

void Compiler::all_of(Place place, Draft& draft) {
  std::vector<Id> ids;
  for (const Place child : children(place)) {
    if (const Id id = schema(child); id != kNone) ids.push_back(id);
  }
  draft.branches.push_back({Branch::Kind::all_of, list(ids), kNone});
}

void Compiler::any_of(Place place, Branch::Kind kind, std::string_view detail, Draft& draft) {
  std::vector<Id> ids;
  for (const Place child : children(place)) ids.push_back(schema(child));
  draft.branches.push_back({kind, list(ids), reason(place, detail)});
}

void Compiler::condition(Place place, Draft& draft) {
  const Place then = sibling(place, "then"), otherwise = sibling(place, "else");
  const auto id = [this](Place part) { return part.node == kNone ? kNone : schema(part); };
  draft.branches.push_back({Branch::Kind::if_then_else, list({schema(place), id(then), id(otherwise)}), kNone});
}

}  // namespace planish::core::contract
