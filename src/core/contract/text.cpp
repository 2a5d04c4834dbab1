// The length of a string as JSON Schema counts it.
#include <core/contract/text.hpp>

#include <cstring>

namespace planish::core::contract {

std::size_t count_code_points(std::string_view content) noexcept {
  std::size_t count = 0;
  const char* at = content.data();
  const char* const end = at + content.size();
  for (; at != end; ++at) {
    if (*at == '\\') {
      // Of a pair of surrogates the second half does not count.
      const bool is_unit = at[1] == 'u';
      const bool is_low = is_unit && (at[2] | 0x20) == 'd' && (at[3] | 0x20) >= 'c';
      if (!is_low) ++count;
      at += is_unit ? 5 : 1;
    } else if ((static_cast<unsigned char>(*at) & 0xC0) != 0x80) {
      ++count;
    }
  }
  return count;
}

}  // namespace planish::core::contract
