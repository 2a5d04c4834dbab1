// The files of a case: what is added to a request, what is left of an answer.
#include <app/test_case.hpp>

#include <gtest/gtest.h>

namespace planish::app {
namespace {

TEST(TestCase, PostsABodyToTheFirstPath) {
  EXPECT_EQ(request_of_case("{}\n", "/v1", "a b"),
            "POST /v1 HTTP/1.1\r\nX-Request-Id: test-a-b\r\nHost: test\r\nContent-Length: 3\r\n\r\n{}\n");
  EXPECT_EQ(request_of_case("", "/", "a"),
            "POST / HTTP/1.1\r\nX-Request-Id: test-a\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(request_of_case("POST nothing", "/", "a"),
            "POST / HTTP/1.1\r\nX-Request-Id: test-a\r\nHost: test\r\nContent-Length: 12\r\n\r\nPOST nothing");
}

TEST(TestCase, CompletesAWholeRequest) {
  EXPECT_EQ(request_of_case("PUT /x?y=1 HTTP/1.1\nHOST: h\nprefer: a\n\nbody\n", "/", "n"),
            "PUT /x?y=1 HTTP/1.1\r\nX-Request-Id: test-n\r\nHOST: h\r\nprefer: a\r\nContent-Length: 5\r\n\r\nbody\n");
  const std::string whole =
      "POST / HTTP/1.0\r\nHost: h\r\nx-request-id: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  EXPECT_EQ(request_of_case(whole, "/", "n"), whole);
  EXPECT_EQ(request_of_case("GET /metrics HTTP/1.1\n\n", "/", "n"),
            "GET /metrics HTTP/1.1\r\nX-Request-Id: test-n\r\nHost: test\r\n\r\n");
}

TEST(TestCase, ExpectsWhatIsNotInEachAnswer) {
  EXPECT_EQ(
      expectation_of("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: a/b\r\nserver-timing: x\r\nContent-Length: 2\r\n"
                     "Connection: close\r\nX-Request-Id: r\r\nPlanish-Events: ok=1\r\n\r\n{}"),
      "HTTP/1.1 200 OK\nContent-Type: a/b\nPlanish-Events: ok=1\n\n{}\n");
  EXPECT_EQ(expectation_of("HTTP/1.1 204 No Content\r\n\r\n"), "HTTP/1.1 204 No Content\n\n");
}

TEST(TestCase, ShowsJsonInLines) {
  EXPECT_EQ(in_lines("HTTP/1.1 200 OK\nA: {}\n\n{\"a\":[1,{}],\"b\":\"{,\\\"}\"}\n[]\n"),
            "HTTP/1.1 200 OK\nA: {}\n\n{\n  \"a\":[\n    1,\n    {}\n  ],\n  \"b\":\"{,\\\"}\"\n}\n[]\n");
}

}  // namespace
}  // namespace planish::app
