// TOML to text values: what a value means is for the table to say, with the same words as for flags.
#include <app/config_file.hpp>

#include <app/config_depth.hpp>
#include <app/log_line.hpp>
#include <app/near_names.hpp>
#include <app/regular_file.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace planish::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;

std::string place_of(const std::string& path, const toml::source_region& source) {
  return fmt::format("{}:{}:{}", path, source.begin.line, source.begin.column);
}

// A file's mode is octal, as chmod takes it: the digits of 660 are. In another base than ten it is the number that it
// says.
bool is_mode_in_base(const Setting* setting, const toml::value<std::int64_t>& integer) {
  constexpr auto bases = toml::value_flags::format_as_binary | toml::value_flags::format_as_octal |
                         toml::value_flags::format_as_hexadecimal;
  return setting != nullptr && setting->key == "unix_mode" && (integer.flags() & bases) != toml::value_flags::none;
}

std::optional<std::string> text_of(const toml::node& node, const Setting* setting = nullptr) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) {
    return is_mode_in_base(setting, *integer) ? fmt::format("0o{:o}", integer->get())
                                              : fmt::format("{}", integer->get());
  }
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* word = node.as_boolean()) return word->get() ? "true" : "false";
  return std::nullopt;
}

// `setting`: null of a key that is none, whose meaning others know.
std::optional<std::vector<std::string>> values_of(const Setting* setting, const toml::node& node) {
  std::vector<std::string> values;
  const auto* array = node.as_array();
  if (array == nullptr || (setting != nullptr && !setting->list)) {
    auto text = text_of(node, setting);
    if (!text || (setting != nullptr && node.is_boolean())) return std::nullopt;
    return std::vector<std::string>{std::move(*text)};
  }
  for (const auto& element : *array) {
    const auto text = text_of(element);
    if (!text) return std::nullopt;
    values.push_back(*text);
  }
  return values;
}

// In the file a list is an array: a text in its place would have to be split at what may well be part of it. A text of
// nothing is for the setting to refuse, which names the word for all.
bool must_be_array(const Setting* setting, const toml::node& node) {
  if (setting == nullptr || !setting->list || setting->max == 1 || node.is_array()) return false;
  const auto* text = node.as_string();
  return text == nullptr || !text->get().empty();
}

// False: JSON has no such value, a time or an infinity.
bool append_json(std::string& out, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    append_json_string(out, text->get());
  } else if (const auto* number = node.as_floating_point()) {
    if (!std::isfinite(number->get())) return false;
    out += number->get() == 0 ? "0" : fmt::format("{}", number->get());
  } else if (const auto* integer = node.as_integer()) {
    out += fmt::format("{}", integer->get());
  } else if (const auto* word = node.as_boolean()) {
    out += word->get() ? "true" : "false";
  } else if (const auto* array = node.as_array()) {
    out += '[';
    for (const auto& element : *array) {
      if (out.back() != '[') out += ',';
      if (!append_json(out, element)) return false;
    }
    out += ']';
  } else if (const auto* table = node.as_table()) {
    out += '{';
    for (const auto& [name, value] : *table) {
      if (out.back() != '{') out += ',';
      append_json_string(out, name.str());
      out += ':';
      if (!append_json(out, value)) return false;
    }
    out += '}';
  } else {
    return false;
  }
  return true;
}

RuleValue rule_value(std::string key, std::string place, const toml::node& node) {
  using enum RuleValue::Kind;
  RuleValue out{std::move(key), std::move(place), other, {}, {}};
  if (const auto* table_of = node.as_table()) {
    out.kind = table;
    for (const auto& [name, value] : *table_of) {
      std::string json;
      if (!append_json(json, value)) json.clear();
      out.members.emplace_back(name.str(), std::move(json));
    }
  } else if (const auto* array = node.as_array()) {
    const bool strings = std::all_of(array->begin(), array->end(), [](const auto& one) { return one.is_string(); });
    if (strings) out.kind = list;
    for (const auto& one : *array) {
      if (strings) out.texts.push_back(one.as_string()->get());
    }
  } else if (const auto scalar = text_of(node)) {
    out.kind = node.is_string() ? text : node.is_boolean() ? boolean : number;
    out.texts = {*scalar};
  }
  return out;
}

