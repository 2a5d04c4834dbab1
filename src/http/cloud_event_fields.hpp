// The attributes of a CloudEvent in the fields of its request: binary mode of the CloudEvents HTTP binding 1.0.2,
// section 3.1.
#pragma once

#include <http/limits.hpp>

#include <planish/context.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace planish::http {

class CloudEventFields {
 public:
  // Whether `lines`, the fields of a head with their CRLFs, make the request an event in binary mode: ce-specversion,
  // ce-id, ce-source and ce-type are all there.
  [[nodiscard]] static bool are_in(std::string_view lines) noexcept;

  // Reads them, in the order they came; Content-Type becomes datacontenttype. Names are in lower case, values without
  // quotes and percent-encoding. `room` has as many bytes as `lines`; both must outlive what attributes() says.
  void read(std::string_view lines, std::span<char> room) noexcept;

  [[nodiscard]] std::span<const Attribute> attributes() const noexcept { return {attributes_.data(), size_}; }

 private:
  std::array<Attribute, kFieldsMax> attributes_;
  std::size_t size_ = 0;
};

}  // namespace planish::http
