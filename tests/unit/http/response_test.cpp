// Response: heads, byte by byte.
#include <http/response.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kThen{784111777s};  // the instant of RFC 9110, section 5.6.7
const std::vector<std::string> kNobody;
const std::vector<std::string> kShops = {"https://shop.example", "http://localhost:3000"};
const std::vector<std::string> kAnyone = {"*"};

// What a head says, of the response and of how it goes out.
struct Head {
  using Connection = Delivery::Connection;

  unsigned status = 200;
  std::string_view content_type = {};
  std::string_view request_id = {};
  std::string_view fields = {};
  std::string_view allow = {};
  std::string_view origin = {};
  bool preflight = false;
  std::optional<std::chrono::nanoseconds> transform_time = {};
  std::optional<EventTotals> events = {};
  Connection connection = Connection::not_set;
};

std::size_t write_before(const HeadWriter& writer, char* content, const Head& head, std::size_t content_bytes) {
  const Response response{.status = head.status,
                          .content_type = head.content_type,
                          .fields = head.fields,
                          .allow = head.allow,
                          .preflight = head.preflight,
                          .transform_time = head.transform_time,
                          .events = head.events,
                          .content = {content, content_bytes},
                          .request_id = head.request_id};
  return writer.write_before(content, response, {.origin = head.origin, .connection = head.connection});
}