// What append_json() has taken, as TOML of one line.
void append_toml(std::string& out, const toml::node& node) {
  if (const auto* table = node.as_table()) {
    out += '{';
    for (const auto& [name, value] : *table) {
      out += out.back() == '{' ? " " : ", ";
      out += toml_string(name.str()) + " = ";
      append_toml(out, value);
    }
    out += " }";
  } else if (const auto* array = node.as_array()) {
    out += '[';
    for (const auto& element : *array) {
      if (out.back() != '[') out += ", ";
      append_toml(out, element);
    }
    out += ']';
  } else if (const auto* text = node.as_string()) {
    out += toml_string(text->get());
  } else if (const auto* number = node.as_floating_point()) {
    const std::string digits = fmt::format("{}", number->get());
    out += digits.find_first_of(".e") == std::string::npos ? digits + ".0" : digits;
  } else {
    append_json(out, node);
  }
}

std::string meant(std::string_view key) {
  std::vector<std::string_view> known = setting_keys();
  known.insert(known.end(), {"[[endpoint]]", "[shape.NAME]", "[[rule]]", kPluginConfig});
  const std::string_view name = key == "shapes" ? "[shape.NAME]" : nearest(key, known);
  return name.empty() ? std::string() : fmt::format("; did you mean {}?", name);
}

// How a value is written whose kind was wrong. `setting`: null of a key of a shape.
std::string spelling_of(const Setting* setting, std::string_view key) {
  if (setting == nullptr) return fmt::format("{0} = \"TEXT\" or {0} = [\"TEXT\", ...]", key);
  if (setting->list) return fmt::format("{} = [\"{}\", ...]", key, setting->value);
  const std::string value = setting->names.empty() ? std::string(setting->value) : "WORD";
  return setting->quoted ? fmt::format("{} = \"{}\"", key, value) : fmt::format("{} = {}", key, value);
}

class FileReader {
 public:
  FileReader(const std::string& path, Complaints& complaints) : path_(path), complaints_(complaints) {}

  void read(const toml::table& top) {
    for (const auto& [key, node] : top) {
      if (key.str() == "endpoint" && (node.is_array_of_tables() || node.is_table())) {
        read_endpoints(node);
      } else if (key.str() == "shape" && node.is_table()) {
        read_shapes(*node.as_table());
      } else if (key.str() == "rule") {
        read_rules(key, node, "[[rule]]", out_.rules);
      } else if (key.str() == kPluginConfig) {
        out_.plugin_config = plugin_config(key, node);
      } else {
        take(key, node, Level::top, out_.given);
      }
    }
  }
  ConfigFile out() { return std::move(out_); }

