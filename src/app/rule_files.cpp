// A key is a file's content without the line end that an editor puts there.
#include <app/rule_files.hpp>

#include <app/regular_file.hpp>
#include <app/setting_checks.hpp>

#include <planish/rules.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace planish::app {
namespace {

class Compiler {
 public:
  Compiler(Configuration& configuration, Complaints& complaints)
      : configuration_(configuration), complaints_(complaints) {}

  void compile(std::size_t number) {
    EndpointSettings& endpoint = configuration_.settings.endpoints[number];
    const std::vector<FileRule>& all = configuration_.settings.rules;
    std::vector<Rule> rules;
    for (const FileRule& one : all) rules.push_back(one.rule);
    for (const FileRule& one : endpoint.rules) rules.push_back(one.rule);
    const std::string key_place = place_of_key(number);
    const auto key = key_of(endpoint, key_place);
    if (!key) return;
    endpoint.digests.rule_key = std::hash<std::string>{}(*key);
    if (rules.empty()) return check_key(*key, key_place);
    const std::vector<std::string> types =
        allows_all_event_types(endpoint) ? std::vector<std::string>{} : endpoint.event_types;
    Rules::Compiled compiled = Rules::compile(rules, *key, types);
    const auto rule_of = [&](std::size_t i) -> const FileRule& {
      return i < all.size() ? all[i] : endpoint.rules[std::min(i, rules.size() - 1) - all.size()];
    };
    for (const RuleProblem& problem : compiled.problems) {
      const bool of_key = problem.key == "rule_key_file";
      const FileRule& rule = rule_of(problem.rule);
      complain(of_key ? key_place : std::string(rule.place_of(problem.key)), problem.key, problem.words);
    }
    for (const std::size_t i : compiled.idle) endpoint.idle_rules.insert(rule_of(i).place);
    endpoint.rule_set = std::move(compiled.rules);
  }

 private:
  // Where an endpoint's file is named: in its own table, or for all of them.
  [[nodiscard]] std::string place_of_key(std::size_t number) const {
    if (number < configuration_.endpoints.size()) {
      for (const Given& given : configuration_.endpoints[number]) {
        if (given.key == "rule_key_file" && !given.place.empty()) return given.place;
      }
    }
    return std::string(configuration_.place_of("rule_key_file"));
  }

  // None: it cannot be read, which is said.
  std::optional<std::string> key_of(const EndpointSettings& endpoint, const std::string& place) {
    if (endpoint.rule_key_file.empty()) return std::string();
    const auto known = keys_.find(endpoint.rule_key_file);
    if (known != keys_.end()) return known->second;
    std::string why;
    auto key = read_regular_file(endpoint.rule_key_file, kRuleKeyBytesMax, why);
    if (!key) complain(place, in_quotes(endpoint.rule_key_file), why);
    if (key && key->ends_with('\n')) key->pop_back();
    if (key && key->ends_with('\r')) key->pop_back();
    if (key && key->empty()) key = std::string(1, '\0');  // there is one, which is too short
    keys_.emplace(endpoint.rule_key_file, key);
    return key;
  }

  void check_key(const std::string& key, const std::string& place) {
    for (const RuleProblem& problem : Rules::compile({}, key).problems) complain(place, problem.key, problem.words);
  }

  // A rule of all endpoints is compiled for each of them, and its fault said once.
  void complain(const std::string& place, const std::string& what, const std::string& words) {
    std::string text =
        what.empty() ? fmt::format("{}: {}", place, words) : fmt::format("{}: {}: {}", place, what, words);
    if (said_.insert(text).second) complaints_.push_back({std::move(text)});
  }

  Configuration& configuration_;
  Complaints& complaints_;
  std::map<std::string, std::optional<std::string>> keys_;
  std::set<std::string> said_;
};

}  // namespace

void compile_rules(Configuration& configuration, Complaints& complaints) {
  Compiler compiler(configuration, complaints);
  for (std::size_t i = 0; i < configuration.settings.endpoints.size(); ++i) compiler.compile(i);
}

// One of all endpoints can never match where it can match in none of them.
std::vector<std::string> rule_warnings(const Settings& settings) {
  std::vector<std::string> lines;
  const auto warn = [&lines](const FileRule& rule) {
    lines.push_back(
        std::string(rule.place_of("types")) +
        ": the rule can never match: no event of these types is allowed, or the rules before it leave none");
  };
  const auto idle_in = [](const EndpointSettings& endpoint, const FileRule& rule) {
    return endpoint.idle_rules.contains(rule.place);
  };
  for (const FileRule& rule : settings.rules) {
    if (std::all_of(settings.endpoints.begin(), settings.endpoints.end(),
                    [&](const EndpointSettings& endpoint) { return idle_in(endpoint, rule); })) {
      warn(rule);
    }
  }
  for (const EndpointSettings& endpoint : settings.endpoints) {
    for (const FileRule& rule : endpoint.rules) {
      if (idle_in(endpoint, rule)) warn(rule);
    }
  }
  return lines;
}

}  // namespace planish::app
