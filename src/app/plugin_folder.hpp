// What `planish plugin init` writes: the same example in each language, with all that it takes to build and run it.
#pragma once

#include <string>
#include <string_view>

namespace planish::app {

// Makes `folder`, which must not be there. False with the reason in `error`.
[[nodiscard]] bool make_plugin_folder(const std::string& folder, std::string_view language, std::string& error);

}  // namespace planish::app
