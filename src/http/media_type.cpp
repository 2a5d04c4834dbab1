// Media type: type "/" subtype *( OWS ";" OWS [ name "=" word ] ). RFC 9110, section 8.3.1.
#include <http/field_value.hpp>
#include <http/media_type.hpp>

#include <array>
#include <optional>

namespace planish::http {
namespace {

struct Row {
  std::string_view type, subtype;
  MediaKind kind;
};
constexpr std::array kRows = {
    Row{"application", "json", MediaKind::json},
    Row{"text", "json", MediaKind::json},
    Row{"application", "cloudevents+json", MediaKind::cloudevent},
    Row{"application", "cloudevents-batch+json", MediaKind::cloudevents_batch},
    Row{"application", "x-ndjson", MediaKind::lines},
    Row{"application", "ndjson", MediaKind::lines},
    Row{"application", "jsonl", MediaKind::lines},
    Row{"application", "x-jsonlines", MediaKind::lines},
    Row{"text", "plain", MediaKind::text},
    Row{"application", "x-www-form-urlencoded", MediaKind::form},
};

MediaKind kind_of(std::string_view type, std::string_view subtype) noexcept {
  for (const Row& row : kRows) {
    if (equals_no_case(type, row.type) && equals_no_case(subtype, row.subtype)) return row.kind;
  }
  constexpr std::string_view suffix = "+json";
  const bool json =
      subtype.size() > suffix.size() && equals_no_case(subtype.substr(subtype.size() - suffix.size()), suffix);
  return json ? MediaKind::json : MediaKind::other;
}

bool names_utf8(const Word& charset) noexcept {
  return charset.equals_no_case("utf-8") || charset.equals_no_case("utf8");
}

// False: they are not well formed.
bool read_parameters(FieldCursor& at, bool& utf8) noexcept {
  while (!at.at_end()) {
    at.skip_white_space();
    if (at.at_end()) break;
    if (!at.take(';')) return false;
    at.skip_white_space();
    const std::string_view name = at.token();
    if (name.empty()) continue;  // an empty parameter, or a fault that the next round finds
    if (!at.take('=')) return false;
    const std::optional<Word> value = at.word();
    if (!value) return false;
    if (equals_no_case(name, "charset") && !names_utf8(*value)) utf8 = false;
  }
  return true;
}

}  // namespace

MediaType media_type_of(std::string_view content_type) noexcept {
  if (content_type.empty()) return {};
  if (content_type == "application/json") return {MediaKind::json};
  FieldCursor at(content_type);
  const std::string_view type = at.token();
  if (type.empty() || !at.take('/')) return {MediaKind::other};
  MediaType out{kind_of(type, at.token())};
  if (!read_parameters(at, out.utf8)) out.kind = MediaKind::other;
  return out;
}

}  // namespace planish::http
