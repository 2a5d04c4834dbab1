// Service: what is counted of an answer.
#include "unit/http/service_fixture.hpp"

namespace planish::http {
namespace {

TEST_F(ServiceTest, CountsEachAnswerOnce) {
  const Request post = request(Method::post, "/");
  for (int n = 0; n < 5; ++n) {
    static_cast<void>(answer(post, kEvents));
    static_cast<void>(answer(post, "{"));
    static_cast<void>(answer(post, kHalf));
    static_cast<void>(answer(request(Method::get, "/nope")));
    static_cast<void>(answer(request(Method::get, "/")));
    static_cast<void>(answer(request(Method::options, "*")));
    static_cast<void>(refuse(Fault::bad_host, &post, true));
    static_cast<void>(refuse(Fault::bad_field, nullptr, true));
  }
  EXPECT_EQ(counted(Route::transform, 200), 5U);
  EXPECT_EQ(counted(Route::transform, 400), 5U);
  EXPECT_EQ(counted(Route::transform, 422), 5U);
  EXPECT_EQ(counted(Route::other, 404), 5U);
  EXPECT_EQ(counted(Route::transform, 405), 5U);
  EXPECT_EQ(counted(Route::asterisk, 204), 5U);
  EXPECT_EQ(counted(Route::none, 400), 10U);
  EXPECT_EQ(seen.size(), 40U);
  std::uint64_t total = 0;
  for (const auto& route : counters.requests) {
    for (const auto& counter : route) total += counter.value();
  }
  for (const auto& counter : counters.transforms[0]) total += counter.value();
  EXPECT_EQ(total, 40U);
  EXPECT_EQ(counters.rejected_by[static_cast<std::size_t>(Rejected::malformed)].value(), 10U);
}

TEST_F(ServiceTest, CountsALengthOverTheLimitAsUnroutedAndABodyThatGrowsOverItAsTheRoutes) {
  Request asked = request(Method::post, "/");
  asked.content_length = options.body_bytes_max + 1;
  static_cast<void>(refuse(Fault::length_long, &asked, true));
  EXPECT_EQ(counted(Route::none, 413), 1U);
  asked.content_length = options.body_bytes_max;  // encoded; the decoded bytes are too many
  static_cast<void>(refuse(Fault::body_long, &asked, true));
  asked.framing = Framing::chunked;
  static_cast<void>(refuse(Fault::body_long, &asked, true));
  EXPECT_EQ(counted(Route::transform, 413), 2U);
  EXPECT_EQ(counters.rejected_by[static_cast<std::size_t>(Rejected::too_large)].value(), 3U);
}

TEST_F(ServiceTest, CountsEventsAndTheirErrors) {
  Request asked = request(Method::post, "/");
  static_cast<void>(answer(asked, kEvents));
  EXPECT_EQ(counters.events_ok.value(), 1U);
  static_cast<void>(answer(asked, kHalf));  // refused: its valid event is in no answer
  EXPECT_EQ(counters.events_ok.value(), 1U);
  EXPECT_EQ(counters.events_invalid.value(), 1U);
  asked.prefer = Handling::lenient;
  static_cast<void>(answer(asked, kHalf));
  EXPECT_EQ(counters.events_ok.value(), 2U);
  EXPECT_EQ(counters.events_invalid.value(), 2U);
  EXPECT_EQ(counters.event_errors[static_cast<std::size_t>(Errc::empty_event_type)].value(), 2U);
  static_cast<void>(answer(asked, "{"));
  static_cast<void>(answer(asked, "{}"));
  EXPECT_EQ(counters.event_errors[static_cast<std::size_t>(Errc::missing_member)].value(), 2U);
  EXPECT_EQ(counters.events_invalid.value(), 2U);
}

TEST_F(ServiceTest, CountsBytesAndTimes) {
  clock_step = 60us;
  const std::string text = answer(request(Method::post, "/"), kEvents);
  EXPECT_EQ(counters.request_bytes.value(), kEvents.size());
  EXPECT_EQ(counters.response_bytes.value(), text.size());
  EXPECT_EQ(counters.transform_duration.sum_ns(), 60'000U);
  EXPECT_EQ(counters.request_duration.sum_ns(), 120'000U);
}

}  // namespace
}  // namespace planish::http
