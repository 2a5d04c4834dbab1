// The door from outside to the canonical form.
#include <planish/canonical.hpp>

#include <core/canonical/canonicalizer.hpp>

namespace planish {

std::optional<std::string> canonical_form(std::string_view value) {
  core::Canonicalizer canonicalizer(value.size());
  if (canonicalizer.canonicalize(value) != core::Canonicalizer::Result::ok) return std::nullopt;
  return std::string(canonicalizer.text());
}

}  // namespace planish
