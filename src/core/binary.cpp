// Attributes in the order they came, then the data as it was sent.
#include <bytes/utf8.hpp>
#include <core/binary.hpp>

#include <core/check.hpp>
#include <core/outside.hpp>
#include <core/shape/pointer.hpp>

#include <algorithm>
#include <cstring>

namespace planish::core {

std::size_t write_structured(std::span<const Attribute> attributes, std::string_view data,
                             std::span<char> out) noexcept {
  constexpr std::string_view kData = R"("data":)";
  check(out.size() >= kAttributesBytesMax + data.size());
  char* at = out.data();
  const char* const last = out.data() + kAttributesBytesMax - kData.size() - 2;
  *at++ = '{';
  for (const Attribute& attribute : attributes) {
    if (!bytes::is_utf8(attribute.value) || !bytes::is_utf8(attribute.name)) continue;
    const std::size_t bytes_max = (attribute.name.size() + attribute.value.size()) * 6 + 6;
    if (bytes_max > static_cast<std::size_t>(last - at)) return 0;
    at += write_string(attribute.name, at);
    *at++ = ':';
    at += write_string(attribute.value, at);
    *at++ = ',';
  }
  if (!data.empty()) {
    std::memcpy(at, kData.data(), kData.size());
    std::copy(data.begin(), data.end(), at + kData.size());
    at += kData.size() + data.size();
  } else if (at[-1] == ',') {
    --at;
  }
  *at++ = '}';
  return static_cast<std::size_t>(at - out.data());
}

}  // namespace planish::core
