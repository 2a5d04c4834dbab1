// RequestContext: looks names up where they stand; nothing is copied but what has to be decoded.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/percent.hpp>
#include <http/request_context.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

bool same_no_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

void RequestContext::begin(const Request& request, std::string_view form) noexcept {
  assert(request.query.size() <= head_bytes_max_ && request.fields.size() <= head_bytes_max_);
  request_ = &request;
  form_ = form;
}

void RequestContext::fill(Context& context) noexcept {
  context.header = {this, [](const void* of, std::string_view name) noexcept {
                      return static_cast<const RequestContext*>(of)->header(name);
                    }};
  context.query = {this, [](const void* of, std::string_view name) noexcept {
                     return static_cast<const RequestContext*>(of)->parameter(name);
                   }};
  if (context.framing != planish::Framing::binary) return;
  attributes_.read(request_->fields, {room_.get() + head_bytes_max_, head_bytes_max_});
  context.attributes = attributes_.attributes();
}

std::optional<std::string_view> RequestContext::header(std::string_view name) const noexcept {
  std::string_view lines = request_->fields;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\r'), lines.size());
    const std::size_t colon = std::min(lines.find(':'), end);
    if (same_no_case(lines.substr(0, colon), name))
      return without_blanks_around(lines.substr(colon + 1, end - colon - 1));
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  return std::nullopt;
}

std::optional<std::string_view> RequestContext::parameter(std::string_view name) const noexcept {
  if (const auto found = Query(request_->query, {room_.get(), head_bytes_max_}).find(name)) return found;
  // A form's are looked at raw: what is asked of them are words that need no escape.
  return find_parameter(form_, name);
}

bool looks_into_head(const Shape& shape) noexcept {
  if (shape.rules == Shape::Rules::cloudevents || shape.sdk == Sdk::mixpanel) return true;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    for (const Source& source : shape.of(static_cast<Part>(part))) {
      if (source.kind == Source::Kind::header || source.kind == Source::Kind::query) return true;
    }
  }
  return false;
}

}  // namespace planish::http
