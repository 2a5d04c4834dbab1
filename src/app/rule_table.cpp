// A rule's table: what kind of value each verb takes. What the values may be is for planish::Rules to say.
#include <app/rule_table.hpp>

#include <app/setting_checks.hpp>
#include <app/values.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace planish::app {
namespace {

struct List {
  std::string_view key;
  std::vector<std::string> Rule::*of;
};
constexpr std::array<List, 5> kLists = {{{"types", &Rule::types},
                                         {"remove", &Rule::remove},
                                         {"mask", &Rule::mask},
                                         {"hash", &Rule::hash},
                                         {"truncate_ip", &Rule::truncate_ip}}};

// What is wrong with the value, or nothing.
std::string set_list(std::vector<std::string>& list, const RuleValue& value) {
  if (value.kind != RuleValue::Kind::list) return "is a list of strings";
  if (value.texts.empty()) return "is an empty list";
  list = value.texts;
  return {};
}

std::string set_drop(Rule& rule, const RuleValue& value) {
  if (value.kind == RuleValue::Kind::boolean) {
    rule.drop = value.texts.front() == "true" ? 1 : 0;
    return {};
  }
  const auto share = value.kind == RuleValue::Kind::number ? parse_share(value.texts.front()) : std::nullopt;
  if (!share) return "is true, or a share from 0 to 1";
  rule.drop = *share;
  return {};
}

std::string set(Rule& rule, const RuleValue& value) {
  using enum RuleValue::Kind;
  for (const List& list : kLists) {
    if (list.key == value.key) return set_list(rule.*list.of, value);
  }
  if (value.key == "drop") return set_drop(rule, value);
  if (value.key == "rename") {
    if (value.kind != text) return "is a string";
    rule.rename = value.texts.front();
    return {};
  }
  if (value.key != "set") {
    return "there is no such key of a rule: it has types, drop, rename, remove, mask, hash, truncate_ip, set";
  }
  if (value.kind != table) return "is a table of pointers and values";
  for (const auto& [pointer, json] : value.members) {
    if (json.empty()) return in_quotes(pointer) + " is a date, a time or no finite number, which JSON does not have";
    rule.set.push_back({pointer, json});
  }
  return {};
}

// JSON as TOML has it: what differs is what stands between a name and its value.
std::string toml_value(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && c == ':') {
      out += " = ";
      continue;
    }
    out += c;
    if (in_string && c == '\\') out += json[++i];
    if (c == '"') in_string = !in_string;
  }
  return out;
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  out += fmt::format("{} = [", key);
  for (const std::string& value : values) out += (&value == values.data() ? "" : ", ") + toml_string(value);
  out += "]\n";
}

}  // namespace

std::string_view FileRule::place_of(std::string_view key) const noexcept {
  for (const auto& [name, where] : places) {
    if (name == key) return where;
  }
  return place;
}

std::vector<FileRule> read_rules(std::span<const RuleTable> tables, Complaints& complaints) {
  std::vector<FileRule> rules;
  for (const RuleTable& table : tables) {
    FileRule made{{}, table.place, {}};
    bool right = true;
    for (const RuleValue& value : table.values) {
      made.places.emplace_back(value.key, value.place);
      const std::string wrong = set(made.rule, value);
      if (wrong.empty()) continue;
      complaints.push_back({fmt::format("{}: {}: {}", value.place, value.key, wrong)});
      right = false;
    }
    if (right) rules.push_back(std::move(made));
  }
  return rules;
}

std::string to_toml(std::span<const FileRule> rules, std::string_view head) {
  std::string out;
  for (const FileRule& made : rules) {
    const Rule& rule = made.rule;
    out += fmt::format("\n{}\n", head);
    append_list(out, "types", rule.types);
    if (rule.drop) out += *rule.drop == 1 ? "drop = true\n" : fmt::format("drop = {}\n", show_share(*rule.drop));
    if (rule.rename) out += fmt::format("rename = {}\n", toml_string(*rule.rename));
    for (const List& list : kLists) {
      if (list.key != "types") append_list(out, list.key, rule.*list.of);
    }
    if (rule.set.empty()) continue;
    out += "set = { ";
    for (const RuleSetting& setting : rule.set) {
      out += fmt::format("{}{} = {}", &setting == rule.set.data() ? "" : ", ", toml_string(setting.pointer),
                         toml_value(setting.value));
    }
    out += " }\n";
  }
  return out;
}

}  // namespace planish::app
