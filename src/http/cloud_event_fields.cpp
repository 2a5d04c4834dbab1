// CloudEventFields: each line is looked at once; what is decoded lies in the room at the place of the field.
#include <http/cloud_event_fields.hpp>
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/percent.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

constexpr std::string_view kPrefix = "ce-";

// Calls `use` with the name and the value of each field.
template <class Use>
void each_field(std::string_view lines, Use use) noexcept {
  while (!lines.empty() && !lines.starts_with('\r')) {
    const std::size_t end = std::min(lines.find('\r'), lines.size());
    const std::string_view line = lines.substr(0, end);
    const std::size_t colon = std::min(line.find(':'), line.size());
    use(line.substr(0, colon), without_blanks_around(line.substr(std::min(colon + 1, line.size()))));
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
}

// Empty: the field is no attribute.
std::string_view attribute_of(std::string_view name) noexcept {
  if (name.size() <= kPrefix.size() || !equals_no_case(name.substr(0, kPrefix.size()), kPrefix)) return {};
  return name.substr(kPrefix.size());
}

// A value in quotes loses them and its backslashes; then one round of percent-decoding. RFC 9110, section 5.6.4.
std::size_t decode(std::string_view value, char* out) noexcept {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return percent_decode(value, out);
  const std::string_view inner = value.substr(1, value.size() - 2);
  std::size_t size = 0;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\' && i + 1 < inner.size()) ++i;
    out[size++] = inner[i];
  }
  return percent_decode({out, size}, out);
}

}  // namespace

bool CloudEventFields::are_in(std::string_view lines) noexcept {
  constexpr std::array<std::string_view, 4> kRequired = {"specversion", "id", "source", "type"};
  unsigned seen = 0;
  each_field(lines, [&](std::string_view name, std::string_view) {
    const std::string_view attribute = attribute_of(name);
    for (unsigned i = 0; i < kRequired.size(); ++i) {
      if (equals_no_case(attribute, kRequired[i])) seen |= 1U << i;
    }
  });
  return seen == (1U << kRequired.size()) - 1;
}

void CloudEventFields::read(std::string_view lines, std::span<char> room) noexcept {
  assert(room.size() >= lines.size());
  size_ = 0;
  each_field(lines, [&](std::string_view name, std::string_view value) {
    std::string_view attribute = attribute_of(name);
    const bool media_type = equals_no_case(name, "content-type");
    if ((attribute.empty() && !media_type) || size_ == attributes_.size()) return;
    // Where the field stands in the lines, its parts have room: neither grows.
    char* const to = room.data() + (name.data() - lines.data());
    if (media_type) {
      attribute = "datacontenttype";
    } else {
      std::transform(attribute.begin(), attribute.end(), to, lower);
      attribute = {to, attribute.size()};
    }
    char* const decoded = room.data() + (value.data() - lines.data());
    attributes_[size_++] = {attribute, {decoded, value.empty() ? 0 : decode(value, decoded)}};
  });
}

}  // namespace planish::http
