// The manual's pages, which are in the binary, since an image has no documents beside it. Each example in them is run
// by a test.
#pragma once

#include <string>
#include <string_view>

namespace planish::app {

// "settings" and the others, in the order in which the overview names them, with a blank between.
[[nodiscard]] std::string manual_page_names();

// What `planish help NAME` prints. Empty: there is no such page.
[[nodiscard]] std::string manual_page(std::string_view name);

}  // namespace planish::app
