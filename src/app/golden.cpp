// Golden requests: a little of everything that the contract promises, each on a connection of its own.
#include <app/golden.hpp>

#include <app/setting_checks.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planish::app {
namespace {

constexpr std::string_view kJson = "Content-Type: application/json\r\n";
constexpr std::string_view kOne =
    R"({"user_id":12345,"events":[{"event_type":"$type","timestamp":$time,"payload":{"id":1}}],)"
    R"("metadata":{"source":"web","trace_id":"bench-1234"}})";
constexpr std::string_view kOneAnswer =
    R"({"user_id":12345,"processed_events":[{"event_type":"$type","normalized_timestamp":$ms,)"
    R"("hash":"$hash1"}],"total_duration_ms":*,"trace_id":"bench-1234"})";

// {"user_id":7,"events":[]}
constexpr char kGzipBytes[] =
    "\037\213\010\000\000\000\000\000\002\377\253\126\052\055\116\055\212\317\114\121\262\062\327\121"
    "\112\055\113\315\053\051\126\262\212\216\255\005\000\347\044\347\363\031\000\000\000"
    "";
constexpr std::string_view kGzip{kGzipBytes, sizeof kGzipBytes - 1};

constexpr auto kGolden = std::to_array<Golden>({
    {"the process answers", "GET", "/healthz", "", "", 200, "*"},
    {"one event", "POST", "@", kJson, kOne, 200, kOneAnswer, "server-timing: transform;dur=*"},
    {"members in any order, spaces, escapes, an RFC 3339 time", "POST", "@", kJson,
     R"( {"x":[1,{"y":null}], "events":[{"payload":{ "b":1.0,"a":"\u00e9" },)"
     R"("timestamp":"2023-11-04T19:44:16.7899+01:00","event\u005ftype":"$type"}], "user_id":18446744073709551615} )",
     200,
     R"({"user_id":18446744073709551615,"processed_events":[{"event_type":"$type","normalized_timestamp":1699123456789,)"
     R"("hash":"$hash2"}],"total_duration_ms":*,"trace_id":null})"},
    {"no events", "POST", "@", kJson, R"({"user_id":0,"events":[]})", 200,
     R"({"user_id":0,"processed_events":[],"total_duration_ms":*,"trace_id":null})"},
    {"trace id from traceparent", "POST", "@",
     "Content-Type: application/json\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
     R"({"user_id":0,"events":[]})", 200, R"(*"trace_id":"0af7651916cd43dd8448eb211c80319c"})"},
    {"chunks", "POST", "@", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
     "a\r\n{\"user_id\"\r\nf;x=y\r\n:7,\"events\":[]}\r\n0\r\n\r\n", 200, R"({"user_id":7,*)"},
    {"gzip", "POST", "@", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", kGzip, 200,
     R"({"user_id":7,*)"},
    {"request id", "POST", "@", "X-Request-Id: smoke-1\r\n", R"({"user_id":0,"events":[]})", 200, "*",
     "x-request-id: smoke-1"},
    {"not JSON", "POST", "@", kJson, R"({"user_id":1,"events":[],})", 400,
     R"({"type":"/problems/not-json",*"offset":25*)"},
    {"a second document", "POST", "@", kJson, R"({"user_id":1,"events":[]}{})", 400,
     R"({"type":"/problems/not-json",*)"},
    {"an invalid event refuses the batch", "POST", "@", kJson,
     R"({"user_id":1,"events":[{"event_type":"$type","timestamp":"2023-13-01T00:00:00Z","payload":1}]})", 422,
     R"({"type":"/problems/invalid-events",*"pointer":"/events/0/timestamp","code":"bad_timestamp",*)",
     "content-type: application/problem+json"},
    {"handling=lenient skips it", "POST", "@", "Content-Type: application/json\r\nPrefer: handling=lenient\r\n",
     R"({"user_id":1,"events":[{"event_type":"$type","timestamp":1.5,"payload":1}]})", 200,
     R"({"user_id":1,"processed_events":[],*"errors":[{"pointer":"/events/0/timestamp","code":"wrong_type",*]})",
     "preference-applied: handling=lenient"},
    {"invalid events are skipped, as the server is set", "POST", "@", kJson,
     R"({"user_id":1,"events":[{"event_type":"$type","timestamp":1.5,"payload":1}]})", 200,
     R"({"user_id":1,"processed_events":[],*"errors":[{"pointer":"/events/0/timestamp","code":"wrong_type",*]})", "",
     true},
    {"a member that is missing", "POST", "@", kJson, R"({"events":[]})", 422,
     R"({"type":"/problems/invalid-request",*"pointer":"/user_id","code":"missing_member",*)"},
    {"a length over the limit", "POST", "@",
     "Content-Type: application/json\r\nContent-Length: 99999999999999999999\r\n", "", 413, "*", "connection: close"},
    {"a content type that is none of ours", "POST", "@", "Content-Type: application/xml\r\n", "<a/>", 415, "*"},
    {"length and chunks together", "POST", "@", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", 400,
     "*"},
    {"an unknown method", "DELETE", "@", "", "", 405, "*", "allow: *POST*"},
    {"an unknown path", "GET", "/no/such/path", "", "", 404, R"({"type":"/problems/not-found",*)"},
    {"OPTIONS", "OPTIONS", "*", "", "", 204, "", "allow: *"},
    {"the description", "GET", "/openapi.json", "", "", 200, R"(*"openapi"*)", "content-type: application/json"},
    {"a page of a problem", "GET", "/problems/not-json", "", "", 200, "*", "content-type: text/plain*"},
});

}  // namespace

std::span<const Golden> golden_requests() noexcept {
  return kGolden;
}

bool matches(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

std::string difference(const Golden& golden, std::string_view pattern, const net::ClientResponse& answer) {
  if (answer.status != golden.status) return fmt::format("status {}, expected {}", answer.status, golden.status);
  if (!matches(pattern, answer.content)) {
    return fmt::format("content {}, expected {}", in_quotes(answer.content), in_quotes(pattern));
  }
  const std::size_t colon = golden.answer_fields.find(": ");
  if (colon == std::string_view::npos) return {};
  const std::string_view name = golden.answer_fields.substr(0, colon);
  const auto value = answer.field(name);
  if (value && matches(golden.answer_fields.substr(colon + 2), *value)) return {};
  return fmt::format("field {} is {}", name, value ? in_quotes(*value) : "missing");
}

}  // namespace planish::app
