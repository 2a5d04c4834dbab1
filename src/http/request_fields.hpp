// RequestFields: gathers what planish needs of the fields of a head as they pass, and judges them once all have.
#pragma once

#include <http/fault.hpp>
#include <http/request_head.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::http {

// Trivially copyable; holds no view.
class RequestFields {
 public:
  // `name`: a token, in any case; `value`: without white space around it, at `value_at` of the head.
  void add(std::string_view name, std::string_view value, std::size_t value_at, RequestHead&) noexcept;

  // Connection or Proxy-Connection is not a list of tokens.
  [[nodiscard]] bool has_bad_list() const noexcept { return bad_list_; }

  // Once all were added, and the version is known: Host, Transfer-Encoding and Content-Length, Expect, the length of
  // the content, in this order.
  [[nodiscard]] std::optional<Fault> judge(std::size_t body_bytes_max, RequestHead&) const noexcept;

 private:
  enum class Field : std::uint8_t;

  [[nodiscard]] static Field field_of(std::string_view name) noexcept;
  [[nodiscard]] static std::uint16_t bit_of(Field field) noexcept {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(field));
  }
  [[nodiscard]] bool seen(Field field) const noexcept { return (seen_ & bit_of(field)) != 0; }
  [[nodiscard]] bool doubled(Field field) const noexcept { return (doubled_ & bit_of(field)) != 0; }

  void add_once(Field, std::string_view value, std::size_t value_at, RequestHead&) noexcept;
  void drop_doubled(Field, RequestHead&) noexcept;
  void add_length(std::string_view value, RequestHead&) noexcept;
  void add_expectations(std::string_view value, RequestHead&) noexcept;
  void add_connection(Field, std::string_view value) noexcept;
  [[nodiscard]] std::optional<Fault> judge_framing(RequestHead&) const noexcept;

  std::uint16_t seen_ = 0;     // a bit a field
  std::uint16_t doubled_ = 0;  // of those that may stand once
  std::optional<Fault> transfer_fault_;
  bool bad_host_ = false;
  bool bad_length_ = false;
  bool bad_list_ = false;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
  bool expects_other_ = false;  // than 100-continue
};

}  // namespace planish::http
