// Content rules: what content an endpoint takes, and how it is framed, by what the head says of it. Contract section 2,
// rows 411 and 415; contract section 8, Framing.
#pragma once

#include <http/fault.hpp>
#include <http/request.hpp>

#include <planish/context.hpp>
#include <planish/shape.hpp>

#include <optional>

namespace planish::http {

// Section 1's shape itself: a request of it is its body and nothing else. One that only begins with it (`base`) may
// have sources beside the body, lines, or a form.
[[nodiscard]] inline bool is_body_alone(const Shape& shape) noexcept {
  return shape.rules == Shape::Rules::planish && shape.name == "planish";
}

// How a POST's content holds its events. Of one without content_fault().
[[nodiscard]] planish::Framing framing_of(const Shape&, const Request&) noexcept;

// 411 and 415, in this order.
[[nodiscard]] std::optional<Fault> content_fault(const Shape&, const Request&) noexcept;

}  // namespace planish::http
