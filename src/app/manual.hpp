// The manual's pages, which are in the binary, since an image has no documents beside it. Each example in them is run
// by a test.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace planish::app {

struct ManualPage {
  std::string_view name;  // "shapes"
  std::string_view text;
};

// In the order in which the overview names them.
[[nodiscard]] std::span<const ManualPage> manual_pages() noexcept;

// What `planish help NAME` prints. Empty: there is no such page.
[[nodiscard]] std::string manual_page(std::string_view name);

}  // namespace planish::app
