// Request parser: what a head means, and which fault answers where there are several.
#include <http/request_parser.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

constexpr std::size_t kMax = 1000;

// The head as it came, and what was made of it.
struct Parsed {
  explicit Parsed(std::string text) : head(std::move(text)) {
    RequestHead read;
    const RequestParser::Result result = RequestParser().read(head, Limits{.body_bytes_max = kMax}, read);
    EXPECT_NE(result.kind, RequestParser::Result::Kind::need_more) << head;
    if (result.kind == RequestParser::Result::Kind::fault) fault = result.fault;
    request = read.over(head);
  }
  std::string head;
  Request request;
  std::optional<Fault> fault;
};

Parsed parse(std::string_view fields, std::string_view line = "POST / HTTP/1.1") {
  return Parsed(std::string(line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n");
}
Parsed parse_without_host(std::string_view fields, std::string_view line = "POST / HTTP/1.1") {
  return Parsed(std::string(line) + "\r\n" + std::string(fields) + "\r\n");
}

TEST(RequestParser, ReadsARequest) {
  const Parsed parsed = parse(
      "User-Agent: x\r\nACCEPT: */*\r\ncontent-type:application/json\r\nContent-Length: 0042\r\nX-Request-ID: \t r-1 "
      "\r\n"
      "Origin: https://o\r\nTraceParent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
      "Prefer: respond-async\r\nPrefer: handling=lenient\r\nAccess-Control-Request-Method: POST\r\nExpect: "
      "100-Continue\r\n",
      "POST /a?b HTTP/1.1");
  ASSERT_FALSE(parsed.fault);
  const Request& request = parsed.request;
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query, "b");
  EXPECT_FALSE(request.http_1_0);
  EXPECT_TRUE(request.keep_alive);
  EXPECT_TRUE(request.expect_continue);
  EXPECT_EQ(request.framing, Framing::length);
  EXPECT_EQ(request.content_length, 42U);
  EXPECT_EQ(request.media_type.kind, MediaKind::json);
  EXPECT_EQ(request.request_id, "r-1");
  EXPECT_EQ(request.origin, "https://o");
  EXPECT_EQ(request.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(request.prefer, Handling::lenient);
  EXPECT_TRUE(request.names_preflight_method);
}

TEST(RequestParser, KnowsTheMethods) {
  EXPECT_EQ(parse("", "GET / HTTP/1.1").request.method, Method::get);
  EXPECT_EQ(parse("", "HEAD / HTTP/1.1").request.method, Method::head);
  EXPECT_EQ(parse("", "OPTIONS * HTTP/1.1").request.method, Method::options);
  EXPECT_EQ(parse("", "CONNECT a:1 HTTP/1.1").request.method, Method::connect);
  EXPECT_EQ(parse("", "get / HTTP/1.1").request.method, Method::other);
  EXPECT_EQ(parse("", "!BREW / HTTP/1.1").request.method, Method::other);
}

TEST(RequestParser, KnowsWhetherTheConnectionStays) {
  const auto stays = [](std::string_view fields, std::string_view version) {
    return parse(fields, "GET / " + std::string(version)).request.keep_alive;
  };
  EXPECT_TRUE(stays("", "HTTP/1.1"));
  EXPECT_FALSE(stays("Connection: close\r\n", "HTTP/1.1"));
  EXPECT_FALSE(stays("Connection: x , CLOSE,\r\n", "HTTP/1.1"));
  EXPECT_FALSE(stays("Connection: keep-alive\r\nConnection: close\r\n", "HTTP/1.1"));
  EXPECT_TRUE(stays("Connection: closed\r\n", "HTTP/1.1"));
  EXPECT_TRUE(stays("Connection:\r\n", "HTTP/1.1"));
  EXPECT_FALSE(stays("", "HTTP/1.0"));
  EXPECT_TRUE(stays("Connection: Keep-Alive\r\n", "HTTP/1.0"));
  EXPECT_FALSE(stays("Connection: keep-alive, close\r\n", "HTTP/1.0"));
}

TEST(RequestParser, ReadsTheCodingsInOrder) {
  const auto codings = [](std::string_view fields) {
    const Parsed parsed = parse(fields);
    EXPECT_FALSE(parsed.fault);
    std::string all = parsed.request.codings_ok ? "" : "not ok:";
    for (unsigned i = 0; i < parsed.request.codings_count; ++i)
      all += "gzd"[static_cast<unsigned>(parsed.request.codings[i])];
    return all;
  };
  EXPECT_EQ(codings(""), "");
  EXPECT_EQ(codings("Content-Encoding: GZIP\r\n"), "g");
  EXPECT_EQ(codings("Content-Encoding: x-gzip\r\n"), "g");
  EXPECT_EQ(codings("Content-Encoding: zstd \r\nContent-Encoding: identity, , identity\r\nContent-Encoding: Zstd\r\n"),
            "zz");
  EXPECT_EQ(codings("Content-Encoding: ,, gzip,\r\n"), "g");
  EXPECT_EQ(codings("Content-Encoding:\r\n"), "");
  EXPECT_EQ(codings("Content-Encoding: gzip,gzip\r\n"), "gg");
  EXPECT_EQ(codings("Content-Encoding: gzip,gzip,gzip\r\n"), "not ok:gg");
  EXPECT_EQ(codings("Content-Encoding: br\r\n"), "not ok:");
  EXPECT_EQ(codings("Content-Encoding: Deflate, gzip\r\n"), "dg");
  EXPECT_EQ(codings("Content-Encoding: gzip;q=1\r\n"), "not ok:");
  EXPECT_EQ(codings("Content-Encoding: gzip gzip\r\n"), "not ok:");
}

TEST(RequestParser, TakesNoDoubledFieldForAnAnswer) {
  EXPECT_EQ(parse("Content-Type: text/plain\r\nContent-Type: text/plain\r\n").request.media_type.kind,
            MediaKind::other);
  EXPECT_EQ(parse("X-Request-Id: a\r\nX-Request-Id: a\r\n").request.request_id, "");
  EXPECT_EQ(parse("Origin: a\r\nOrigin: a\r\n").request.origin, "");
  const std::string trace = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
  EXPECT_NE(parse(trace).request.trace_id, "");
  EXPECT_EQ(parse(trace + trace).request.trace_id, "");
  EXPECT_EQ(parse("Prefer: handling=strict\r\nPrefer: handling=lenient\r\n").request.prefer, Handling::strict);
}

TEST(RequestParser, WantsOneValidHost) {
  EXPECT_FALSE(parse_without_host("Host:\r\n").fault);
  EXPECT_FALSE(parse_without_host("hOST: [::1]:80\r\n").fault);
  EXPECT_EQ(parse_without_host("").fault, Fault::bad_host);
  EXPECT_EQ(parse_without_host("Host: a\r\nHost: a\r\n").fault, Fault::bad_host);
  EXPECT_EQ(parse_without_host("Host:\r\nHost:\r\n").fault, Fault::bad_host);
  EXPECT_EQ(parse_without_host("Host: a b\r\n").fault, Fault::bad_host);
  EXPECT_EQ(parse_without_host("Host: \xc3\xa9\r\n").fault, Fault::bad_host);
  EXPECT_FALSE(parse_without_host("", "GET / HTTP/1.0").fault);
  EXPECT_EQ(parse_without_host("Host: a\r\nHost: a\r\n", "GET / HTTP/1.0").fault, Fault::bad_host);
  EXPECT_EQ(parse_without_host("Host: a/b\r\n", "GET / HTTP/1.0").fault, Fault::bad_host);
  // The target's authority takes no rule away.
  EXPECT_FALSE(parse_without_host("Host: b\r\n", "GET http://a/ HTTP/1.1").fault);
  EXPECT_EQ(parse_without_host("", "GET http://a/ HTTP/1.1").fault, Fault::bad_host);
}

TEST(RequestParser, TakesNoFramingThatCanBeReadInTwoWays) {
  const auto fault = [](std::string_view fields, std::string_view line = "POST / HTTP/1.1") {
    return parse(fields, line).fault;
  };
  EXPECT_FALSE(fault("Transfer-Encoding: chunked\r\n"));
  EXPECT_FALSE(fault("Transfer-Encoding: \t CHUNKED \r\n"));
  for (const std::string_view value :
       {"", ",", "chunked,", ",chunked", "chunked, chunked", "chunked, identity", "gzip, chunked", "identity, chunked",
        "chunked;q=1", "chunked;", "chunked chunked", "\"chunked\"", "gzip gzip", "gzip;=1", "gzip;a=", "(gzip)"}) {
    EXPECT_EQ(fault("Transfer-Encoding: " + std::string(value) + "\r\n"), Fault::bad_transfer) << value;
  }
  for (const std::string_view value :
       {"gzip", "identity", "xchunked", "chunkedx", "deflate;a=b", "gzip ; a = \"b\"", "trailers"}) {
    EXPECT_EQ(fault("Transfer-Encoding: " + std::string(value) + "\r\n"), Fault::transfer_coding) << value;
  }
  EXPECT_EQ(fault("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Content-Length: x\r\nTransfer-Encoding: gzip\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), Fault::bad_transfer);
  EXPECT_EQ(fault("Transfer-Encoding: gzip\r\n", "POST / HTTP/1.0"), Fault::bad_transfer);
  for (const std::string_view value : {"", "+5", "-5", "0x5", "5,5", "5, 5", "5 5", "5.0", "5e1", "five", ",5", "5,",
                                       "\"5\"", "99999999999999999999x", "5;a"}) {
    EXPECT_EQ(fault("Content-Length: " + std::string(value) + "\r\n"), Fault::bad_length) << value;
  }
  EXPECT_EQ(fault("Content-Length: 5\r\nContent-Length: 5\r\n"), Fault::bad_length);
  EXPECT_EQ(fault("Content-Length: 5\r\nContent-Length: 6\r\n"), Fault::bad_length);
}

TEST(RequestParser, LimitsTheLengthFromTheFieldAlone) {
  const auto fault = [](std::string_view length, std::string_view line) {
    return parse("Content-Length: " + std::string(length) + "\r\n", line).fault;
  };
  for (const std::string_view line : {"POST / HTTP/1.1", "GET /nope HTTP/1.1", "BREW /x HTTP/1.0"}) {
    EXPECT_FALSE(fault("1000", line));
    EXPECT_FALSE(fault("00000000000000000000000000000000001000", line));
    EXPECT_EQ(fault("1001", line), Fault::length_long);
    EXPECT_EQ(fault("18446744073709551615", line), Fault::length_long);
    EXPECT_EQ(fault("18446744073709551616", line), Fault::length_long);
    EXPECT_EQ(fault(std::string(40, '9'), line), Fault::length_long);
  }
}

TEST(RequestParser, ReadsExpectations) {
  EXPECT_TRUE(parse("Expect: 100-CONTINUE\r\n").request.expect_continue);
  EXPECT_FALSE(parse("Expect: 100-continue\r\n", "POST / HTTP/1.0").request.expect_continue);
  EXPECT_FALSE(parse("Expect: 100-continue\r\n", "POST / HTTP/1.0").fault);
  for (const std::string_view value :
       {"200-ok", "100-continue, x", "x,100-continue", "", ",", "100-continue;a", "100"}) {
    EXPECT_EQ(parse("Expect: " + std::string(value) + "\r\n").fault, Fault::expectation) << value;
  }
  // The same, as the client or a proxy may write it.
  for (const std::string_view value :
       {"100-continue, 100-Continue", "100-continue,", "100-continue\r\nExpect: 100-continue"}) {
    const auto twice = parse("Expect: " + std::string(value) + "\r\n");
    EXPECT_TRUE(twice.request.expect_continue && !twice.fault) << value;
  }
  EXPECT_EQ(parse("Expect: 100-continue\r\nExpect: x\r\n").fault, Fault::expectation);
}

// Each line of the table holds the faults of the lines below it too; taking one away shows the next one.
TEST(RequestParser, TellsTheFirstFaultInOrder) {
  const std::string long_length = "Content-Length: 99999999999999999999999\r\n";
  const std::string expect = "Expect: x\r\n";
  const std::string transfer = "Transfer-Encoding: gzip\r\n";
  const auto fault = [](const std::string& line, const std::string& fields) {
    return parse_without_host(fields, line).fault;
  };
  EXPECT_EQ(fault("GET x HTTP/2.0", long_length + expect), Fault::bad_target);
  EXPECT_EQ(fault("PRI * HTTP/2.0", expect), Fault::bad_target) << "the preface has no fields";
  EXPECT_EQ(fault("GET / HTTP/2.0", long_length + expect), Fault::version);
  EXPECT_EQ(fault("GET / HTTP/1.2", "Host: a\r\n"), Fault::version);
  EXPECT_EQ(fault("GET / HTTP/0.9", "Host: a\r\n"), Fault::version);
  EXPECT_EQ(fault("GET / HTTP/1.1", long_length + expect), Fault::bad_host);
  EXPECT_EQ(fault("GET / HTTP/1.1", long_length + transfer + expect + "Host: a\r\n"), Fault::bad_transfer);
  EXPECT_EQ(fault("GET / HTTP/1.1", transfer + expect + "Host: a\r\n"), Fault::transfer_coding);
  EXPECT_EQ(fault("GET / HTTP/1.1", "Content-Length: x\r\n" + expect + "Host: a\r\n"), Fault::bad_length);
  EXPECT_EQ(fault("GET / HTTP/1.1", long_length + expect + "Host: a\r\n"), Fault::expectation);
  EXPECT_EQ(fault("GET / HTTP/1.1", long_length + "Host: a\r\n"), Fault::length_long);
}

TEST(RequestParser, NamesThePrefaceOfHttp2) {
  EXPECT_EQ(Parsed("PRI * HTTP/2.0\r\n\r\n").fault, Fault::http_2);
}

TEST(RequestParser, KeepsTheRequestIdOfWhatItRefuses) {
  for (const std::string_view line : {"GET / HTTP/2.0", "GET x HTTP/1.1", "GET / HTTP/1.1"}) {
    const Parsed parsed = parse("Content-Length: x\r\nX-Request-Id: kept\r\n", line);
    EXPECT_TRUE(parsed.fault);
    EXPECT_EQ(parsed.request.request_id, "kept");
  }
}

TEST(RequestParser, WantsTokensInAConnection) {
  for (const std::string_view name : {"Connection", "connection", "Proxy-Connection"}) {
    const auto fault = [name](std::string_view value, std::string_view more = "") {
      return parse(std::string(name) + ": " + std::string(value) + "\r\n" + std::string(more)).fault;
    };
    for (const std::string_view value : {"", ",", "a", ", a ,\t, b,", "keep-alive,x", "a\t,b"}) {
      EXPECT_FALSE(fault(value)) << value;
    }
    for (const std::string_view value : {"(", "a b", "a;b", "\"a\"", "a,b c", "a, (", "\xe4"}) {
      EXPECT_EQ(fault(value), Fault::bad_field) << value;
      EXPECT_EQ(fault(value, "Content-Length: x\r\n"), Fault::bad_field) << "before what fields mean";
    }
  }
  const Parsed parsed = parse("Connection: a b\r\nX-Request-Id: r\r\n");
  EXPECT_EQ(parsed.request.request_id, "r");
  EXPECT_EQ(parse("Connection: a b\r\n", "GET / HTTP/2.0").fault, Fault::version) << "its fields may be others";
  EXPECT_TRUE(parse("Proxy-Connection: close\r\n").request.keep_alive);
}

TEST(RequestParser, ReadsOfAHeadThatHasNoEndItsWholeLines) {
  const std::string bytes = "HEAD /a HTTP/1.1\r\nX-Request-Id: r\r\nOrigin: https://o\r\n";
  RequestParser parser;
  RequestHead head;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string so_far = bytes.substr(0, size);
    EXPECT_EQ(parser.read(so_far, {}, head).kind, RequestParser::Result::Kind::need_more);
    const Request request = head.over(so_far);
    EXPECT_EQ(request.method == Method::head, size > bytes.find(' ')) << size;
    EXPECT_EQ(request.request_id, size < bytes.find("Origin") ? "" : "r") << size;
    EXPECT_EQ(request.origin, size < bytes.size() ? "" : "https://o") << size;
    EXPECT_TRUE(request.path.empty());
  }
}

TEST(RequestParser, SaysTheSameOverEverySplit) {
  const std::string bytes =
      "POST http://h/a?b HTTP/1.0\r\nContent-Length: 5\r\nOrigin: o\r\nX-Request-Id: r\r\nX-Request-Id: s\r\n\r\n";
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    RequestParser parser;
    RequestHead head;
    EXPECT_EQ(parser.read(bytes.substr(0, cut), {}, head).kind, RequestParser::Result::Kind::need_more);
    for (int again = 0; again < 2; ++again) {
      const RequestParser::Result result = parser.read(bytes, {}, head);
      EXPECT_EQ(result.kind, RequestParser::Result::Kind::done) << cut;
      EXPECT_EQ(result.head_bytes, bytes.size());
      const Request request = head.over(bytes);
      EXPECT_EQ(request.path, "/a");
      EXPECT_EQ(request.query, "b");
      EXPECT_EQ(request.origin, "o");
      EXPECT_EQ(request.request_id, "");
      EXPECT_EQ(request.content_length, 5U);
    }
  }
}

TEST(RequestParser, ReadsTheLargestHead) {
  std::string fields;
  for (int i = 0; i < 98; ++i) fields += "X-Request-Id-" + std::to_string(i) + ": " + std::string(100, 'x') + "\r\n";
  const std::string line = "POST /" + std::string(3000, 'q') + " HTTP/1.1";
  EXPECT_FALSE(parse(fields + "Content-Length: 7\r\n", line).fault);
}

}  // namespace
}  // namespace planish::http
