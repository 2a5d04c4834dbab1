// traceparent: versions from 00 to fe are read as 00 is; ff is none. W3C Trace Context, section 3.2.
#include <http/traceparent.hpp>

#include <algorithm>
#include <cstddef>

namespace planish::http {
namespace {

constexpr std::size_t kBytes = 55;  // of version 00

bool is_lower_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) noexcept {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

bool length_fits(std::string_view version, std::string_view traceparent) noexcept {
  if (traceparent.size() == kBytes) return true;
  return version != "00" && traceparent[kBytes] == '-';
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) noexcept {
  if (traceparent.size() < kBytes) return {};
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace_id = traceparent.substr(3, kTraceIdBytes);
  const std::string_view parent_id = traceparent.substr(36, 16);
  const std::string_view flags = traceparent.substr(53, 2);
  const bool dashes = traceparent[2] == '-' && traceparent[35] == '-' && traceparent[52] == '-';
  const bool valid = dashes && is_lower_hex(version) && version != "ff" && is_id(trace_id) && is_id(parent_id) &&
                     is_lower_hex(flags) && length_fits(version, traceparent);
  return valid ? trace_id : std::string_view{};
}

}  // namespace planish::http
