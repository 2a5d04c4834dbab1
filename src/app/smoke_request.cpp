// SmokeRequest: what the golden requests leave open is filled in, and those that a server cannot answer are left out.
#include <app/smoke_request.hpp>
#include <bytes/ascii.hpp>

#include <app/probe.hpp>
#include <app/setting_checks.hpp>
#include <app/values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planish::app {
namespace {

// One instant in each unit, as it is sent and as it comes back.
struct Instant {
  std::string_view unit, sent, ms;
};
constexpr std::array<Instant, 5> kInstants = {{{"ms", "1699123456789", "1699123456789"},
                                               {"s", "1699123456", "1699123456000"},
                                               {"us", "1699123456789000", "1699123456789"},
                                               {"ns", "1699123456789000000", "1699123456789"},
                                               {"auto", "1699123456789", "1699123456789"}}};

// Of {"id":1}, which is its own canonical form, and of { "b":1.0,"a":"\u00e9" }. Those of the public tools.
struct Hashes {
  std::string_view hash, canonical, first, second;
};
constexpr auto kHashes = std::to_array<Hashes>({
    {"xxh3-128", "jcs", "b740eaf9c9eebfb7273ee74bfb95edc4", "1492a4fcc05d911eeeb76a0630e572b7"},
    {"xxh3-128", "raw", "b740eaf9c9eebfb7273ee74bfb95edc4", "6e75fe9c1a97f8f126a2494e34b09e61"},
    {"xxh3-64", "jcs", "eae780b141b62740", "b0aee00fcb93de9d"},
    {"xxh3-64", "raw", "eae780b141b62740", "5e3d34f580ced6b1"},
    {"sha256", "jcs", "037c9214eef74cc3887f3a4f085b4e17d76280dafd273b0ee160c09c4ba1cfd4",
     "aa58fba8483623bed37c1b02edfccbdd9a53123837c20bfa4cb4049993a2872e"},
    {"sha256", "raw", "037c9214eef74cc3887f3a4f085b4e17d76280dafd273b0ee160c09c4ba1cfd4",
     "b42adcf8c395b5e50b3ab57d98e684fb21042c8926a045608a4cdf1fabd7b801"},
    {"prefix8", "jcs", R"({\"id\":1})", R"({\"a\":\"é\")"},
    {"prefix8", "raw", R"({\"id\":1})", R"({ \"b\":1.)"},
});

// Event types that need no escape, neither in JSON nor in a pattern.
bool is_plain(std::string_view type) {
  return !type.empty() && std::all_of(type.begin(), type.end(), [](char c) {
    return bytes::is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
  });
}

std::string_view event_type_for(const AskedServer& server, const Settings& own) {
  if (server.value("event_types") != kAllEventTypes) {
    const auto plain = std::find_if(own.endpoint.event_types.begin(), own.endpoint.event_types.end(), is_plain);
    if (plain != own.endpoint.event_types.end()) return *plain;
  }
  return "click";
}

void replace(std::string& text, std::string_view open, std::string_view with) {
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + with.size())) {
    text.replace(at, open.size(), with);
  }
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_of_the_transform(const Golden& golden) {
  return golden.target == "@";
}

std::string target_of(const Golden& golden, std::string_view path) {
  if (is_of_the_transform(golden)) return std::string(path);
  // A path that nobody has: the transform might.
  return std::string(golden.target) + (golden.target == path ? "/2" : "");
}

std::string fields_of(const Golden& golden, const AskedServer& server) {
  std::string fields(golden.fields);
  const bool strict = server.value("invalid_events") == "refuse";
  if (is_of_the_transform(golden) && !strict && !golden.skipping && !has(fields, "Prefer:"))
    fields += "Prefer: handling=strict\r\n";
  return fields;
}

// Of the golden requests, those with an event that is accepted: the answer tells it.
bool has_valid_event(const Golden& golden) {
  return is_of_the_transform(golden) && has(golden.answer, "normalized_timestamp");
}

