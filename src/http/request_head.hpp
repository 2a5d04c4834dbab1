// RequestHead: what the head of a request says, by offsets into its bytes. It holds wherever these are moved to, so a
// head is read once, however late its content comes.
#pragma once

#include <http/limits.hpp>
#include <http/request.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

namespace planish::http {

//   POST /path?query HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-1\r\n\r\n
//        ^ target, path         ^ fields                ^ request_id
//              ^ query
//
// Trivially copyable and small: each connection with bytes that wait holds one. What is set in a head that
// has not been read to its end is right, and may change until then.
struct RequestHead : RequestFacts {
  enum class Path : std::uint8_t { unread, sent, root, asterisk };  // sent: it stands in the target

  std::chrono::nanoseconds complete_at{0};  // where its content came later; else 0
  std::uint32_t request_id_at = 0;
  std::uint32_t trace_id_at = 0;  // 0: there is none
  std::uint32_t origin_at = 0;
  std::uint16_t target_at = 0;  // 0: the method has not been read to its end
  std::uint16_t path_at = 0;
  std::uint16_t path_size = 0;
  std::uint16_t query_at = 0;
  std::uint16_t query_size = 0;
  std::uint16_t fields_at = 0;
  std::uint16_t origin_size = 0;  // of a longer one as many bytes as can be said: none that is configured has so many
  std::uint8_t request_id_size = 0;
  Path path = Path::unread;

  // With its views. `bytes`: those that were read, wherever they are now; of a head that was read to its end, no more.
  [[nodiscard]] Request over(std::string_view bytes) const noexcept;
};
static_assert(sizeof(RequestHead) <=
              128);  // an eighth of the grain of the blocks that it stands in: there is room for more fields
static_assert(kRequestLineBytesMax + 2 <= std::numeric_limits<std::uint16_t>::max());

}  // namespace planish::http
