// Prefer: preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] ), in a list. RFC 7240, section 2.
#include <http/field_value.hpp>
#include <http/prefer.hpp>

#include <optional>

namespace planish::http {
namespace {

struct Pair {
  std::string_view name;
  std::optional<Word> value;
};

// token [ BWS "=" BWS word ], and the white space after it. None: not of that form.
std::optional<Pair> pair(FieldCursor& at) noexcept {
  Pair read{at.token(), std::nullopt};
  if (read.name.empty()) return std::nullopt;
  at.skip_white_space();
  if (at.take('=')) {
    at.skip_white_space();
    read.value = at.word();
    if (!read.value) return std::nullopt;
    at.skip_white_space();
  }
  return read;
}

// The preference, its parameters read and dropped. None: a fault of syntax.
std::optional<Pair> preference(FieldCursor& at) noexcept {
  const std::optional<Pair> read = pair(at);
  if (!read) return std::nullopt;
  while (at.take(';')) {
    at.skip_white_space();
    if (at.at_end() || at.at(';') || at.at(',')) continue;
    if (!pair(at)) return std::nullopt;
  }
  if (!at.at_end() && !at.at(',')) return std::nullopt;
  return read;
}

Handling handling_of(const std::optional<Word>& value) noexcept {
  if (value && value->equals_no_case("lenient")) return Handling::lenient;
  if (value && value->equals_no_case("strict")) return Handling::strict;
  return Handling::unknown;
}

}  // namespace

Handling prefer_handling(std::string_view field_value, Handling so_far) noexcept {
  if (so_far != Handling::not_set) return so_far;
  FieldCursor at(field_value);
  while (!at.at_end()) {
    at.skip_white_space();
    if (at.take(',') || at.at_end()) continue;
    const std::optional<Pair> read = preference(at);
    if (read && equals_no_case(read->name, "handling")) return handling_of(read->value);
    at.skip_element();
  }
  return Handling::not_set;
}

std::string_view preference_applied(Handling handling) noexcept {
  if (handling == Handling::lenient) return "Preference-Applied: handling=lenient\r\n";
  if (handling == Handling::strict) return "Preference-Applied: handling=strict\r\n";
  return {};
}

}  // namespace planish::http
