// Content rules: one switch over the kind of the media type.
#include <http/cloud_event_fields.hpp>
#include <http/content_rules.hpp>

namespace planish::http {
namespace {

// Attributes in the fields make an event of any content, but for a type of CloudEvents' own.
bool is_binary_mode(const Shape& shape, const Request& request) noexcept {
  if (shape.rules != Shape::Rules::cloudevents) return false;
  const MediaKind kind = request.media_type.kind;
  if (kind == MediaKind::cloudevent || kind == MediaKind::cloudevents_batch) return false;
  return CloudEventFields::are_in(request.fields);
}

std::optional<Fault> media_fault(const Shape& shape, const Request& request, bool binary) noexcept {
  if (!request.media_type.utf8) return Fault::media_type;
  switch (request.media_type.kind) {
    case MediaKind::none:
    case MediaKind::json:
    case MediaKind::cloudevent:
    case MediaKind::cloudevents_batch:
      return std::nullopt;
    case MediaKind::text:
    case MediaKind::form:
      return binary ? std::optional(Fault::data_type) : std::nullopt;
    case MediaKind::lines:
      if (binary) return Fault::data_type;
      return shape.takes_lines() ? std::nullopt : std::optional(Fault::lines);
    case MediaKind::other:
      return binary ? Fault::data_type : Fault::media_type;
  }
  return Fault::media_type;
}

}  // namespace

planish::Framing framing_of(const Shape& shape, const Request& request) noexcept {
  if (is_binary_mode(shape, request)) return planish::Framing::binary;
  return request.media_type.kind == MediaKind::lines ? planish::Framing::lines : planish::Framing::json;
}

std::optional<Fault> content_fault(const Shape& shape, const Request& request) noexcept {
  const bool binary = is_binary_mode(shape, request);
  if (request.framing == Framing::none && !binary) return Fault::length_required;
  if (const auto fault = media_fault(shape, request, binary)) return fault;
  if (!request.codings_ok) return Fault::content_coding;
  return std::nullopt;
}

}  // namespace planish::http
