// traceparent: which values have a trace-id.
#include <http/traceparent.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::http {
namespace {

const std::string kTraceId = "0af7651916cd43dd8448eb211c80319c";
const std::string kValid = "00-" + kTraceId + "-b7ad6b7169203331-01";

std::string with(std::string value, std::size_t at, const std::string& replacement) {
  return value.replace(at, replacement.size(), replacement);
}

TEST(Traceparent, HasTheTraceId) {
  EXPECT_EQ(trace_id_of(kValid), kTraceId);
  EXPECT_EQ(trace_id_of(with(kValid, 53, "00")), kTraceId);
  EXPECT_EQ(trace_id_of(with(kValid, 53, "ff")), kTraceId);
}

TEST(Traceparent, HasExactly55BytesInVersion00) {
  for (std::size_t size = 0; size < kValid.size(); ++size) EXPECT_EQ(trace_id_of(kValid.substr(0, size)), "") << size;
  EXPECT_EQ(trace_id_of(kValid + "-"), "");
  EXPECT_EQ(trace_id_of(kValid + "0"), "");
  EXPECT_EQ(trace_id_of(kValid + " "), "");
}

TEST(Traceparent, MayGoOnBehindADashInLaterVersions) {
  for (const char* const version : {"01", "0a", "cc", "fe"}) {
    EXPECT_EQ(trace_id_of(with(kValid, 0, version)), kTraceId);
    EXPECT_EQ(trace_id_of(with(kValid, 0, version) + "-what-the-future-brings"), kTraceId);
    EXPECT_EQ(trace_id_of(with(kValid, 0, version) + "-"), kTraceId);
    EXPECT_EQ(trace_id_of(with(kValid, 0, version) + "x"), "");
  }
  EXPECT_EQ(trace_id_of(with(kValid, 0, "ff")), "");
}

TEST(Traceparent, IsLowerCaseHexAndDashesAtEveryPlace) {
  for (std::size_t i = 0; i < kValid.size(); ++i) {
    for (const char* const wrong : {"A", "g", " ", "/", ":", "`"})
      EXPECT_EQ(trace_id_of(with(kValid, i, wrong)), "") << i;
    if (kValid[i] != '-') {
      EXPECT_EQ(trace_id_of(with(kValid, i, "-")), "") << i;
    }
  }
}

TEST(Traceparent, HasNoIdOfZeros) {
  EXPECT_EQ(trace_id_of(with(kValid, 3, std::string(32, '0'))), "");
  EXPECT_EQ(trace_id_of(with(kValid, 36, std::string(16, '0'))), "");
  EXPECT_NE(trace_id_of(with(kValid, 3, std::string(31, '0') + "1")), "");
}

}  // namespace
}  // namespace planish::http