// Nobody has asked for golden events in a store. What is refused goes nowhere, and is asked.
std::string reason_of_upstream(const Golden& golden, const AskedServer& server) {
  if (has_valid_event(golden) && server.has_upstream()) return "its event would go on to the server's upstream";
  if (has_valid_event(golden) && !server.value("upstream")) return "whether the server has an upstream is not known";
  const bool is_success = is_of_the_transform(golden) && golden.status / 100 == 2;
  return is_success && server.has_upstream() ? "it depends on the server's upstream" : std::string();
}

std::string reason_before(const Golden& golden, const AskedServer& server) {
  const std::string stranger = server.stranger();
  if (is_of_the_transform(golden) && !stranger.empty()) return "it depends on the server's " + stranger;
  if (server.is_admin_address() && (is_of_the_transform(golden) || golden.target == "/openapi.json"))
    return "this is the admin address";
  if (has(golden.content, "$time") && !server.value("timestamp_unit"))
    return "the server's timestamp_unit is not known";
  return reason_of_upstream(golden, server);
}

// Limits that are as small as the requests. None known: none counts.
std::string reason_of_limits(const AskedServer& server, std::size_t head_bytes, std::size_t content_bytes) {
  const auto over = [&server](std::string_view key, std::size_t bytes) {
    const auto told = server.value(key);
    const auto limit = told ? parse_bytes(*told) : std::nullopt;
    return limit && bytes > *limit;
  };
  if (over("max_header", head_bytes))
    return fmt::format("its head has {} bytes, and the server's max_header is {}", head_bytes,
                       *server.value("max_header"));
  if (over("max_body", content_bytes))
    return fmt::format("its content has {} bytes, and the server's max_body is {}", content_bytes,
                       *server.value("max_body"));
  return {};
}

}  // namespace

SmokeRequest make_smoke_request(const Golden& golden, const AskedServer& server, const Settings& own,
                                const net::Url& url) {
  SmokeRequest out;
  out.left_out = reason_before(golden, server);
  std::string content(golden.content);
  out.answer = golden.answer;
  const std::string_view type = event_type_for(server, own);
  replace(content, "$type", type);
  replace(out.answer, "$type", type);
  const auto* instant = std::find_if(kInstants.begin(), kInstants.end(),
                                     [&](const Instant& one) { return one.unit == server.value("timestamp_unit"); });
  replace(content, "$time", instant == kInstants.end() ? kInstants[0].sent : instant->sent);
  replace(out.answer, "$ms", instant == kInstants.end() ? "*" : instant->ms);
  const auto* hashes = std::find_if(kHashes.begin(), kHashes.end(), [&](const Hashes& one) {
    return one.hash == server.value("hash") && one.canonical == server.value("canonical");
  });
  replace(out.answer, "$hash1", hashes == kHashes.end() ? "*" : hashes->first);
  replace(out.answer, "$hash2", hashes == kHashes.end() ? "*" : hashes->second);
  const std::string target = target_of(golden, server.value("path").value_or("/"));
  out.request = probe_request(url, golden.method, target, fields_of(golden, server), content);
  if (out.left_out.empty())
    out.left_out = reason_of_limits(server, out.request.size() - content.size(), content.size());
  return out;
}

std::string excuse(const Golden& golden, const AskedServer& server, const net::ClientResponse& answer) {
  if (server.value("event_types") != kAllEventTypes && has(answer.content, R"("code":"unknown_event_type")"))
    return "none of the event types that the server allows is known; --event-types may name some";
  if (answer.status == golden.status) return {};
  if (answer.status == 404 && is_of_the_transform(golden) && !server.value("path"))
    return "the server's path is not known; name it with --path";
  if (answer.status == 204 && is_of_the_transform(golden) && !server.value("upstream"))
    return "the server seems to have an upstream, of which nothing is known";
  if (answer.status == 413 && !server.value("max_body")) return "it is over the server's max_body, which is not known";
  if ((answer.status == 414 || answer.status == 431) && !server.value("max_header"))
    return "it is over the server's max_header, which is not known";
  return {};
}

}  // namespace planish::app
