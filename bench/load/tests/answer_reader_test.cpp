// The reader of answers over every split: what it says never depends on how the bytes were cut.
#include "answer_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using load::AnswerReader;
using load::Expected;
using load::Verdict;

const std::string body = R"({"user_id":1,"processed_events":[],"total_duration_ms":0,"trace_id":"t"})";

std::string answer(const std::string& content, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nDate: now\r\ncontent-LENGTH: " + std::to_string(content.size()) + "\r\n\r\n" +
         content;
}

std::vector<Verdict> read_cut_at(const std::string& bytes, std::size_t first, std::size_t second,
                                 const Expected* expected) {
  std::vector<Verdict> verdicts;
  AnswerReader reader(expected);
  const std::string_view all = bytes;
  for (const auto piece : {all.substr(0, first), all.substr(first, second - first), all.substr(second)}) {
    reader.feed(piece, [&](Verdict verdict) { verdicts.push_back(verdict); });
  }
  return verdicts;
}

void expect_over_all_splits(const std::string& bytes, const std::vector<Verdict>& wanted) {
  const Expected expected(body);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); second += 7) {
      ASSERT_EQ(read_cut_at(bytes, first, second, &expected), wanted) << first << ' ' << second;
    }
  }
}

TEST(AnswerReader, TakesAnyDuration) {
  expect_over_all_splits(answer(body), {Verdict::right});
  auto slow = body;
  slow.replace(slow.find(":0,") + 1, 1, "1234");
  expect_over_all_splits(answer(slow), {Verdict::right});
}

TEST(AnswerReader, ReadsPipelinedAnswers) {
  expect_over_all_splits(answer(body) + answer(body), {Verdict::right, Verdict::right});
}

// As Go's net/http sends what it is not told the length of.
std::string chunked(const std::string& content, std::size_t of) {
  std::string bytes = "HTTP/1.1 200 OK\r\ntransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < content.size(); at += of) {
    const std::string piece = content.substr(at, of);
    constexpr std::string_view digits = "0123456789abcdef";
    bytes += {digits[piece.size() / 16], digits[piece.size() % 16]};
    bytes += ";x=1\r\n" + piece + "\r\n";
  }
  return bytes + "0\r\nServer-Timing: 1\r\n\r\n";
}

TEST(AnswerReader, ReadsChunks) {
  for (const std::size_t of : {std::size_t{1}, std::size_t{7}, body.size()}) {
    expect_over_all_splits(chunked(body, of) + answer(body), {Verdict::right, Verdict::right});
  }
  auto wrong = body;
  wrong.back() = ']';
  expect_over_all_splits(chunked(wrong, 20) + chunked(body, 20), {Verdict::wrong_body, Verdict::right});
  expect_over_all_splits(chunked(body.substr(1), 20), {Verdict::wrong_body});
}

TEST(AnswerReader, StopsAtWhatIsNoChunk) {
  const Expected expected(body);
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& bytes :
       {head + "x\r\n", head + "\r\n", head + "1\r\naa\r\n", head + std::string(2000, '0')}) {
    EXPECT_EQ(read_cut_at(bytes, head.size() + 1, head.size() + 2, &expected), std::vector{Verdict::malformed})
        << bytes;
  }
}

TEST(AnswerReader, SeesAWrongByteWhereverItStands) {
  const Expected expected(body);
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '0') continue;  // the duration
    auto wrong = body;
    wrong[i] = '~';
    const auto bytes = answer(wrong);
    EXPECT_EQ(read_cut_at(bytes, bytes.size() / 2, bytes.size(), &expected), std::vector{Verdict::wrong_body}) << i;
  }
}

TEST(AnswerReader, SeesAShorterAndALongerBody) {
  expect_over_all_splits(answer(body.substr(0, body.size() - 1)), {Verdict::wrong_body});
  expect_over_all_splits(answer(body + "}"), {Verdict::wrong_body});
  expect_over_all_splits(answer(""), {Verdict::wrong_body});
}

TEST(AnswerReader, TellsAStatusFromABody) {
  expect_over_all_splits(answer("busy", "503 Service Unavailable") + answer(body),
                         {Verdict::wrong_status, Verdict::right});
}

TEST(AnswerReader, StopsAtWhatIsNoAnswer) {
  const Expected expected(body);
  EXPECT_EQ(read_cut_at("SSH-2.0\r\n\r\n" + answer(body), 3, 5, &expected), std::vector{Verdict::malformed});
  EXPECT_EQ(read_cut_at("HTTP/1.1 200 OK\r\n\r\n", 3, 5, &expected), std::vector{Verdict::malformed});  // no length
}

TEST(AnswerReader, KnowsWhetherAnAnswerIsUnderWay) {
  const auto bytes = answer(body);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    AnswerReader reader(nullptr);
    reader.feed(std::string_view(bytes).substr(0, cut), [](Verdict) {});
    EXPECT_EQ(reader.between_answers(), cut == 0 || cut == bytes.size());
  }
}

TEST(AnswerReader, ComparesABodyWithoutADurationToo) {
  const Expected expected("constant");
  EXPECT_EQ(read_cut_at(answer("constant"), 20, 50, &expected), std::vector{Verdict::right});
  EXPECT_EQ(read_cut_at(answer("constans"), 20, 50, &expected), std::vector{Verdict::wrong_body});
}

}  // namespace