std::string head_of(const Head& head, std::size_t content_bytes = 0, const std::vector<std::string>& origins = kNobody,
                    const std::vector<std::string>& cors_headers = {}) {
  HeadWriter writer(origins, cors_headers);
  writer.set_date(kThen);
  const std::size_t room = head.preflight ? kPreflightBytesMax : kHeadBytesMax;
  std::string memory(room + 8, '#');
  char* const content = memory.data() + room;
  const std::size_t bytes = write_before(writer, content, head, content_bytes);
  EXPECT_EQ(memory.substr(room), "########");
  EXPECT_EQ(memory.substr(0, room - bytes), std::string(room - bytes, '#'));
  return {content - bytes, bytes};
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Response, IsExactForTheTransform) {
  EXPECT_EQ(head_of({.content_type = "application/json", .request_id = "a-1", .transform_time = 8'999ns}, 14'321),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 14321\r\n"
            "X-Request-Id: a-1\r\n"
            "Server-Timing: transform;dur=0.008\r\n"
            "\r\n");
}

TEST(Response, HasNoLengthWithoutContent) {
  EXPECT_EQ(head_of({.status = 204, .request_id = "i", .allow = "POST, OPTIONS"}),
            "HTTP/1.1 204 No Content\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "X-Request-Id: i\r\n"
            "Allow: POST, OPTIONS\r\n"
            "\r\n");
}

TEST(Response, SaysWhetherTheConnectionStays) {
  EXPECT_FALSE(has(head_of({}), "Connection"));
  EXPECT_TRUE(head_of({.connection = Head::Connection::close}).ends_with("\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(head_of({.connection = Head::Connection::keep_alive}).ends_with("\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(Response, WritesMillisecondsWithThreeDecimalsCutOff) {
  const auto timing = [](std::chrono::nanoseconds time) {
    const std::string head = head_of({.transform_time = time});
    const std::size_t at = head.find("dur=") + 4;
    return head.substr(at, head.find('\r', at) - at);
  };
  EXPECT_EQ(timing(0ns), "0.000");
  EXPECT_EQ(timing(999ns), "0.000");
  EXPECT_EQ(timing(1us), "0.001");
  EXPECT_EQ(timing(-5us), "0.000");
  EXPECT_EQ(timing(12'345'678ns), "12.345");
  EXPECT_EQ(timing(999'999ns), "0.999");
  EXPECT_EQ(timing(3s + 20us), "3000.020");
}

TEST(Response, CountsEvents) {
  EXPECT_TRUE(has(head_of({.events = EventTotals{98, 1, 2}}), "\r\nPlanish-Events: ok=98, invalid=1, dropped=2\r\n"));
  EXPECT_FALSE(has(head_of({}), "Planish-Events: "));
}

TEST(Response, WritesEveryDateAsImfFixdate) {
  HeadWriter writer(kNobody);
  const auto date_at = [&](std::chrono::sys_seconds time) {
    writer.set_date(time);
    char memory[kHeadBytesMax];
    const std::size_t bytes = write_before(writer, memory + sizeof memory, {}, 0);
    const std::string head(memory + sizeof memory - bytes, bytes);
    return head.substr(head.find("Date: ") + 6, 29);
  };
  EXPECT_EQ(date_at(std::chrono::sys_seconds{0s}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date_at(std::chrono::sys_days{std::chrono::year{2024} / 2 / 29} + 23h + 59min + 59s),
            "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(date_at(std::chrono::sys_days{std::chrono::year{2026} / 12 / 31}), "Thu, 31 Dec 2026 00:00:00 GMT");
  EXPECT_EQ(date_at(std::chrono::sys_days{std::chrono::year{2100} / 3 / 1}), "Mon, 01 Mar 2100 00:00:00 GMT");
}

TEST(Response, HasAReasonForEveryStatus) {
  for (const unsigned status :
       {200U, 204U, 400U, 404U, 405U, 408U, 411U, 413U, 414U, 415U, 417U, 422U, 431U, 500U, 501U, 503U, 505U}) {
    EXPECT_TRUE(head_of({.status = status}).starts_with("HTTP/1.1 " + std::to_string(status) + " ")) << status;
  }
}

TEST(Cors, IsSilentWhereItIsNotSet) {
  const std::string head = head_of({.origin = "https://shop.example"});
  EXPECT_FALSE(has(head, "Access-Control"));
  EXPECT_FALSE(has(head, "Vary"));
}

TEST(Cors, NamesAnOriginThatIsSetByteForByte) {
  for (const std::string& origin : kShops) {
    const std::string head = head_of({.origin = origin}, 0, kShops);
    EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Origin: " + origin + "\r\n"));
    EXPECT_TRUE(has(head, "\r\nAccess-Control-Expose-Headers: X-Request-Id, Server-Timing, Planish-Events\r\n"));
    EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Credentials: true\r\n"));
    EXPECT_TRUE(has(head, "\r\nVary: Origin\r\n"));
  }
  for (const std::string_view origin :
       {"", "null", "https://SHOP.example", "https://shop.example.evil", "https://shop.exampl", "*"}) {
    const std::string head = head_of({.origin = origin}, 0, kShops);
    EXPECT_FALSE(has(head, "Access-Control")) << origin;
    EXPECT_TRUE(has(head, "\r\nVary: Origin\r\n")) << origin;
  }
}

TEST(Cors, NamesAnyoneByAStar) {
  const std::string head = head_of({.origin = "https://x.example"}, 0, kAnyone);
  EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Origin: *\r\n"));
  EXPECT_FALSE(has(head, "Credentials"));
  EXPECT_FALSE(has(head_of({.origin = "https://x.example", .preflight = true}, 0, kAnyone), "Credentials"));
  EXPECT_FALSE(has(head_of({.origin = "*"}, 0, kAnyone), "Access-Control"));
  EXPECT_FALSE(has(head_of({}, 0, kAnyone), "Access-Control"));
}

TEST(Cors, AnswersAPreflight) {
  const std::string head =
      head_of({.status = 204, .allow = "POST, OPTIONS", .origin = kShops[0], .preflight = true}, 0, kShops);
  EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Methods: POST, OPTIONS\r\n"));
  EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Headers: Content-Type, "));
  EXPECT_TRUE(has(head, "\r\nAccess-Control-Max-Age: 86400\r\n"));
  EXPECT_TRUE(has(head, "\r\nAccess-Control-Allow-Credentials: true\r\n"));
  EXPECT_FALSE(has(head, "Expose"));
}

TEST(Cors, AnOriginThatIsNamedIsNamedBesideAStarToo) {
  const std::vector<std::string> both = {"*", kShops[0]};
  const std::string named = head_of({.origin = kShops[0]}, 0, both);
  EXPECT_TRUE(has(named, "\r\nAccess-Control-Allow-Origin: " + kShops[0] + "\r\n"));
  EXPECT_TRUE(has(named, "Credentials"));
  const std::string other = head_of({.origin = kShops[1]}, 0, both);
  EXPECT_TRUE(has(other, "\r\nAccess-Control-Allow-Origin: *\r\n"));
  EXPECT_FALSE(has(other, "Credentials"));
}

TEST(Cors, AllowsTheFieldsThatAreSetBesideTheUsualOnes) {
  const std::vector<std::string> fields = {"baggage", "Sentry-Trace"};
  const Head preflight{.status = 204, .allow = "POST, OPTIONS", .origin = kShops[0], .preflight = true};
  EXPECT_TRUE(has(head_of(preflight, 0, kShops, fields), "Tracestate, X-Request-Id, baggage, Sentry-Trace\r\n"));
  // As many as there is room for; the configuration holds them to it.
  const std::string longest(kCorsHeadersBytesMax - 2, 'h');
  EXPECT_TRUE(has(head_of(preflight, 0, kShops, {longest, "x"}), "X-Request-Id, " + longest + "\r\n"));
  EXPECT_TRUE(has(head_of(preflight, 0, kShops, {longest + "h"}), "X-Request-Id\r\n"));
}

TEST(Response, FitsItsRoomWithEveryFieldAtItsLongest) {
  const std::vector<std::string> origins = {std::string(kOriginBytesMax, 'o')};
  Head head{.status = 431,
            .content_type = "text/plain; version=0.0.4; charset=utf-8",
            .request_id = "",
            .allow = "GET, HEAD, POST, OPTIONS",
            .origin = origins[0],
            .transform_time = std::chrono::nanoseconds::max(),
            .events = EventTotals{UINT32_MAX, UINT32_MAX, UINT32_MAX},
            .connection = Head::Connection::keep_alive};
  const std::string id(128, 'i');
  const std::string fields = "Accept: application/json, text/json, text/plain, application/x-www-form-urlencoded\r\n";
  head.request_id = id;
  head.fields = fields;
  EXPECT_LE(head_of(head, SIZE_MAX, origins).size(), kHeadBytesMax);
  head.preflight = true;
  head.fields = {};
  head.transform_time.reset();
  EXPECT_LE(head_of(head, SIZE_MAX, origins, {std::string(kCorsHeadersBytesMax - 2, 'h')}).size(), kPreflightBytesMax);
}

TEST(Cors, PassesOverAnOriginThatWouldNotFit) {
  const std::vector<std::string> origins = {std::string(kOriginBytesMax + 1, 'o')};
  EXPECT_FALSE(has(head_of({.origin = origins[0]}, 0, origins), "Access-Control"));
}

}  // namespace
}  // namespace planish::http
