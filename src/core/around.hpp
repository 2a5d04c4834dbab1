// What a pass has found around the events, for the ends of an answer.
#pragma once

#include <core/pass.hpp>

#include <string_view>

namespace planish::core {

// Each as JSON, or empty. Valid as long as the body and the plan.
[[nodiscard]] std::string_view request_user(const Pass& pass) noexcept;
[[nodiscard]] std::string_view request_trace(const Pass& pass) noexcept;

}  // namespace planish::core
