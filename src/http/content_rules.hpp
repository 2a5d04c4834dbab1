// Content rules: what content an endpoint takes, and how it is framed, by what the head says of it. Contract section 2,
// rows 411 and 415; contract section 8, Framing.
#pragma once

#include <http/fault.hpp>
#include <http/request.hpp>

#include <planish/context.hpp>
#include <planish/shape.hpp>

#include <optional>

namespace planish::http {

// How a POST's content holds its events. Of one without content_fault().
[[nodiscard]] planish::Framing framing_of(const Shape&, const Request&) noexcept;

// 411 and 415, in this order.
[[nodiscard]] std::optional<Fault> content_fault(const Shape&, const Request&) noexcept;

}  // namespace planish::http
