// RequestContext: what a transform is told of a request's head: fields and parameters by name, CloudEvents' attributes.
#pragma once

#include <http/cloud_event_fields.hpp>
#include <http/request.hpp>

#include <planish/context.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace planish::http {

// One per thread, where an endpoint asks for any of it. Memory is allocated at construction.
class RequestContext {
 public:
  // `head_bytes_max`: of a request's head.
  explicit RequestContext(std::size_t head_bytes_max)
      : room_(std::make_unique_for_overwrite<char[]>(2 * head_bytes_max)), head_bytes_max_(head_bytes_max) {}

  // Takes the request, which must stay until the transform's finish(); `form`: further parameters, of a form.
  void begin(const Request&, std::string_view form) noexcept;

  // Puts into the context what the request has; the context must not outlive the next begin().
  void fill(Context&) noexcept;

  // The value of the first field of that name; of the first parameter, percent-decoded.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;

 private:
  //   room_: [ decoded parameters: head_bytes_max_ ][ decoded attributes: head_bytes_max_ ]
  std::unique_ptr<char[]> room_;
  std::size_t head_bytes_max_;
  const Request* request_ = nullptr;
  std::string_view form_;
  CloudEventFields attributes_;
};

// Whether a transform of this shape, or its answer, looks into a request's head at all.
[[nodiscard]] bool looks_into_head(const Shape&) noexcept;

}  // namespace planish::http
