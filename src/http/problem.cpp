// Problem: the kinds of problem, their pages, and how one is written.
#include <bytes/appender.hpp>
#include <http/counters.hpp>
#include <http/problem.hpp>
#include <http/problem_pages.hpp>

#include <algorithm>
#include <array>
#include <cassert>

namespace planish::http {
namespace {

using enum ProblemKind;

constexpr std::array<ProblemRow, kProblemKinds> kRows = {{
    {not_json, 400, "not-json", "The body is not JSON"},
    {invalid_request, 422, "invalid-request", "The request is invalid"},
    {invalid_events, 422, "invalid-events", "Some events are invalid"},
    {bad_content_coding, 400, "bad-content-coding", "The content coding is broken"},
    {bad_request, 400, "bad-request", "The message is malformed"},
    {not_found, 404, "not-found", "There is nothing at this path"},
    {method_not_allowed, 405, "method-not-allowed", "The path does not take this method"},
    {request_timeout, 408, "request-timeout", "The request took too long to arrive"},
    {length_required, 411, "length-required", "The request has no content"},
    {content_too_large, 413, "content-too-large", "The body is too large"},
    {uri_too_long, 414, "uri-too-long", "The request line is too long"},
    {unsupported_media_type, 415, "unsupported-media-type", "The body's type or coding is not understood"},
    {expectation_failed, 417, "expectation-failed", "The expectation cannot be met"},
    {too_many_requests, 429, "too-many-requests", "There are too many requests"},
    {request_header_fields_too_large, 431, "request-header-fields-too-large", "The head is too large"},
    {internal_server_error, 500, "internal-server-error", "The server failed"},
    {not_implemented, 501, "not-implemented", "The transfer coding is not implemented"},
    {bad_gateway, 502, "bad-gateway", "The upstream did not take the events"},
    {service_unavailable, 503, "service-unavailable", "The service is not available now"},
    {gateway_timeout, 504, "gateway-timeout", "The upstream did not answer in time"},
    {http_version_not_supported, 505, "http-version-not-supported", "The HTTP version is not supported"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].kind != static_cast<ProblemKind>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "a kind is its own row");

// The pages stand in problems/, one a slug.
constexpr std::array<std::string_view, kProblemKinds> kPages = [] {
  std::array<std::string_view, kProblemKinds> pages;
  for (std::size_t i = 0; i < kProblemKinds; ++i) {
    for (const auto& [slug, text] : kProblemPages) {
      if (slug == kRows[i].slug) pages[i] = text;
    }
  }
  return pages;
}();
static_assert(std::none_of(kPages.begin(), kPages.end(), [](std::string_view page) { return page.empty(); }),
              "each slug has a page");
static_assert(kProblemPages.size() == kProblemKinds, "each page has a slug");

constexpr bool all_counted() {
  return std::all_of(kRows.begin(), kRows.end(), [](const ProblemRow& row) {
    return std::find(kStatuses.begin(), kStatuses.end(), row.status) != kStatuses.end();
  });
}
static_assert(all_counted(), "every status is counted");

// What was seen to keep them from sending a refused batch again and again.
void write_for_sdk(const Problem& problem, const ProblemRow& row, bytes::Appender& json) noexcept {
  switch (problem.sdk) {
    case Sdk::none:
    case Sdk::posthog:
      return;
    case Sdk::segment:
      json.text(R"(,"code":")");
      json.text(row.slug);
      json.text(R"(","message":")");
      json.text(problem.detail);
      json.text("\"");
      return;
    case Sdk::mixpanel:
      json.text(R"(,"error":")");
      json.text(problem.detail);
      json.text("\"");
      return;
    case Sdk::amplitude:
      json.text(R"(,"code":)");
      json.number(row.status);
      json.text(R"(,"error":")");
      json.text(problem.detail);
      json.text(R"(","missing_field":"events")");
      return;
  }
}

}  // namespace

const ProblemRow& row_of(ProblemKind kind) noexcept {
  return kRows[static_cast<std::size_t>(kind)];
}

std::string_view page_of(ProblemKind kind) noexcept {
  return kPages[static_cast<std::size_t>(kind)];
}

const ProblemRow* find_problem(std::string_view slug) noexcept {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const ProblemRow& row) { return row.slug == slug; });
  return found == kRows.end() ? nullptr : &*found;
}

std::size_t write(const Problem& problem, std::span<char> out) noexcept {
  const ProblemRow& row = row_of(problem.kind);
  bytes::Appender json(out);
  json.text(R"({"type":"/problems/)");
  json.text(row.slug);
  json.text(R"(","title":")");
  json.text(row.title);
  json.text(R"(","status":)");
  json.number(row.status);
  json.text(R"(,"detail":")");
  json.text(problem.detail);
  json.text(R"(","request_id":")");
  json.text(problem.request_id);
  json.text("\"");
  if (problem.offset) {
    json.text(R"(,"offset":)");
    json.number(*problem.offset);
  }
  if (problem.upstream_status != 0) {
    json.text(R"(,"upstream_status":)");
    json.number(problem.upstream_status);
  }
  if (problem.errors) {
    json.text(R"(,"errors":[)");
    for (const planish::Fault& fault : *problem.errors) {
      if (&fault != problem.errors->data()) json.text(",");
      json.used(planish::write(fault, json.free()));
    }
    json.text("]");
  }
  write_for_sdk(problem, row, json);
  json.text("}");
  assert(!json.cut());
  return json.size();
}

}  // namespace planish::http
