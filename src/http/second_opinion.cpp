// The second opinion: Beast's basic_parser, which is told to read a head and no more, and to keep nothing of it.
#include <http/second_opinion.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <cstdint>
#include <limits>

namespace planish::http {
namespace {

namespace beast = boost::beast;
using Error = beast::error_code;

class HeadReader final : public beast::http::basic_parser<true> {
 public:
  explicit HeadReader(std::string_view head) noexcept : head_(head) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scan has seen to the limits
    body_limit(boost::none);
    skip(true);
  }

 private:
  // The same line, taken apart at the same places.
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int,
                       Error& error) override {
    const std::size_t target_at = head_.find(' ') + 1;
    if (method.data() != head_.data() || method.size() + 1 != target_at || target.data() != head_.data() + target_at ||
        target.size() != head_.find(' ', target_at) - target_at) {
      error = beast::http::error::bad_target;
    }
  }
  void on_field_impl(beast::http::field, beast::string_view, beast::string_view, Error&) override {}
  void on_response_impl(int, beast::string_view, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view body, Error&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Error&) override { return body.size(); }
  void on_finish_impl(Error&) override {}

  std::string_view head_;
};

}  // namespace

bool second_opinion(std::string_view head, Framing framing, std::uint64_t content_length) noexcept {
  HeadReader reader(head);
  Error error;
  const std::size_t read = reader.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || read != head.size() || !reader.is_done()) return false;
  if (reader.chunked() != (framing == Framing::chunked)) return false;
  const boost::optional<std::uint64_t> length = reader.content_length();
  return framing == Framing::length ? length == content_length : !length;
}

}  // namespace planish::http
