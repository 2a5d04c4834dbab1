// Media type: what a request's Content-Type says of its content. Contract section 2, row 415; contract
// section 8.
#pragma once

#include <cstdint>
#include <string_view>

namespace planish::http {

enum class MediaKind : std::uint8_t {
  none,               // there is no Content-Type
  json,               // application/json, text/json, any "+json" but for the next two
  cloudevent,         // application/cloudevents+json
  cloudevents_batch,  // application/cloudevents-batch+json
  lines,              // application/x-ndjson, ndjson, jsonl, x-jsonlines
  text,               // text/plain: what navigator.sendBeacon says of a string
  form,               // application/x-www-form-urlencoded: what curl says when it is not told
  other,              // any other, and what does not follow RFC 9110, section 8.3.1
};

struct MediaType {
  MediaKind kind = MediaKind::none;
  bool utf8 = true;  // no charset but utf-8 is named, which may be spelt utf8
};

[[nodiscard]] MediaType media_type_of(std::string_view content_type) noexcept;

}  // namespace planish::http
