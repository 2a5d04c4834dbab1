// RequestHead: what is said of a head holds wherever its bytes are.
#include <http/request_head.hpp>
#include <http/request_parser.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

RequestHead read(std::string_view bytes) {
  RequestHead head;
  EXPECT_EQ(RequestParser().read(bytes, {}, head).kind, RequestParser::Result::Kind::done) << bytes;
  return head;
}

TEST(RequestHead, HoldsWhereverItsBytesAreMovedTo) {
  std::string bytes =
      "POST /a?b HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-1\r\nOrigin: https://o\r\nContent-Encoding: gzip, zstd\r\n"
      "TraceParent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nContent-Length: 7\r\n\r\n";
  const RequestHead head = read(bytes);
  const std::string moved = bytes;
  bytes.assign(bytes.size(), '#');
  const Request request = head.over(moved);
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query, "b");
  EXPECT_EQ(request.request_id, "r-1");
  EXPECT_EQ(request.origin, "https://o");
  EXPECT_EQ(request.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(request.codings_count, 2);
  EXPECT_EQ(request.codings[1], Coding::zstd);
  EXPECT_EQ(request.content_length, 7U);
  EXPECT_TRUE(request.fields.starts_with("Host: a\r\n"));
  EXPECT_TRUE(request.fields.ends_with("Content-Length: 7\r\n"));
  EXPECT_EQ(request.fields.data(), moved.data() + moved.find("Host"));
}

TEST(RequestHead, NamesAPathThatDoesNotStandInTheTarget) {
  const std::string fields = " HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto path = [&](const std::string& line) { return std::string(read(line + fields).over(line + fields).path); };
  EXPECT_EQ(path("GET http://h"), "/");
  EXPECT_EQ(path("GET http://h?q"), "/");
  EXPECT_EQ(path("GET http://h/x?q"), "/x");
  EXPECT_EQ(path("OPTIONS http://h"), "*");
  EXPECT_EQ(path("OPTIONS *"), "*");
  EXPECT_EQ(path("CONNECT a:1"), "*");
}

TEST(RequestHead, KeepsAnOriginAsFarAsItsSizeCanBeSaid) {
  const Limits limits{.head_bytes_max = 200'000};
  for (const std::size_t size : {std::size_t{65'535}, std::size_t{65'536}}) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + std::string(size, 'o') + "\r\n\r\n";
    RequestHead head;
    EXPECT_EQ(RequestParser().read(bytes, limits, head).kind, RequestParser::Result::Kind::done);
    EXPECT_EQ(head.over(bytes).origin.size(), 65'535U);
  }
}

}  // namespace
}  // namespace planish::http
