// Request parser: makes a Request of a head that HeadScan has passed, or says what is wrong with it.
#pragma once

#include <http/fault.hpp>
#include <http/request.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace planish::http {

// `head`: the exact bytes, with the empty line at their end; `request` keeps views of them. The first fault in the
// order of contract section 2, up to the length of the content: http_2, bad_request_line or bad_field (where Beast's
// parser disagrees with the scan), bad_target, version, bad_host, bad_length, bad_transfer, transfer_coding,
// expectation, length_long. With a fault, `request` has what could be read: enough to answer with the client's request
// id.
[[nodiscard]] std::optional<Fault> parse_request(std::string_view head, std::size_t body_bytes_max,
                                                 Request& request) noexcept;

// Of a head that is refused before its end: what its lines so far say of the answer, which are the method, the request
// id and the origin. Bytes behind the last whole line are passed over.
void read_begun(std::string_view head, Request& request) noexcept;

}  // namespace planish::http
