// The page of the settings ends with their table, which is made of THE table.
#include <app/manual.hpp>

#include <app/setting_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace planish::app {
namespace {

void append_settings(std::string& out) {
  for (const Setting& setting : setting_table()) {
    fmt::format_to(std::back_inserter(out), "  {:<20} {:<14} {}\n", setting.key, setting.fallback, setting.help);
    if (!setting.names.empty())
      fmt::format_to(std::back_inserter(out), "{:37} {}\n", "", fmt::join(setting.names, " "));
  }
}

}  // namespace

std::string manual_page(std::string_view name) {
  const auto pages = manual_pages();
  const auto page =
      std::find_if(pages.begin(), pages.end(), [name](const ManualPage& one) { return one.name == name; });
  if (page == pages.end()) return {};
  std::string text(page->text);
  if (name == "settings") append_settings(text);
  return text;
}

}  // namespace planish::app
