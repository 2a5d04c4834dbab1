// Service: what goes on to an upstream, and what the client is told of what came of it. THE table of section 13.
#include <http/fault_table.hpp>
#include <http/prefer.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>
#include <http/upstream.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

// What a client is told where it does not have a success.
Fault fault_of(const UpstreamSaid& said) noexcept {
  switch (said.kind) {
    case UpstreamSaid::Kind::no_connection:
      return Fault::upstream_unreachable;
    case UpstreamSaid::Kind::late:
      return Fault::upstream_late;
    case UpstreamSaid::Kind::broken:
      return Fault::upstream_broken;
    case UpstreamSaid::Kind::answered:
      break;
  }
  if (said.status == 429) return Fault::upstream_busy;
  return said.status == 503 ? Fault::upstream_unavailable : Fault::upstream_refused;
}

bool is_success(const UpstreamSaid& said) noexcept {
  return said.kind == UpstreamSaid::Kind::answered && said.status / 100 == 2;
}

template <std::size_t size>
std::uint8_t keep(std::string_view text, std::array<char, size>& memory) noexcept {
  static_assert(size <= 255);
  return static_cast<std::uint8_t>(text.copy(memory.data(), memory.size()));
}

}  // namespace

// The content lies in the room already; without any event there is nothing to ask.
Response Service::respond_forwarded(const Asked& asked, Response response) {
  const Endpoint& endpoint = *asked.routed.endpoint;
  const std::span<char> content = transformer_->finish(*response.transform_time);
  const std::span<char> acknowledged = transformer_->acknowledge();
  if (response.events->ok == 0) {
    response = respond_acknowledged(response, acknowledged);
    if (response.content.data() == nullptr) response.content = asked.room.first(0);
    return response;
  }
  const std::size_t head_bytes = write_upstream_head(content.data(), *endpoint.upstream,
                                                     {.content_bytes = content.size(),
                                                      .request_id = asked.request_id,
                                                      .traced = !asked.request.trace_id.empty(),
                                                      .events = *response.events},
                                                     asked.request.fields);
  forward_.upstream = endpoint.upstream.get();
  forward_.request = {content.data() - head_bytes, head_bytes + content.size()};
  forward_.answer = acknowledged;
  Owed& owed = forward_.owed;
  owed.endpoint = &endpoint;
  owed.received_at = asked.received_at;
  owed.transform_time = *response.transform_time;
  owed.request_bytes = response.request_bytes;
  owed.events = *response.events;
  owed.prefer = asked.request.prefer;
  owed.http_1_0 = asked.request.http_1_0;
  owed.request_id_size = keep(asked.request_id, owed.request_id_text);
  // A longer one than any that is configured is only ever allowed as one of all.
  const std::string_view origin = asked.request.origin;
  owed.origin_size = keep(origin.substr(0, origin.size() > kOriginBytesMax ? 1 : origin.size()), owed.origin_text);
  response.content = content;
  return response;
}

// What client libraries want of a success, section 9.
Response Service::respond_acknowledged(Response response, std::span<char> content) const noexcept {
  response.content = content;
  if (content.empty()) {
    response.status = 204;
    response.content_type = {};
  }
  return response;
}

Response Service::respond_relayed(const UpstreamSaid& said, Response response, std::span<char> room) const noexcept {
  response.status = said.status;
  response.content_type = said.media_type;
  const bool has_content = said.status != 204 && said.status != 205;  // RFC 9110, sections 15.3.5 and 15.3.6
  if (!has_content) response.content_type = {};
  response.untyped = said.status != 204;
  assert(said.content.size() <= room.size());
  response.content = room.first(has_content ? said.content.size() : 0);
  std::copy_n(said.content.begin(), response.content.size(), response.content.begin());
  return response;
}

Response Service::answer(const Owed& owed, std::string_view acknowledged, const UpstreamSaid& said,
                         std::span<char> room) noexcept {
  Response response = respond_upstream(owed, said, room);
  if (response.status / 100 == 2 && !owed.endpoint->upstream->relays) {
    response.content_type = "application/json";
    response = respond_acknowledged(response, room.first(acknowledged.copy(room.data(), room.size())));
  }
  response.request_id = owed.request_id();
  return response;
}

Response Service::respond_upstream(const Owed& owed, const UpstreamSaid& said, std::span<char> room) noexcept {
  Response response{.fields = preference_applied(owed.prefer),
                    .transform_time = owed.transform_time,
                    .request_bytes = owed.request_bytes};
  if (is_success(said)) {
    response.events = owed.events;
    return owed.endpoint->upstream->relays ? respond_relayed(said, response, room) : response;
  }
  const FaultRow& row = row_of(fault_of(said));
  response.fields = {};
  if (row.fields == FaultRow::Fields::upstreams) {
    constexpr std::string_view kName = "Retry-After: ";
    const std::string_view value = said.retry_after.empty() ? "1" : said.retry_after;
    char* out = upstream_retry_after_.data();
    assert(kName.size() + value.size() + 2 <= upstream_retry_after_.size());
    for (const std::string_view piece : {kName, value, std::string_view("\r\n")}) out += piece.copy(out, piece.size());
    response.fields = {upstream_retry_after_.data(), out};
  }
  const bool names_status = row.problem == ProblemKind::bad_gateway;
  return problem(room,
                 {.kind = row.problem,
                  .detail = row.detail,
                  .request_id = owed.request_id(),
                  .upstream_status = names_status ? said.status : 0,
                  .sdk = owed.endpoint->shape().sdk},
                 response);
}

}  // namespace planish::http
