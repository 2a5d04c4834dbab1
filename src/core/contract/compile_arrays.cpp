// Keywords for arrays (JSON Schema Core, 10.3.1 and 11.2; Validation, 6.4; draft-07, 6.4).
#include <core/contract/compiler.hpp>

namespace planish::core::contract {

bool Compiler::array_keyword(Place place, Word word, Draft& draft) {
  switch (word) {
    case Word::items:
      return items(place, draft), true;
    case Word::additional_items:
      // Without a list of items in front of them all are items already.
      if (const Place list = sibling(place, "items");
          list.node != kNone && folder_[list].kind == JsonNode::Kind::array) {
        draft.has_array = true;
        draft.array.items = schema(place);
        draft.array.has_items = true;
      }
      return true;
    case Word::prefix_items:
      return prefix(place, draft), true;
    case Word::contains:
      draft.has_array = true;
      draft.array.has_contains = true;
      draft.array.contains = schema(place);
      if (sibling(place, "minContains").node == kNone ||
          folder_.dialect({place.document, folder_[place].parent}) == Dialect::draft_07) {
        draft.array.contains_least = {1, reason(place, "has no element that fits")};
      }
      return true;
    case Word::min_contains:
      return contains_count(place, true, draft), true;
    case Word::max_contains:
      return contains_count(place, false, draft), true;
    case Word::min_items:
      draft.has_array = true;
      return count(place, "has fewer than ", " element", " elements", draft.array.least), true;
    case Word::max_items:
      draft.has_array = true;
      return count(place, "has more than ", " element", " elements", draft.array.most), true;
    case Word::unique_items:
      if (!is(place, JsonNode::Kind::boolean, "a boolean") || !folder_[place].truth) return true;
      draft.has_array = true;
      draft.array.unique_reason = reason(place, "has two elements that are equal");
      return true;
    case Word::unevaluated_items:
      draft.schema.has_unevaluated_items = true;
      draft.schema.unevaluated_items = schema(place);
      return true;
    default:
      return false;
  }
}

void Compiler::items(Place place, Draft& draft) {
  if (folder_[place].kind != JsonNode::Kind::array) {
    draft.has_array = true;
    draft.array.items = schema(place);
    draft.array.has_items = true;
    return;
  }
  if (folder_.dialect({place.document, folder_[place].parent}) != Dialect::draft_07) {
    return folder_.report(place, "is a list of schemas, which is prefixItems in 2020-12");
  }
  prefix(place, draft);
}

void Compiler::prefix(Place place, Draft& draft) {
  draft.has_array = true;
  std::vector<Id> ids;
  for (const Place child : children(place)) ids.push_back(schema(child));
  draft.array.prefix = list(ids);
}

// Without contains these two say nothing.
void Compiler::contains_count(Place place, bool least, Draft& draft) {
  Count limit;
  if (least) {
    count(place, "has fewer than ", " element that fits", " elements that fit", limit);
  } else {
    count(place, "has more than ", " element that fits", " elements that fit", limit);
  }
  if (sibling(place, "contains").node == kNone) return;
  (least ? draft.array.contains_least : draft.array.contains_most) = limit;
}

}  // namespace planish::core::contract
