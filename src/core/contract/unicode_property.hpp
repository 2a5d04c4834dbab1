// Properties of Unicode that ECMA-262 names (tables 66 to 69), as RE2 knows them.
#pragma once

#include <string_view>

namespace planish::core::contract {

struct UnicodeProperty {
  std::string_view group;  // in RE2's \p{…}
  std::string_view set;    // or what stands between brackets
};

// What stands between the braces of \p{…}: a general category, Script=…, or one of few binary properties. Both empty:
// unknown.
[[nodiscard]] UnicodeProperty unicode_property(std::string_view name) noexcept;

}  // namespace planish::core::contract
