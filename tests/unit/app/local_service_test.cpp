// The transform without a server: the same answers as a POST gets, and bodies read from files within their limit.
#include <app/body_reader.hpp>
#include <app/local_service.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

Settings defaults() {
  Complaints complaints;
  return merge({}, complaints).settings;
}

std::string answer(LocalService& service, std::string_view body, unsigned status) {
  std::vector<char> buffer(body.begin(), body.end());
  buffer.resize(body.size() + kPadding);
  const auto given = service.answer(buffer, body.size());
  EXPECT_EQ(given.status, status);
  return std::string(given.content);
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File file_of(std::string_view text) {
  File file{std::tmpfile(), &std::fclose};
  std::fwrite(text.data(), 1, text.size(), file.get());
  std::rewind(file.get());
  return file;
}

std::string_view body_of(const BodyReader& reader) {
  return {reader.buffer().data(), reader.size()};
}

TEST(LocalService, AnswersAsAPostIsAnswered) {
  LocalService service{defaults()};
  EXPECT_TRUE(
      answer(service, R"({"user_id":1,"events":[]})", 200).starts_with(R"({"user_id":1,"processed_events":[],)"));
  EXPECT_TRUE(answer(service, "[", 400).starts_with(R"({"type":"/problems/not-json")"));
  EXPECT_TRUE(answer(service, "{}", 422).starts_with(R"({"type":"/problems/invalid-request")"));
}

TEST(LocalService, ABodyOverTheLimitIsTooLarge) {
  Settings settings = defaults();
  settings.body_bytes_max = 25;
  LocalService service{settings};
  static_cast<void>(answer(service, R"({"user_id":1,"events":[]})", 200));
  static_cast<void>(answer(service, R"({"user_id":1,"events":[] })", 413));
}

TEST(LocalService, SettingsReachTheTransform) {
  Settings settings = defaults();
  settings.endpoints.front().event_types = {"click"};
  settings.endpoints.front().invalid_events = InvalidEvents::skip;
  LocalService service{settings};
  EXPECT_NE(answer(service, R"({"user_id":1,"events":[{"event_type":"view","timestamp":0,"payload":0}]})", 200)
                .find("unknown_event_type"),
            std::string::npos);
}

TEST(BodyReader, LinesAreReadWithoutTheirNewlines) {
  const File file = file_of("one\n\ntwo");
  BodyReader reader{::fileno(file.get()), 3, [] {}};
  ASSERT_TRUE(reader.read_line());
  EXPECT_EQ(body_of(reader), "one");
  ASSERT_TRUE(reader.read_line());
  EXPECT_EQ(body_of(reader), "");
  ASSERT_TRUE(reader.read_line());
  EXPECT_EQ(body_of(reader), "two");
  EXPECT_FALSE(reader.read_line());
}

TEST(BodyReader, TheLastNewlineBeginsNoLine) {
  const File file = file_of("one\n");
  BodyReader reader{::fileno(file.get()), 10, [] {}};
  EXPECT_TRUE(reader.read_line());
  EXPECT_FALSE(reader.read_line());
}

TEST(BodyReader, ALineOverTheLimitIsCutAfterItsFirstByteTooMany) {
  const std::string text = std::string(200'000, 'x') + "\nnext\n";
  const File file = file_of(text);
  BodyReader reader{::fileno(file.get()), 1'000, [] {}};
  ASSERT_TRUE(reader.read_line());
  EXPECT_EQ(reader.size(), 1'001U);
  ASSERT_TRUE(reader.read_line());
  EXPECT_EQ(body_of(reader), "next");
}

TEST(BodyReader, AWholeFileIsReadUpToOneByteOverTheLimit) {
  for (const std::size_t bytes : {0U, 1U, 99'999U, 100'000U, 100'001U, 300'000U}) {
    const File file = file_of(std::string(bytes, 'x'));
    BodyReader reader{::fileno(file.get()), 100'000, [] {}};
    reader.read_all();
    EXPECT_EQ(reader.size(), std::min<std::size_t>(bytes, 100'001U));
    EXPECT_EQ(reader.buffer().size(), 100'001U + kPadding);
    EXPECT_FALSE(reader.failed());
  }
}

}  // namespace
}  // namespace planish::app
