// traceparent: the trace-id that stands in for a missing metadata.trace_id. W3C Trace Context, section 3.2.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::http {

inline constexpr std::size_t kTraceIdBytes = 32;

// The 32 hex digits of the trace-id within `traceparent`; empty if the value is not valid.
//
//   00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
//   |  |                                |                |
//   0  3                                36               53     a later version may go on after 55 with "-"
[[nodiscard]] std::string_view trace_id_of(std::string_view traceparent) noexcept;

}  // namespace planish::http
