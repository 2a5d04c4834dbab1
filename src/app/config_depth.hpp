// Config depth: how deep the tables of a TOML text go, looked at before it is parsed.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace planish::app {

// Of a key, a.b.c. A parser makes a table of each part, and takes as much of its stack for it, when it destroys them at
// the latest; tables within braces, of which toml++ allows 256, may each have such a key. So there are at most 4 112
// levels, half of what a stack of 1 MiB was seen to bear.
inline constexpr std::size_t kKeyPartsMax = 16;

struct TextPlace {
  std::size_t line;    // from 1
  std::size_t column;  // in bytes, from 1
};

// Where the first key begins to have more parts. None: the text may be parsed, and need not be TOML.
[[nodiscard]] std::optional<TextPlace> long_key(std::string_view text) noexcept;

}  // namespace planish::app
