// UpstreamAnswer: what an upstream says, the same however its bytes are cut; what is no response is never one.
#include <http/limits.hpp>
#include <http/upstream_answer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using Content = UpstreamAnswer::Content;
using State = UpstreamAnswer::State;

struct Told {
  State state;
  unsigned status;
  std::string content;
  bool keeps;
  bool operator==(const Told&) const = default;
};

// Gives the bytes in pieces of `step`, offering again what is asked for, as a connection does.
Told tell(std::string_view bytes, std::size_t step, Content content = Content::keep, bool ends = true) {
  UpstreamAnswer answer(content);
  std::string held;
  UpstreamAnswer::Progress progress{State::head};
  std::size_t given = 0;
  const auto going = [&] { return answer.state() == State::head || answer.state() == State::content; };
  while (going() && given < bytes.size()) {
    const std::string_view piece = bytes.substr(given, step);
    given += piece.size();
    held += piece;
    progress = answer.advance(held, false);
    held = held.substr(progress.from, progress.size);
  }
  if (going() && ends) {
    progress = answer.advance(held, true);
    held = held.substr(progress.from, progress.size);
  }
  const bool done = answer.state() == State::done;
  return {answer.state(), answer.status(), done ? held : "", answer.keeps_connection()};
}

Told tell(std::string_view bytes) {
  const Told whole = tell(bytes, bytes.size());
  for (std::size_t step = 1; step < bytes.size() && step < 40; ++step) {
    Told cut = tell(bytes, step);
    // What stands behind an answer may not have come yet when it is done.
    if (cut.state == State::done && !whole.keeps) cut.keeps = false;
    EXPECT_EQ(cut.state, whole.state) << bytes << " cut every " << step;
    EXPECT_EQ(cut.content, whole.content) << bytes << " cut every " << step;
    if (whole.state == State::done) {
      EXPECT_EQ(cut.status, whole.status) << bytes << " cut every " << step;
    }
  }
  return whole;
}

std::string answer(std::string_view fields, std::string_view content = {}, std::string_view line = "HTTP/1.1 200 OK") {
  return std::string(line) + "\r\n" + std::string(fields) + "\r\n" + std::string(content);
}

TEST(UpstreamAnswer, ReadsALength) {
  EXPECT_EQ(tell(answer("Content-Length: 5\r\n", "hello")), (Told{State::done, 200, "hello", true}));
  EXPECT_EQ(tell(answer("Content-Length: 0\r\n")), (Told{State::done, 200, "", true}));
  EXPECT_EQ(tell(answer("Content-Length: 6\r\n", "hello")).state, State::broken);
}

TEST(UpstreamAnswer, ReadsChunksAndTrailers) {
  EXPECT_EQ(tell(answer("Transfer-Encoding: Chunked\r\n", "5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n")),
            (Told{State::done, 200, "hello!", true}));
  EXPECT_EQ(tell(answer("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n")).state, State::broken);
  EXPECT_EQ(tell(answer("Transfer-Encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n")).state, State::broken);
}

TEST(UpstreamAnswer, ReadsUpToTheEndOfTheStream) {
  EXPECT_EQ(tell(answer("", "hello")), (Told{State::done, 200, "hello", false}));
  EXPECT_EQ(tell(answer("", "hello", "HTTP/1.0 201 Created")), (Told{State::done, 201, "hello", false}));
}

