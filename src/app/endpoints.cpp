// Endpoints: tables become settings, settings become transforms.
#include <app/endpoints.hpp>

#include <app/near_names.hpp>
#include <app/rule_table.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/shape_table.hpp>
#include <app/values.hpp>
#include <http/counters.hpp>
#include <http/routes.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace planish::app {
namespace {

// Where a key of an endpoint was said: in its own table, above all of them, or nowhere, which is the endpoint's place.
// `table`: null where there is no [[endpoint]].
std::string place_of(std::string_view key, const Table* table, const Configuration& configuration) {
  if (table != nullptr) {
    for (const Given& given : table->given) {
      if (given.key == key) return given.place;
    }
  }
  const std::string_view above = configuration.place_of(key);
  if (!above.empty()) return std::string(above);
  return table == nullptr ? std::string("endpoint") : table->place;
}

// A key that an [[endpoint]] has not: all that stands below its head is its own.
std::string stranger_in_endpoint(std::string_view key, bool is_setting, bool may_guess) {
  if (is_setting) {
    return fmt::format("{} is no setting of an endpoint: it stands above the first [[endpoint]]", key);
  }
  std::string none = fmt::format("there is no setting {} of an endpoint", in_quotes(key));
  if (!may_guess) return none;
  std::vector<std::string_view> known = setting_keys();
  std::erase_if(known, [](std::string_view one) { return !find_setting(one)->of_endpoint; });
  known.push_back("[[endpoint.rule]]");
  const std::string_view near = key == "rules" ? known.back() : nearest(key, known);
  return near.empty() ? none : fmt::format("{}; did you mean {}?", none, near);
}

// The settings of one [[endpoint]], on top of the defaults.
void read_endpoint(const Table& table, Configuration& configuration, Complaints& complaints) {
  Settings own = configuration.settings;
  std::vector<Given> effective;
  for (const Given& given : table.given) {
    if (given.key == kPluginConfig) {
      own.endpoint.plugin_config = given.values.front();
      continue;
    }
    const Setting* setting = find_setting(given.key);
    if (setting == nullptr || !setting->of_endpoint) {
      const bool may_guess = complaints.size() < kGuessesMax;
      complaints.push_back({given.place + ": " + stranger_in_endpoint(given.key, setting != nullptr, may_guess)});
      continue;
    }
    complain(complaints, given.place, setting->set(*setting, own, given.values));
  }
  own.endpoint.rules = read_rules(table.rules, complaints);
  configuration.settings.endpoints.push_back(std::move(own.endpoint));
}

// To choose from.
std::string those_there_are(const Settings& settings) {
  std::string out = fmt::format("; there are {}", fmt::join(ready_made_shapes(), ", "));
  for (const OwnShape& own : settings.shapes) out += ", " + own.shape.name;
  return out;
}

// What the shape does where nothing is said.
bool complete(const Sources& sources, const Configuration& configuration, EndpointSettings& endpoint,
              const Table* table, Complaints& complaints) {
  const Settings& settings = configuration.settings;
  const auto shape = find_shape(settings, endpoint.shape);
  if (!shape) {
    const bool is_faulty = std::any_of(sources.shapes.begin(), sources.shapes.end(),
                                       [&](const Table& own) { return own.name == endpoint.shape; });
    if (!is_faulty) {
      complaints.push_back({fmt::format("{}: shape: there is no shape {}{}", place_of("shape", table, configuration),
                                        in_quotes(endpoint.shape), those_there_are(settings))});
    }
    return false;
  }
  if (endpoint.paths.empty()) endpoint.paths = shape->paths;
  if (!endpoint.timestamps) endpoint.timestamps = shape->timestamps;
  if (!endpoint.invalid_events) endpoint.invalid_events = shape->invalid_events;
  if (!endpoint.answer) endpoint.answer = endpoint.upstream.empty() ? shape->answer : Answer::ndjson;
  for (const std::string& problem : problems(transform_options(settings, endpoint))) {
    complaints.push_back(
        {fmt::format("{}: {}", place_of(problem.substr(0, problem.find(':')), table, configuration), problem)});
  }
  return true;
}

// `tables`: as many as there are endpoints, or none.
void check_paths_differ(const Configuration& configuration, std::span<const Table> tables, Complaints& complaints) {
  const std::vector<EndpointSettings>& endpoints = configuration.settings.endpoints;
  const auto place = [&](std::size_t number) {
    return place_of("path", tables.empty() ? nullptr : &tables[number], configuration);
  };
  std::map<std::string_view, std::size_t> claimed;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    for (const std::string& path : endpoints[i].paths) {
      const auto [at, is_new] = claimed.emplace(path, i);
      if (is_new) continue;
      complaints.push_back({fmt::format("{}: path: {} is claimed twice, by the endpoint {} ({}) and the endpoint {}",
                                        place(i), in_quotes(path), in_quotes(endpoints[at->second].paths.front()),
                                        place(at->second), in_quotes(endpoints[i].paths.front()))});
    }
  }
}

