// The second opinion on a head that our own scan has passed: that of Boost.Beast's parser.
//
// It is asked about requests with Transfer-Encoding alone. There a parser in front may have found another end of the
// content than we do, which is how a request is smuggled; and there are few of them, while a head with one
// Content-Length of digits can be read in one way only, and would pay for Beast as much as for all else that is done
// with a head. What Beast refuses beyond our rules was made one of them (RequestFields: the list of a Connection), so
// it is not expected to differ: the fuzzer of heads asks it about every head.
#pragma once

#include <http/request.hpp>

#include <cstdint>
#include <string_view>

namespace planish::http {

// Whether Beast, too, reads these bytes as the head of one request, whose content ends where we say. `content_length`:
// with Framing::length. Precondition: HeadScan has passed them, and the version is 1.0 or 1.1.
[[nodiscard]] bool second_opinion(std::string_view head, Framing framing, std::uint64_t content_length) noexcept;

}  // namespace planish::http
