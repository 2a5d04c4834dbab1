// TOML to text values: what a value means is for the table to say, with the same words as for flags.
#include <app/config_file.hpp>

#include <app/regular_file.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>

namespace planish::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;

std::string place_of(const std::string& path, const toml::source_region& source) {
  return fmt::format("{}:{}:{}", path, source.begin.line, source.begin.column);
}

std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) {
    // The digits as the file has them: 0o660 is a file mode.
    const bool octal = (integer->flags() & toml::value_flags::format_as_octal) != toml::value_flags::none;
    return octal ? fmt::format("0o{:o}", integer->get()) : fmt::format("{}", integer->get());
  }
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  return std::nullopt;
}

std::optional<std::vector<std::string>> values_of(const Setting& setting, const toml::node& node) {
  std::vector<std::string> values;
  const auto* array = node.as_array();
  if (array == nullptr || !setting.list) {
    const auto text = text_of(node);
    if (!text) return std::nullopt;
    return setting.list ? split_list(*text, setting.separator) : std::vector<std::string>{*text};
  }
  for (const auto& element : *array) {
    const auto text = text_of(element);
    if (!text) return std::nullopt;
    values.push_back(*text);
  }
  return values;
}

}  // namespace

std::vector<Given> parse_config(std::string_view text, const std::string& path, Complaints& complaints) {
  std::vector<Given> given;
  const toml::parse_result parsed = toml::parse(text, path);
  if (!parsed) {
    complaints.push_back({place_of(path, parsed.error().source()) + ": " + std::string(parsed.error().description())});
    return given;
  }
  for (const auto& [key, node] : parsed.table()) {
    const std::string place = place_of(path, key.source());
    const Setting* setting = find_setting(key.str());
    if (setting == nullptr) {
      complaints.push_back({fmt::format("{}: there is no setting {}", place, in_quotes(key.str()))});
    } else if (auto values = values_of(*setting, node)) {
      given.push_back({std::string(setting->key), std::move(*values), place});
    } else {
      complaints.push_back({fmt::format("{}: {} takes no such type of value", place, key.str())});
    }
  }
  return given;
}

std::vector<Given> read_config_file(const std::string& path, Complaints& complaints) {
  std::string why;
  const auto text = read_regular_file(path, kFileBytesMax, why);
  const std::string name = path == kStandardInput ? "standard input" : path;
  if (text) return parse_config(*text, name, complaints);
  complaints.push_back({fmt::format("{}: cannot be read: {}", name, why)});
  return {};
}

}  // namespace planish::app
