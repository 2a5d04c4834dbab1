// Media type: which Content-Type may come with a request. Contract section 2, row 415.
#pragma once

#include <string_view>

namespace planish::http {

// Accepts JSON (application/json, text/json, any "+json"), what browsers and curl say when they are not told
// (text/plain, application/x-www-form-urlencoded), and no type at all (an empty value). A charset must be utf-8,
// which may be spelt utf8.
// JSON sequences (NDJSON and its kin) and values that do not follow RFC 9110, section 8.3, are refused.
[[nodiscard]] bool media_type_accepted(std::string_view content_type) noexcept;

}  // namespace planish::http
