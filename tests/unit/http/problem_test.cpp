// Problem: the table whole, and its JSON byte by byte.
#include <http/counters.hpp>
#include <http/problem.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

std::string text_of(const Problem& problem) {
  std::string text(kProblemBytesMax, '#');
  text.resize(write(problem, text));
  return text;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

TEST(Problem, IsExactWithoutErrors) {
  EXPECT_EQ(text_of({.kind = ProblemKind::not_found, .detail = "No route has this path", .request_id = "a-1"}),
            R"({"type":"/problems/not-found","title":"There is nothing at this path","status":404,)"
            R"("detail":"No route has this path","request_id":"a-1"})");
}

TEST(Problem, IsExactWithAnOffset) {
  EXPECT_EQ(text_of({.kind = ProblemKind::not_json, .detail = "d", .request_id = "i", .offset = 17}),
            R"({"type":"/problems/not-json","title":"The body is not JSON","status":400,"detail":"d",)"
            R"("request_id":"i","offset":17})");
}

TEST(Problem, IsExactWithErrors) {
  const std::vector<planish::Fault> faults = {
      {.code = Errc::missing_member, .place = {"/user_id"}},
      {.code = Errc::empty_event_type, .event = 3, .place = {"/events", true, "/event_type"}}};
  const std::string text =
      text_of({.kind = ProblemKind::invalid_request, .detail = "d", .request_id = "i", .errors = faults});
  EXPECT_TRUE(text.starts_with(
      R"({"type":"/problems/invalid-request","title":"The request is invalid","status":422,"detail":"d",)"
      R"("request_id":"i","errors":[{"pointer":"/user_id","code":"missing_member","detail":")"))
      << text;
  EXPECT_NE(text.find(R"("},{"pointer":"/events/3/event_type","code":"empty_event_type","detail":")"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\"}]}"));
}

TEST(Problem, ListsNoErrorsAsAnEmptyList) {
  const std::vector<planish::Fault> none;
  EXPECT_TRUE(
      text_of({.kind = ProblemKind::invalid_events, .errors = none}).ends_with(R"("request_id":"","errors":[]})"));
}

TEST(Problem, FitsItsBoundsWithEverythingAtItsLongest) {
  const std::string detail(kDetailBytesMax, 'd');
  const std::string id(128, 'i');
  const std::string longest(kPointerBytesMax, 'x');
  const planish::Fault fault{Errc::wrong_type, 0, UINT32_MAX, INT64_MIN, {longest, true, longest, longest}};
  const std::vector<planish::Fault> faults(kFaultsListed, fault);
  for (std::size_t kind = 0; kind < kProblemKinds; ++kind) {
    Problem problem{.kind = static_cast<ProblemKind>(kind),
                    .detail = detail,
                    .request_id = id,
                    .offset = SIZE_MAX,
                    .upstream_status = 599};
    EXPECT_LE(text_of(problem).size(), kPlainProblemBytesMax);
    problem.errors = faults;
    EXPECT_LE(text_of(problem).size(), kProblemBytesMax);
  }
}

TEST(ProblemTable, HasTheSlugsOfTheContractOnce) {
  std::set<std::string_view> slugs;
  for (std::size_t kind = 0; kind < kProblemKinds; ++kind) {
    const ProblemRow& row = row_of(static_cast<ProblemKind>(kind));
    EXPECT_EQ(find_problem(row.slug), &row);
    slugs.insert(row.slug);
  }
  EXPECT_EQ(slugs.size(), kProblemKinds);
  for (const std::string_view slug :
       {"not-json", "invalid-request", "invalid-events", "bad-content-coding", "bad-request", "not-found",
        "too-many-requests", "bad-gateway", "gateway-timeout", "content-too-large", "request-header-fields-too-large",
        "http-version-not-supported"}) {
    EXPECT_TRUE(slugs.contains(slug)) << slug;
  }
  EXPECT_EQ(find_problem(""), nullptr);
  EXPECT_EQ(find_problem("nope"), nullptr);
}

TEST(ProblemTable, HasARowForEachErrorStatus) {
  for (const unsigned status : http::kStatuses) {
    std::size_t rows = 0;
    for (std::size_t kind = 0; kind < kProblemKinds; ++kind)
      rows += row_of(static_cast<ProblemKind>(kind)).status == status;
    EXPECT_EQ(rows, status == 400 ? 3U : status == 422 ? 2U : status < 400 ? 0U : 1U) << status;
  }
}

TEST(ProblemTable, ExplainsEachKindInAFewLinesAndNamesNothingOfItsMakings) {
  for (std::size_t kind = 0; kind < kProblemKinds; ++kind) {
    const ProblemRow& row = row_of(static_cast<ProblemKind>(kind));
    const std::string_view page = page_of(row.kind);
    EXPECT_TRUE(is_plain(row.title) && is_plain(row.slug));
    EXPECT_TRUE(page.ends_with('\n')) << row.slug;
    EXPECT_LE(std::count(page.begin(), page.end(), '\n'), 4) << row.slug;
    EXPECT_LE(page.size(), kPlainProblemBytesMax) << row.slug;
    for (const std::string_view makings : {"simdjson", "Boost", "Beast", "asio", "zlib", ".cpp", ".hpp"}) {
      EXPECT_EQ(page.find(makings), std::string_view::npos) << row.slug;
    }
  }
}

}  // namespace
}  // namespace planish::http
