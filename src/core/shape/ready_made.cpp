// The ready-made shapes, as a table of what would stand in a configuration.
#include <planish/shape.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace planish {
namespace {

using Texts = std::span<const std::string_view>;

// Lists are written as in a configuration, one source after the other, separated by blanks.
struct Row {
  std::string_view name;
  Shape::Rules rules;
  Sdk sdk;
  std::string_view paths;
  std::string_view events;  // "." is the body itself
  std::string_view type, time, user, id, payload;
  std::string_view trace = "traceparent null";
};

constexpr std::array<Row, 6> kRows{{
    {"planish", Shape::Rules::planish, Sdk::none, "/", "/events", "/event_type", "/timestamp", "^/user_id", "null",
     "/payload", "^/metadata/trace_id traceparent null"},
    {"segment", Shape::Rules::own, Sdk::segment, "/v1/* /api/s/* /api/s/s2s/* /beacon/v1/batch", "/batch .",
     "/event /type", "/timestamp /originalTimestamp ^/sentAt received", "/userId /anonymousId null", "/messageId null",
     "/properties /traits /context/traits null"},
    {"posthog", Shape::Rules::own, Sdk::posthog,
     "/batch /batch/ /e /e/ /i/v0/e /i/v0/e/ /capture /capture/ /i/v1/analytics/events", "/batch .", "/event",
     "/timestamp /properties/$time@s ^/sent_at ^/created_at received", "/distinct_id /properties/distinct_id null",
     "/uuid null", "/properties null"},
    {"cloudevents", Shape::Rules::cloudevents, Sdk::none, "/", ".", "/type header:ce-type", "/time received",
     "/subject null", "/id", "/data /data_base64 null"},
    {"mixpanel", Shape::Rules::own, Sdk::mixpanel, "/track /track/ /import /import/", ".", "/event",
     "/properties/time@auto received", "/properties/distinct_id null", "/properties/$insert_id null",
     "/properties null"},
    {"amplitude", Shape::Rules::own, Sdk::amplitude, "/2/httpapi", "/events", "/event_type", "/time@ms received",
     "/user_id /device_id null", "/insert_id null", "/event_properties /user_properties /group_properties null"},
}};

constexpr std::array<std::string_view, kRows.size()> kNames = [] {
  std::array<std::string_view, kRows.size()> names;
  for (std::size_t i = 0; i < kRows.size(); ++i) names[i] = kRows[i].name;
  return names;
}();

template <typename Take>
void for_each_word(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' '), text.size());
    take(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

// The table is right by test.
std::vector<Source> sources(std::string_view text, Part part) {
  std::vector<Source> list;
  for_each_word(text, [&](std::string_view word) {
    std::string problem;
    if (auto source = parse_source(word, part, problem)) list.push_back(std::move(*source));
  });
  return list;
}

}  // namespace

std::span<const std::string_view> ready_made_shapes() noexcept {
  return kNames;
}

std::optional<Shape> ready_made_shape(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name != name) continue;
    Shape shape;
    shape.name = row.name;
    shape.rules = row.rules;
    shape.sdk = row.sdk;
    shape.paths.clear();
    for_each_word(row.paths, [&](std::string_view path) { shape.paths.emplace_back(path); });
    shape.events.clear();
    for_each_word(row.events, [&](std::string_view at) { shape.events.emplace_back(at == "." ? "" : at); });
    const std::array<std::string_view, kPartCount> lists{row.type, row.time, row.user, row.id, row.payload, row.trace};
    for (std::size_t part = 0; part < kPartCount; ++part) {
      shape.of(static_cast<Part>(part)) = sources(lists[part], static_cast<Part>(part));
    }
    shape.undeclared_gzip = shape.form_data = row.sdk != Sdk::none;
    if (row.rules != Shape::Rules::planish) {
      shape.invalid_events = InvalidEvents::skip;
      shape.timestamps = Timestamps::lax;
      shape.answer = Answer::none;
    }
    return shape;
  }
  return std::nullopt;
}

Shape own_shape(std::string name) {
  Shape shape;
  shape.name = std::move(name);
  shape.time = sources("received", Part::time);
  shape.user = sources("null", Part::user);
  shape.id = sources("null", Part::id);
  shape.payload = {Source{}};  // "", the whole event
  shape.trace = sources("traceparent null", Part::trace);
  return shape;
}

}  // namespace planish
