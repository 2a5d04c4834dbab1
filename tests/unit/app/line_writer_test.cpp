// Lines on a disk that is full for a while: a file that may not grow.
#include <app/line_writer.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <string>

namespace planish::app {
namespace {

// A file, and how many bytes it may have.
class SmallDisk {
 public:
  SmallDisk() : file_(::memfd_create("log", MFD_CLOEXEC)), handled_(::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handled_);
    ::close(file_);
  }
  [[nodiscard]] int descriptor() const { return file_; }
  void set_size(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  [[nodiscard]] std::string text() const {
    std::array<char, 1024> buffer;
    const ssize_t count = ::pread(file_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
  }

 private:
  int file_;
  void (*handled_)(int);
  rlimit before_{};
};

TEST(LineWriter, EndsATornLineBeforeTheNextBegins) {
  const SmallDisk disk;
  LineWriter writer{disk.descriptor()};
  EXPECT_TRUE(writer.write("one\n"));
  disk.set_size(7);
  EXPECT_FALSE(writer.write("second\n"));
  EXPECT_FALSE(writer.write("third\n"));
  EXPECT_EQ(disk.text(), "one\nsec");
  disk.set_size(100);
  EXPECT_TRUE(writer.write("four\n"));
  EXPECT_TRUE(writer.write("five\n"));
  EXPECT_EQ(disk.text(), "one\nsec\nfour\nfive\n");
}

TEST(LineWriter, WritesOnlyWholeLinesAndEndsWhereverTheDiskIsFull) {
  for (rlim_t size = 0; size <= 12; ++size) {
    const SmallDisk disk;
    LineWriter writer{disk.descriptor()};
    disk.set_size(size);
    const bool first = writer.write("abc\n");
    disk.set_size(size + 3);
    const bool second = writer.write("def\n");
    disk.set_size(100);
    EXPECT_TRUE(writer.write("end\n"));
    EXPECT_EQ(first, size >= 4) << size;
    const std::string text = disk.text();
    EXPECT_EQ(text.find("abc\n") != std::string::npos, first || size == 3) << text;  // its end may come afterwards
    EXPECT_EQ(text.find("def\n") != std::string::npos, second || text.find("def") != std::string::npos) << text;
    EXPECT_TRUE(text == "end\n" || text.ends_with("\nend\n")) << text;
    EXPECT_EQ(text.find("\n\n"), std::string::npos) << text;
  }
}

TEST(LineWriter, AQueueGoesOnWithTheLineThatWasTorn) {
  const SmallDisk disk;
  LineWriter writer{disk.descriptor()};
  disk.set_size(2);
  EXPECT_FALSE(writer.write("abc\n"));
  disk.set_size(100);
  LineWriter other = writer;
  EXPECT_TRUE(other.write("def\n"));
  EXPECT_EQ(disk.text(), "ab\ndef\n");
}

}  // namespace
}  // namespace planish::app
