// A form whose `data` is JSON, as some client libraries send it: percent-encoded, or in base64 (RFC 4648).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// Whether a body is such a form, by its first bytes.
[[nodiscard]] bool is_form_data(std::string_view body) noexcept;

struct FormData {
  std::size_t json_bytes;  // of the JSON, which stands at the front of the body now
  std::string_view other;  // the parameters after it, as they were sent, where they stood
};

// Decodes the data of a body that is_form_data() to the front of the body: never to more bytes than it was sent in.
// None: it is neither JSON nor base64; nothing was changed then but bytes of the data.
[[nodiscard]] std::optional<FormData> take_form_data(std::span<char> body) noexcept;

}  // namespace planish::http
