// RequestFields: gathers what planish needs of the fields of a head, and judges them once all are there.
#pragma once

#include <http/fault.hpp>
#include <http/request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::http {

class RequestFields {
 public:
  // `request` has its method and version; it gets the rest.
  explicit RequestFields(Request& request) noexcept : request_(request) {}

  // `name`: a token, in any case; `value`: without white space around it.
  void add(std::string_view name, std::string_view value) noexcept;

  // Once all were added: Host, Transfer-Encoding and Content-Length, Expect, the length of the content, in this order.
  [[nodiscard]] std::optional<Fault> judge(std::size_t body_bytes_max) noexcept;

 private:
  // A field that may stand once. first: the value of the first one; times counts to 2.
  struct Once {
    std::string_view first;
    std::uint8_t times = 0;
    void add(std::string_view value) noexcept {
      if (times == 0) first = value;
      if (times < 2) ++times;
    }
    // Doubled ones say nothing that could be relied on.
    [[nodiscard]] std::string_view only() const noexcept { return times == 1 ? first : std::string_view{}; }
  };

  void add_connection(std::string_view value) noexcept;
  void add_codings(std::string_view value) noexcept;
  void add_coding(std::string_view coding) noexcept;
  [[nodiscard]] std::optional<Fault> judge_framing() noexcept;

  Request& request_;
  Once host_, transfer_encoding_, content_length_, content_type_, traceparent_, request_id_, origin_, preflight_method_;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
  bool expects_other_ = false;  // than 100-continue
};

}  // namespace planish::http
