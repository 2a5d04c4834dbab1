// StreamSocket: what each call says of a peer that talks, is silent, is full, has shut down, or has gone.
#include <net/stream_socket.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::net {
namespace {

constexpr std::array kLetter{'a'};

class StreamSocketTest : public ::testing::Test {
 protected:
  StreamSocketTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    EXPECT_TRUE(socket_.adopt(Descriptor(ends[0])));
    peer_ = Descriptor(ends[1]);
  }
  void say(std::string_view bytes) const {
    EXPECT_EQ(::send(peer_.number(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] std::string heard() const {
    std::string bytes(1 << 20, '\0');
    const ssize_t size = ::recv(peer_.number(), bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }

  boost::asio::io_context context_;
  StreamSocket socket_{context_.get_executor()};
  Descriptor peer_;
  std::array<char, 4> room_{};
  std::array<char, 4> more_room_{};
};

TEST_F(StreamSocketTest, ReadsWhatIsThereAndSaysWhenThereIsNothing) {
  EXPECT_TRUE(socket_.read(room_).later());
  EXPECT_TRUE(socket_.peek().later());
  say("abcdefg");
  EXPECT_EQ(socket_.peek().bytes, 1U);
  EXPECT_EQ(socket_.read(room_, more_room_).bytes, 7U);
  EXPECT_EQ(std::string_view(room_.data(), 4), "abcd");
  EXPECT_EQ(std::string_view(more_room_.data(), 3), "efg");
  EXPECT_TRUE(socket_.read(room_).later());
}

TEST_F(StreamSocketTest, TellsAPeerThatHasShutDownFromOneThatIsSilent) {
  say("a");
  ::shutdown(peer_.number(), SHUT_WR);
  EXPECT_EQ(socket_.read(room_).bytes, 1U);
  const StreamSocket::Moved end = socket_.read(room_);
  EXPECT_EQ(end.kind, StreamSocket::Moved::Kind::some);
  EXPECT_EQ(end.bytes, 0U);
  EXPECT_FALSE(socket_.peek().later()) << "a connection that is closed carries no further request";
  EXPECT_EQ(socket_.send(std::span<const char>(kLetter)).bytes, 1U);
}

TEST_F(StreamSocketTest, SendsAllPiecesAtOnceUpToTheMost) {
  const std::vector<std::string_view> pieces(StreamSocket::kPiecesMax, "ab");
  EXPECT_EQ(socket_.send(pieces).bytes, 2 * StreamSocket::kPiecesMax);
  EXPECT_EQ(heard().size(), 2 * StreamSocket::kPiecesMax);
}

TEST_F(StreamSocketTest, SaysWhatThePeerHasNotTakenAndWhenItIsFull) {
  EXPECT_EQ(socket_.bytes_not_taken(), 0U);
  const std::string large(1 << 16, 'l');
  StreamSocket::Moved sent = socket_.send(std::span<const char>(large));
  while (sent.bytes > 0) sent = socket_.send(std::span<const char>(large));
  EXPECT_TRUE(sent.later());
  EXPECT_GT(socket_.bytes_not_taken(), 0U);
  while (!heard().empty()) continue;
  EXPECT_EQ(socket_.bytes_not_taken(), 0U);
  EXPECT_GT(socket_.send(std::span<const char>(large)).bytes, 0U);
}

TEST_F(StreamSocketTest, IsBrokenOnceThePeerHasGone) {
  peer_ = Descriptor();
  EXPECT_TRUE(socket_.send(std::span<const char>(kLetter)).broken());
  socket_.close();
  EXPECT_TRUE(socket_.read(room_).broken());
  EXPECT_TRUE(socket_.send(std::span<const char>(kLetter)).broken());
}

TEST_F(StreamSocketTest, ShutsDownItsOwnSideAlone) {
  socket_.shut_down_sending();
  std::array<char, 1> byte{};
  EXPECT_EQ(::recv(peer_.number(), byte.data(), 1, 0), 0);
  say("a");
  EXPECT_EQ(socket_.read(room_).bytes, 1U);
}

TEST_F(StreamSocketTest, BringsBackWhoWaits) {
  int to_read = 0;
  int to_write = 0;
  socket_.wait_to_write([&](const boost::system::error_code& error) { to_write += error ? 100 : 1; });
  context_.run();
  EXPECT_EQ(to_write, 1);
  socket_.wait_to_read([&](const boost::system::error_code& error) { to_read += error ? 100 : 1; });
  context_.restart();
  context_.poll();
  EXPECT_EQ(to_read, 0);
  socket_.cancel();
  context_.run();
  EXPECT_EQ(to_read, 100);
}

}  // namespace
}  // namespace planish::net
