// Media type: type "/" subtype *( OWS ";" OWS [ name "=" word ] ). RFC 9110, section 8.3.1.
#include <http/field_value.hpp>
#include <http/media_type.hpp>

#include <optional>

namespace planish::http {
namespace {

bool is_json(std::string_view type, std::string_view subtype) noexcept {
  constexpr std::string_view suffix = "+json";
  if (subtype.size() > suffix.size() && equals_no_case(subtype.substr(subtype.size() - suffix.size()), suffix))
    return true;
  return equals_no_case(subtype, "json") && (equals_no_case(type, "application") || equals_no_case(type, "text"));
}

bool is_default_of_a_client(std::string_view type, std::string_view subtype) noexcept {
  return (equals_no_case(type, "text") && equals_no_case(subtype, "plain")) ||
         (equals_no_case(type, "application") && equals_no_case(subtype, "x-www-form-urlencoded"));
}

bool is_utf8(const Word& charset) noexcept {
  return charset.equals_no_case("utf-8") || charset.equals_no_case("utf8");
}

// The parameters: well formed, and no charset but utf-8 among them.
bool parameters_accepted(FieldCursor& at) noexcept {
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
    if (equals_no_case(name, "charset") && !is_utf8(*value)) return false;
  }
  return true;
}

}  // namespace

bool media_type_accepted(std::string_view content_type) noexcept {
  if (content_type.empty() || content_type == "application/json") return true;
  FieldCursor at(content_type);
  const std::string_view type = at.token();
  if (type.empty() || !at.take('/')) return false;
  const std::string_view subtype = at.token();
  if (!is_json(type, subtype) && !is_default_of_a_client(type, subtype)) return false;
  return parameters_accepted(at);
}

}  // namespace planish::http