 private:
  void read_endpoints(const toml::node& node) {
    if (const auto* array = node.as_array()) {
      for (const auto& element : *array) out_.endpoints.push_back(endpoint(*element.as_table()));
    } else {
      complaints_.push_back({place_of(path_, node.source()) + ": endpoint is written as [[endpoint]]"});
    }
  }
  void read_shapes(const toml::table& shapes) {
    for (const auto& [name, node] : shapes) {
      if (const auto* one = node.as_table()) {
        out_.shapes.push_back(table(std::string(name.str()), *one));
      } else {
        complaints_.push_back({place_of(path_, name.source()) + ": a shape is a table, [shape.NAME]"});
      }
    }
  }
  Table endpoint(const toml::table& from) {
    Table out{{}, place_of(path_, from.source()), {}, {}};
    for (const auto& [key, node] : from) {
      if (key.str() == "rule") {
        read_rules(key, node, "[[endpoint.rule]]", out.rules);
      } else if (key.str() == kPluginConfig) {
        if (auto given = plugin_config(key, node)) out.given.push_back(std::move(*given));
      } else {
        take(key, node, Level::endpoint, out.given);
      }
    }
    return out;
  }
  void read_rules(const toml::key& key, const toml::node& node, std::string_view head, std::vector<RuleTable>& rules) {
    if (!node.is_array_of_tables()) {
      complaints_.push_back({fmt::format("{}: a rule is a table, {}", place_of(path_, key.source()), head)});
      return;
    }
    for (const auto& element : *node.as_array()) {
      RuleTable& table = rules.emplace_back();
      table.place = place_of(path_, element.source());
      for (const auto& [name, value] : *element.as_table()) {
        table.values.push_back(rule_value(std::string(name.str()), place_of(path_, name.source()), value));
      }
    }
  }
  Table table(std::string name, const toml::table& from) {
    Table out{std::move(name), place_of(path_, from.source()), {}, {}};
    for (const auto& [key, node] : from) take(key, node, Level::shape, out.given);
    return out;
  }
  std::optional<Given> plugin_config(const toml::key& key, const toml::node& node) {
    const std::string place = place_of(path_, key.source());
    std::string json;
    std::string toml;
    if (node.is_table() && append_json(json, node)) {
      append_toml(toml, node);
      return Given{std::string(key.str()), {json, toml}, place};
    }
    complaints_.push_back(
        {fmt::format("{}: {} is a table of what JSON has too: no date, time or infinity", place, key.str())});
    return std::nullopt;
  }
  enum class Level : std::uint8_t { top, endpoint, shape };
  // At the top a key that is no setting is a fault; further down, its owner knows what it is.
  void take(const toml::key& key, const toml::node& node, Level level, std::vector<Given>& given) {
    const std::string place = place_of(path_, key.source());
    const Setting* setting = find_setting(key.str());
    if (level == Level::top && setting == nullptr) {
      const std::string near = complaints_.size() < kGuessesMax ? meant(key.str()) : std::string();
      complaints_.push_back({fmt::format("{}: there is no setting {}{}", place, in_quotes(key.str()), near)});
    } else if (must_be_array(setting, node)) {
      complaints_.push_back({fmt::format("{}: {} is a list: {}", place, key.str(), spelling_of(setting, key.str()))});
    } else if (auto values = values_of(setting, node)) {
      given.push_back({std::string(key.str()), std::move(*values), place});
    } else if (level == Level::endpoint && setting == nullptr) {
      given.push_back({std::string(key.str()), {}, place});  // which is none of an endpoint's, whatever its value
    } else {
      complaints_.push_back(
          {fmt::format("{}: {} is written as {}", place, key.str(), spelling_of(setting, key.str()))});
    }
  }

  const std::string& path_;
  Complaints& complaints_;
  ConfigFile out_;
};

}  // namespace

ConfigFile parse_config(std::string_view text, const std::string& path, Complaints& complaints) {
  if (const auto place = long_key(text)) {
    complaints.push_back(
        {fmt::format("{}:{}:{}: a key has more than {} parts", path, place->line, place->column, kKeyPartsMax)});
    return {};
  }
  const toml::parse_result parsed = toml::parse(text, path);
  if (!parsed) {
    complaints.push_back({place_of(path, parsed.error().source()) + ": " + std::string(parsed.error().description())});
    return {};
  }
  FileReader reader(path, complaints);
  reader.read(parsed.table());
  return reader.out();
}

ConfigFile read_config_file(const std::string& path, Complaints& complaints) {
  std::string why;
  const auto text = read_regular_file(path, kFileBytesMax, why);
  const std::string name = path == kStandardInput ? "standard input" : path;
  if (text) return parse_config(*text, name, complaints);
  complaints.push_back({fmt::format("{}: cannot be read: {}", name, why)});
  return {};
}

}  // namespace planish::app