TEST(UpstreamAnswer, HasNoContentAfter204And304) {
  EXPECT_EQ(tell(answer("", "", "HTTP/1.1 204 No Content")), (Told{State::done, 204, "", true}));
  EXPECT_EQ(tell(answer("Content-Length: 9\r\n", "", "HTTP/1.1 304 ")), (Told{State::done, 304, "", true}));
  EXPECT_EQ(tell(answer("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "HTTP/1.1 204 ")).state, State::broken);
}

TEST(UpstreamAnswer, KeepsTheConnectionAsBothSidesSay) {
  const std::string length = "Content-Length: 0\r\n";
  EXPECT_FALSE(tell(answer(length + "Connection: x, Close\r\n")).keeps);
  EXPECT_FALSE(tell(answer(length, "", "HTTP/1.0 200 OK")).keeps);
  EXPECT_TRUE(tell(answer(length + "connection: keep-alive\r\n", "", "HTTP/1.0 200 OK")).keeps);
}

TEST(UpstreamAnswer, KeepsNoConnectionOnWhichMoreCameThanWasAsked) {
  EXPECT_EQ(tell(answer("Content-Length: 5\r\n", "hello" + answer("Content-Length: 0\r\n"))),
            (Told{State::done, 200, "hello", false}));
  const std::string twice = answer("Transfer-Encoding: chunked\r\n", "0\r\n\r\nHTTP/1.1 500 No\r\n\r\n");
  EXPECT_EQ(tell(twice), (Told{State::done, 200, "", false}));
}

TEST(UpstreamAnswer, PassesOverInterimResponsesUpToABound) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  std::string many;
  for (unsigned i = 0; i < kUpstreamInterimMax; ++i) many += interim;
  EXPECT_EQ(tell(many + answer("Content-Length: 2\r\n", "ok")), (Told{State::done, 200, "ok", true}));
  EXPECT_EQ(tell(interim + many + answer("Content-Length: 2\r\n", "ok")).state, State::broken);
  EXPECT_EQ(tell(answer("", "", "HTTP/1.1 101 Switching Protocols")).state, State::broken);
}

TEST(UpstreamAnswer, RefusesWhatTwoReadersCouldTakeInTwoWays) {
  for (const char* fields : {
           "Content-Length: 2\r\nContent-Length: 2\r\n",
           "Content-Length: 2, 2\r\n",
           "Content-Length: +2\r\n",
           "Content-Length: \r\n",
           "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Content-Length : 2\r\n",
           " Content-Length: 2\r\n",
           "A: b\r\n c\r\n",
           "A: b\nContent-Length: 2\r\n",
           "A\r\n",
           "A: \x01\r\n",
       }) {
    EXPECT_EQ(tell(answer(fields, "ok")).state, State::broken) << fields;
  }
  EXPECT_EQ(tell(answer("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "HTTP/1.0 200 OK")).state, State::broken);
}

TEST(UpstreamAnswer, RefusesWhatIsNoStatusLine) {
  for (const char* line :
       {"", "\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 2000 \r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\r\n", "HTTP/1.1 200 O\x7fK\r\n\r\n", "HTTP/1.1 099 No\r\n\r\n", "HTTP/1.1 600 No\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"}) {
    EXPECT_EQ(tell(line).state, State::broken) << line;
  }
}

TEST(UpstreamAnswer, IsBrokenAtEveryTruncationOfOneWithALength) {
  const std::string whole = answer("Content-Length: 5\r\nX: y\r\n", "hello");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(tell(std::string_view(whole).substr(0, size), 7).state, State::broken) << size;
  }
}

TEST(UpstreamAnswer, HoldsTheStatusLineToItsLimit) {
  const std::string_view start = "HTTP/1.1 200 ";
  const std::string most = std::string(start) + std::string(kUpstreamLineBytesMax - start.size(), 'r');
  EXPECT_EQ(tell(answer("Content-Length: 0\r\n", "", most)).state, State::done);
  EXPECT_EQ(tell(answer("Content-Length: 0\r\n", "", most + "r")).state, State::broken);
}

TEST(UpstreamAnswer, HoldsTheHeadsToTheirLimit) {
  const auto of_size = [](std::size_t bytes) {
    const std::string rest = "Content-Length: 0\r\nX: ";
    const std::size_t others = std::string_view("HTTP/1.1 200 OK\r\n").size() + rest.size() + 4;
    return answer(rest + std::string(bytes - others, 'x') + "\r\n");
  };
  ASSERT_EQ(of_size(kUpstreamHeadBytesMax).size(), kUpstreamHeadBytesMax);
  EXPECT_EQ(tell(of_size(kUpstreamHeadBytesMax)).state, State::done);
  EXPECT_EQ(tell(of_size(kUpstreamHeadBytesMax + 1)).state, State::broken);
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(tell(interim + of_size(kUpstreamHeadBytesMax - interim.size())).state, State::done);
  EXPECT_EQ(tell(interim + of_size(kUpstreamHeadBytesMax - interim.size() + 1)).state, State::broken);
  std::string fields = "Content-Length: 0\r\n";
  for (std::size_t i = 1; i < kFieldsMax; ++i) fields += "A: b\r\n";
  EXPECT_EQ(tell(answer(fields)).state, State::done);
  EXPECT_EQ(tell(answer(fields + "A: b\r\n")).state, State::broken);
}

TEST(UpstreamAnswer, KeepsContentUpToItsLimitAndDropsWithoutOne) {
  const std::string most(kUpstreamContentBytesMax, 'c');
  const auto length = [](std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; };
  const auto at_once = [](const std::string& bytes, Content content) { return tell(bytes, 1 << 16, content); };
  EXPECT_EQ(at_once(answer(length(most.size()), most), Content::keep).content, most);
  EXPECT_EQ(at_once(answer(length(most.size() + 1), most + "c"), Content::keep).state, State::broken);
  EXPECT_EQ(at_once(answer("", most), Content::keep).content, most);
  EXPECT_EQ(at_once(answer("", most + "c"), Content::keep).state, State::broken);
  EXPECT_EQ(at_once(answer(length(most.size()), most), Content::drop), (Told{State::done, 200, "", true}));
  EXPECT_EQ(at_once(answer(length(most.size() + 1), most + "c"), Content::drop), (Told{State::done, 200, "", false}));
  EXPECT_EQ(at_once(answer("", most + "c"), Content::drop), (Told{State::done, 200, "", false}));
  EXPECT_EQ(at_once(answer("Transfer-Encoding: chunked\r\n", "100001\r\nc"), Content::drop).state, State::done);
  EXPECT_EQ(at_once(answer("Content-Length: 99999999999999999999999\r\n", "c"), Content::drop).state, State::done);
}

// A server that is busy may say so at length.
TEST(UpstreamAnswer, KeepsContentOfASuccessAlone) {
  const std::string head = "HTTP/1.1 503 Busy\r\nContent-Length: ";
  EXPECT_EQ(tell(head + "3\r\n\r\nabc", 1 << 16, Content::keep), (Told{State::done, 503, "", true}));
  EXPECT_EQ(tell(head + "1048577\r\n\r\nabc", 1 << 16, Content::keep), (Told{State::done, 503, "", false}));
  EXPECT_EQ(tell("HTTP/1.1 299 Fine\r\nContent-Length: 3\r\n\r\nabc", 1 << 16, Content::keep).content, "abc");
}

TEST(UpstreamAnswer, TellsMediaTypeAndRetryAfter) {
  const auto read = [](std::string bytes) {
    UpstreamAnswer answer(Content::keep);
    static_cast<void>(answer.advance(bytes, false));
    return answer;
  };
  const auto one = read(answer("Content-Type: text/x; a=b \r\nRetry-After:  7\r\nContent-Length: 0\r\n"));
  EXPECT_EQ(one.media_type(), "text/x; a=b");
  EXPECT_EQ(one.retry_after(), "7");
  EXPECT_EQ(read(answer("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n")).retry_after(),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const char* bad :
       {"Retry-After: -1\r\n", "Retry-After: 1.5\r\n", "Retry-After: 1\r\nRetry-After: 1\r\n",
        "Retry-After: 1234567890\r\n", "Retry-After: soon\r\n", "Retry-After: Sun, 06-Nov-94 08:49:37 GMTT\r\n"}) {
    EXPECT_EQ(read(answer(bad)).retry_after(), "") << bad;
  }
  EXPECT_FALSE(one.coded());
  EXPECT_TRUE(read(answer("Content-Encoding: gzip\r\n")).coded());
  EXPECT_FALSE(read(answer("Content-Encoding: Identity\r\n")).coded());
  const std::string most(UpstreamAnswer::kMediaTypeBytesMax, 'm');
  EXPECT_EQ(read(answer("Content-Type: " + most + "\r\n")).media_type(), most);
  EXPECT_EQ(read(answer("Content-Type: " + most + "m\r\n")).media_type(), "");
  EXPECT_EQ(read(answer("Content-Type: a/b\r\nContent-Type: a/b\r\n")).media_type(), "");
  EXPECT_EQ(read(answer("Content-Type: a/b;\tc=\xC3\xA9\r\n")).media_type(), "");
  EXPECT_EQ(read(answer("Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n")).media_type(), "");
}

TEST(UpstreamAnswer, TakesNothingFromAnInterimResponse) {
  std::string bytes = answer(
                          "Content-Type: a/b\r\nRetry-After: 7\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
                          "Content-Length: 9\r\nTransfer-Encoding: gzip\r\n",
                          {}, "HTTP/1.1 103 Early") +
                      answer("Content-Length: 2\r\n", "ok");
  UpstreamAnswer answer(Content::keep);
  EXPECT_EQ(answer.advance(bytes, false).state, State::done);
  EXPECT_EQ(answer.media_type(), "");
  EXPECT_EQ(answer.retry_after(), "");
  EXPECT_FALSE(answer.coded());
  EXPECT_TRUE(answer.keeps_connection());
}

}  // namespace
}  // namespace planish::http
