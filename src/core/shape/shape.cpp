// Shapes: their lists by part, their defaults, and what can be wrong with one.
#include <planish/shape.hpp>

#include <planish/fault.hpp>

#include <bytes/utf8.hpp>
#include <core/shape/pointer.hpp>

#include <algorithm>
#include <array>

namespace planish {
namespace {

constexpr std::array<std::string_view, kPartCount> kParts{"type", "time", "user", "id", "payload", "trace"};
constexpr std::array<std::string_view, 2> kCloudEventsNames{"specversion", "source"};  // looked at beside its parts
static_assert(kShapeNamesMax == 512 && kSourcesMax == 32);                             // as the words below say

void check_list(const Shape& shape, Part part, std::vector<ShapeProblem>& found) {
  const std::vector<Source>& list = shape.of(part);
  const std::string key(name(part));
  if (list.empty()) found.push_back({key, "at least one source is needed"});
  if (list.size() > kSourcesMax) found.push_back({key, "has more than 32 sources"});
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    if (!list[i].is_always_there()) continue;
    found.push_back({key, list[i].spelling + " is always there, so " + list[i + 1].spelling + " never counts"});
    break;
  }
  for (const Source& source : list) {
    if (core::text_in_json(source.spelling).size() > kPointerBytesMax + 8) {
      found.push_back({key, "a source has at most 256 bytes"});
    }
    if (!bytes::is_utf8(source.spelling)) found.push_back({key, "a source is not UTF-8"});
    const bool may_be_empty = part == Part::time || part == Part::payload || part == Part::trace;
    if (source.kind == Source::Kind::text && source.text.empty() && !may_be_empty) {
      found.push_back({key, "a constant " + key + " is not empty"});
    }
  }
}

void check_events(const Shape& shape, std::vector<ShapeProblem>& found) {
  if (shape.events.empty()) found.push_back({"events", "at least one pointer is needed"});
  if (shape.events.size() > kSourcesMax) found.push_back({"events", "has more than 32 pointers"});
  for (std::size_t i = 0; i < shape.events.size(); ++i) {
    std::string problem;
    if (!core::parse_pointer(shape.events[i], problem)) {
      found.push_back({"events", "\"" + shape.events[i] + "\": " + problem});
    }
    if (shape.events[i].empty() && i + 1 < shape.events.size()) {
      found.push_back({"events", "\"\" is always there, so \"" + shape.events[i + 1] + "\" never counts"});
    }
  }
}

// Of a trie: each by the names that lead to it.
using Names = std::vector<std::vector<std::string>>;

void add_names(const std::vector<std::string>& path, Names& names) {
  for (std::size_t size = 1; size <= path.size(); ++size) {
    names.emplace_back(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size));
  }
}

// A name that two pointers come to by the same way is one.
bool are_too_many(Names& names) {
  std::ranges::sort(names);
  return std::unique(names.begin(), names.end()) - names.begin() > static_cast<std::ptrdiff_t>(kShapeNamesMax);
}

void check_names(const Shape& shape, std::vector<ShapeProblem>& found) {
  Names in_event, in_body;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    for (const Source& source : shape.of(static_cast<Part>(part))) {
      if (source.kind == Source::Kind::event) add_names(source.path, in_event);
      if (source.kind == Source::Kind::body) add_names(source.path, in_body);
    }
  }
  if (shape.rules == Shape::Rules::cloudevents) {
    for (const std::string_view name : kCloudEventsNames) add_names({std::string(name)}, in_event);
  }
  for (const std::string& pointer : shape.events) {
    std::string problem;
    if (const auto path = core::parse_pointer(pointer, problem)) add_names(*path, in_body);
  }
  if (are_too_many(in_event)) {
    found.push_back({"pointers", "those into the event have more than 512 names in all"});
  }
  if (are_too_many(in_body)) {
    found.push_back({"pointers", "those into the body have more than 512 names in all"});
  }
}

}  // namespace

std::string_view name(Part part) noexcept {
  return kParts[static_cast<std::size_t>(part)];
}

std::vector<Source>& Shape::of(Part part) noexcept {
  const std::array<std::vector<Source>*, kPartCount> lists{&type, &time, &user, &id, &payload, &trace};
  return *lists[static_cast<std::size_t>(part)];
}
const std::vector<Source>& Shape::of(Part part) const noexcept {
  const std::array<const std::vector<Source>*, kPartCount> lists{&type, &time, &user, &id, &payload, &trace};
  return *lists[static_cast<std::size_t>(part)];
}

bool Shape::takes_lines() const noexcept {
  return std::ranges::all_of(std::array{Part::type, Part::time, Part::user, Part::id, Part::payload}, [&](Part part) {
    const std::vector<Source>& list = of(part);
    return std::ranges::any_of(list, [](const Source& source) { return source.kind != Source::Kind::body; });
  });
}

std::vector<ShapeProblem> problems(const Shape& shape) {
  std::vector<ShapeProblem> found;
  check_events(shape, found);
  for (std::size_t part = 0; part < kPartCount; ++part) check_list(shape, static_cast<Part>(part), found);
  check_names(shape, found);
  return found;
}

}  // namespace planish
