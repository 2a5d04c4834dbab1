// FaultRow: the table whole, against the rows of contract section 2.
#include <http/fault_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace planish::http {
namespace {

using Fields = FaultRow::Fields;
using Found = FaultRow::Found;

const FaultRow& row(std::size_t i) {
  return row_of(static_cast<Fault>(i));
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

TEST(FaultTable, SaysWhatTheContractSaysOfEachFault) {
  constexpr std::array<unsigned, kFaultCount> statuses = {400, 400, 400, 414, 400, 400, 431, 400, 505, 505, 400,
                                                          400, 400, 501, 417, 413, 404, 405, 411, 415, 415, 415,
                                                          415, 413, 400, 400, 400, 400, 408, 408, 503, 503, 500};
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    EXPECT_EQ(row_of(row(i).problem).status, statuses[i]) << i;
    EXPECT_TRUE(row(i).detail.size() <= kDetailBytesMax && is_plain(row(i).detail)) << row(i).detail;
  }
  EXPECT_EQ(row_of(Fault::bad_content_coding).problem, ProblemKind::bad_content_coding);
  EXPECT_EQ(row_of(Fault::bad_chunk).problem, ProblemKind::bad_request);
  EXPECT_TRUE(row_of(Fault::http_2).detail.starts_with("HTTP/2 is for the proxy"));
}

TEST(FaultTable, ClosesAfterWhatStandsBeforeRoutingAndAfter408And413And503) {
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    const unsigned status = row_of(row(i).problem).status;
    const bool of_message = row(i).found == Found::head || row_of(row(i).problem).slug == "bad-request";
    EXPECT_EQ(row(i).closes, of_message || status == 408 || status == 413 || status == 503) << i;
  }
}

TEST(FaultTable, SaysWhatAnAnswerOfItsStatusMustSay) {
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    const unsigned status = row_of(row(i).problem).status;
    EXPECT_EQ(row(i).fields == Fields::retry_after, status == 503) << i;
    EXPECT_EQ(row(i).fields == Fields::allow, status == 405) << i;
    EXPECT_EQ(row(i).fields == Fields::media_types || row(i).fields == Fields::codings, status == 415) << i;
  }
}

TEST(FaultTable, CountsWhatIsRefusedUnrouted) {
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    if (row(i).found == Found::head || row(i).found == Found::connection) EXPECT_TRUE(row(i).counted) << i;
    if (row(i).found == Found::routing) EXPECT_FALSE(row(i).counted) << i;
  }
}

}  // namespace
}  // namespace planish::http