// The table's order, with the places of what the endpoint says itself.
std::vector<Given> shown(const Settings& settings, const EndpointSettings& endpoint, const Table& table) {
  Settings as_top = settings;
  as_top.endpoint = endpoint;
  std::vector<Given> out;
  for (const Setting& setting : setting_table()) {
    if (!setting.of_endpoint) continue;
    const auto own =
        std::find_if(table.given.begin(), table.given.end(), [&](const Given& g) { return g.key == setting.key; });
    out.push_back(
        {std::string(setting.key), setting.show(setting, as_top), own == table.given.end() ? "" : own->place});
  }
  std::copy_if(table.given.begin(), table.given.end(), std::back_inserter(out),
               [](const Given& given) { return given.key == kPluginConfig; });
  return out;
}

void refuse_paths_beside(const Sources& sources, Complaints& complaints) {
  for (const auto* source : {&sources.flags, &sources.environment, &sources.file}) {
    for (const Given& given : *source) {
      if (given.key == "path") complaints.push_back({given.place + ": path stands beside [[endpoint]]; say it there"});
    }
  }
}

}  // namespace

std::optional<Shape> find_shape(const Settings& settings, std::string_view name) {
  for (const OwnShape& own : settings.shapes) {
    if (own.shape.name == name) return own.shape;
  }
  return ready_made_shape(name);
}

Options transform_options(const Settings& settings, const EndpointSettings& endpoint) {
  Options options;
  if (auto shape = find_shape(settings, endpoint.shape)) options.shape = std::move(*shape);
  options.timestamp_unit = endpoint.timestamp_unit;
  options.timestamps = endpoint.timestamps.value_or(options.shape.timestamps);
  options.hash = endpoint.hash;
  options.canonical = endpoint.canonical;
  options.acknowledges = !endpoint.upstream.empty();
  options.answer = endpoint.answer.value_or(options.acknowledges ? Answer::ndjson : options.shape.answer);
  std::string problem;
  for (const std::string& member : endpoint.answer_members) {
    if (auto parsed = parse_answer_member(member, problem)) options.answer_members.push_back(std::move(*parsed));
  }
  options.batch = endpoint.batch;
  if (!allows_all_event_types(endpoint)) options.event_types = std::make_shared<const EventTypes>(endpoint.event_types);
  options.contracts = endpoint.contract_set;
  options.unknown_contract = endpoint.unknown_contract;
  options.rules = endpoint.rule_set;
  return options;
}

void settle_endpoints(const Sources& sources, Configuration& configuration, Complaints& complaints) {
  Settings& settings = configuration.settings;
  settings.shapes = read_shapes(sources.shapes, complaints);
  settings.rules = read_rules(sources.rules, complaints);
  if (sources.endpoints.empty()) {
    settings.endpoints = {settings.endpoint};
    if (!complete(sources, configuration, settings.endpoints.front(), nullptr, complaints)) return;
    settings.endpoint = settings.endpoints.front();
    check_paths_differ(configuration, {}, complaints);
    for (Given& given : configuration.effective) {
      if (const Setting* setting = find_setting(given.key); setting->of_endpoint) {
        given.values = setting->show(*setting, settings);
      }
    }
    return;
  }
  refuse_paths_beside(sources, complaints);
  if (sources.endpoints.size() > kEndpointsMax) {
    complaints.push_back({fmt::format("{}: {} endpoints, at most {} are possible", sources.endpoints.front().place,
                                      sources.endpoints.size(), kEndpointsMax)});
    return;
  }
  for (const Table& table : sources.endpoints) read_endpoint(table, configuration, complaints);
  for (std::size_t i = 0; i < settings.endpoints.size(); ++i) {
    complete(sources, configuration, settings.endpoints[i], &sources.endpoints[i], complaints);
    configuration.endpoints.push_back(shown(settings, settings.endpoints[i], sources.endpoints[i]));
  }
  check_paths_differ(configuration, sources.endpoints, complaints);
}

std::optional<std::uint16_t> EndpointNames::row_of(std::string_view name) {
  const auto known = std::find(names_.begin(), names_.end(), name);
  if (known == names_.end()) {
    if (names_.size() == http::kTransformsCounted) return std::nullopt;
    names_.emplace_back(name);
    return static_cast<std::uint16_t>(names_.size() - 1);
  }
  return static_cast<std::uint16_t>(known - names_.begin());
}

std::shared_ptr<const http::Endpoints> compile_endpoints(const Settings& settings, EndpointNames& names) {
  std::vector<http::Endpoint> endpoints;
  for (const EndpointSettings& endpoint : settings.endpoints) {
    const auto row = names.row_of(endpoint.paths.front());
    if (!row) return nullptr;
    endpoints.push_back({.paths = endpoint.paths,
                         .transform = Transform(transform_options(settings, endpoint)),
                         .invalid_events = endpoint.invalid_events.value_or(InvalidEvents::refuse),
                         .counted_as = *row,
                         .upstream = endpoint.upstream_made});
  }
  return std::make_shared<const http::Endpoints>(std::move(endpoints));
}

}  // namespace planish::app
