// What stands in a file's place: a FIFO that nobody writes to, a device without an end, a socket, a folder.
#include <app/regular_file.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

namespace planish::app {
namespace {

namespace fs = std::filesystem;

class RegularFile : public testing::Test {
 protected:
  RegularFile() {
    std::string pattern = (fs::temp_directory_path() / "planish-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~RegularFile() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path() const { return folder_ / "f"; }
  void write(const std::string& text) const { std::ofstream(path()) << text; }
  [[nodiscard]] std::string refusal() const {
    std::string why;
    return read_regular_file(path(), 100, why) ? "none" : why;
  }

 private:
  fs::path folder_;
};

TEST_F(RegularFile, IsReadWholeUpToItsBound) {
  std::string why;
  for (const std::size_t size : {0U, 1U, 99U, 100U, 16'384U, 16'385U, 50'000U}) {
    write(std::string(size, 'x'));
    EXPECT_EQ(read_regular_file(path(), size, why), std::string(size, 'x'));
    if (size > 0) {
      EXPECT_FALSE(read_regular_file(path(), size - 1, why));
    }
  }
  write(std::string(101, 'x'));
  EXPECT_EQ(refusal(), "it is larger than 100");
}

TEST_F(RegularFile, OfTheKernelHasNoSizeAndIsReadAllTheSame) {
  std::string why;
  const auto text = read_regular_file("/proc/self/status", 65'536, why);
  ASSERT_TRUE(text) << why;
  EXPECT_NE(text->find("Pid:"), std::string::npos);
}

TEST_F(RegularFile, IsFoundBehindALink) {
  write("text");
  fs::create_symlink(path(), path() + ".link");
  std::string why;
  EXPECT_EQ(read_regular_file(path() + ".link", 100, why), "text");
}

TEST_F(RegularFile, AFifoIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(refusal(), "it is a FIFO, not a regular file");
}

TEST_F(RegularFile, ADeviceIsNotOpened) {
  for (const char* device : {"/dev/zero", "/dev/full", "/dev/tty"}) {
    fs::remove(path());
    fs::create_symlink(device, path());
    EXPECT_EQ(refusal(), "it is a device, not a regular file");
  }
}

TEST_F(RegularFile, AFolderAndASocketAreNone) {
  fs::create_directory(path());
  EXPECT_EQ(refusal(), "it is a directory");
  fs::remove(path());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(refusal(), "it is a socket, not a regular file");
  ::close(socket);
}

TEST_F(RegularFile, WhatIsNotThereIsSaid) {
  EXPECT_EQ(refusal(), "No such file or directory");
}

}  // namespace
}  // namespace planish::app
