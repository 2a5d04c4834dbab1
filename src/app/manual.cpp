// The page of the settings ends with their table, which is made of THE table.
#include <app/manual.hpp>

#include <app/manual_pages.hpp>
#include <app/setting_table.hpp>

#include <fmt/format.h>

#include <iterator>

namespace planish::app {
namespace {

void append_settings(std::string& out) {
  for (const Setting& setting : setting_table()) {
    fmt::format_to(std::back_inserter(out), "  {:<24} {:<10} {}\n", setting.key, setting.fallback, setting.help);
    if (!setting.names.empty())
      fmt::format_to(std::back_inserter(out), "{:37} {}\n", "", fmt::join(setting.names, " "));
  }
}

}  // namespace

std::string manual_page_names() {
  std::string names;
  for (const PackedTexts::Entry& page : kManualPages.entries) names.append(names.empty() ? "" : " ").append(page.name);
  return names;
}

std::string manual_page(std::string_view name) {
  std::string text = unpacked(kManualPages, name);
  if (!text.empty() && name == "settings") append_settings(text);
  return text;
}

}  // namespace planish::app
