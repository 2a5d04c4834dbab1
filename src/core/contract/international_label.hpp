// A-labels: labels of a host name that stand for Unicode, such as xn--9n2bp8q.
#pragma once

#include <string_view>

namespace planish::core::contract {

// `label` begins with "xn--" and has at most 63 letters, digits and hyphens. Whether it is Punycode (RFC 3492) of a
// label that RFC 5891 and 5892 allow, as far as general categories, their exceptions and the rules of context say;
// what Unicode's normalisation would change is not looked for, nor whether right-to-left scripts stand in order.
[[nodiscard]] bool is_a_label(std::string_view label) noexcept;

}  // namespace planish::core::contract
