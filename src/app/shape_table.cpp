// A shape's table: lists of sources by the names of their parts, and how the body may come.
#include <app/shape_table.hpp>

#include <app/setting_checks.hpp>
#include <app/values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace planish::app {
namespace {

std::optional<Part> part_of(std::string_view key) {
  for (std::size_t i = 0; i < kPartCount; ++i) {
    if (name(static_cast<Part>(i)) == key) return static_cast<Part>(i);
  }
  return std::nullopt;
}

// What is wrong with the value, or nothing.
std::string set(Shape& shape, const Given& given) {
  if (given.key == "events") {
    shape.events = given.values;
    return {};
  }
  if (given.key == "undeclared_gzip") {
    if (given.values != std::vector<std::string>{"true"} && given.values != std::vector<std::string>{"false"})
      return "is true or false";
    shape.undeclared_gzip = given.values.front() == "true";
    return {};
  }
  if (given.key == "form") {
    if (given.values != std::vector<std::string>{"data"}) return "is \"data\", or left out";
    shape.form_data = true;
    return {};
  }
  const auto part = part_of(given.key);
  if (!part) {
    std::string known = "base, events";
    for (std::size_t i = 0; i < kPartCount; ++i) known += fmt::format(", {}", name(static_cast<Part>(i)));
    return fmt::format("there is no such key of a shape: it has {}, undeclared_gzip, form", known);
  }
  std::vector<Source> sources;
  std::string wrong;
  for (const std::string& text : given.values) {
    std::string problem;
    auto source = parse_source(text, *part, problem);
    if (source) {
      sources.push_back(std::move(*source));
    } else {
      wrong += (wrong.empty() ? "" : "\n") + in_quotes(text) + ": " + problem;
    }
  }
  if (!wrong.empty()) return wrong;
  shape.of(*part) = std::move(sources);
  return {};
}

const Given* find(const Table& table, std::string_view key) {
  const auto at = std::find_if(table.given.begin(), table.given.end(), [key](const Given& g) { return g.key == key; });
  return at == table.given.end() ? nullptr : &*at;
}

// The ready-made shape that it begins with, or an empty one. None: there is no such shape.
std::optional<OwnShape> begin(const Table& table, Complaints& complaints) {
  const Given* base = find(table, "base");
  if (base == nullptr) return OwnShape{"", own_shape(table.name)};
  auto shape = base->values.size() == 1 ? ready_made_shape(base->values.front()) : std::nullopt;
  if (!shape) {
    complaints.push_back({fmt::format("{}: base: there is no ready-made shape of that name; there are {}", base->place,
                                      fmt::join(ready_made_shapes(), ", "))});
    return std::nullopt;
  }
  shape->name = table.name;
  return OwnShape{base->values.front(), std::move(*shape)};
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  out += fmt::format("{} = [", key);
  for (const std::string& value : values) out += (&value == values.data() ? "" : ", ") + toml_string(value);
  out += "]\n";
}

}  // namespace

std::vector<OwnShape> read_shapes(std::span<const Table> tables, Complaints& complaints) {
  std::vector<OwnShape> shapes;
  for (const Table& table : tables) {
    if (const std::string wrong = check_shape_name(table.name); !wrong.empty()) {
      complaints.push_back({table.place + ": " + wrong});
      continue;
    }
    if (ready_made_shape(table.name)) {
      complaints.push_back({fmt::format("{}: {} is a ready-made shape; give yours another name, and base = {}",
                                        table.place, in_quotes(table.name), in_quotes(table.name))});
      continue;
    }
    auto own = begin(table, complaints);
    if (!own) continue;
    std::vector<std::string_view> faulty;  // keys of which nothing more needs saying
    for (const Given& given : table.given) {
      if (given.key == "base") continue;
      const std::string wrong = set(own->shape, given);
      if (wrong.empty()) continue;
      complain(complaints, fmt::format("{}: {}", given.place, given.key), wrong);
      faulty.push_back(given.key);
    }
    bool right = faulty.empty();
    for (const ShapeProblem& problem : problems(own->shape)) {
      if (std::find(faulty.begin(), faulty.end(), problem.key) != faulty.end()) continue;
      const Given* at = find(table, problem.key);
      complaints.push_back(
          {fmt::format("{}: {}: {}", at == nullptr ? table.place : at->place, problem.key, problem.words)});
      right = false;
    }
    if (right) shapes.push_back(std::move(*own));
  }
  return shapes;
}

std::string to_toml(const OwnShape& own) {
  std::string out = fmt::format("[shape.{}]\n", own.shape.name);
  if (!own.base.empty()) out += fmt::format("base = {}\n", toml_string(own.base));
  append_list(out, "events", own.shape.events);
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const auto part = static_cast<Part>(i);
    std::vector<std::string> spellings;
    for (const Source& source : own.shape.of(part)) spellings.push_back(source.spelling);
    append_list(out, name(part), spellings);
  }
  if (own.shape.undeclared_gzip) out += "undeclared_gzip = true\n";
  if (own.shape.form_data) out += "form = \"data\"\n";
  return out;
}

}  // namespace planish::app
