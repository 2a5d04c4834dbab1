// Descriptors 0 to 2, in a child of the test that has closed some of them.
#include <app/standard_streams.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace planish::app {
namespace {

bool is_null(int descriptor) {
  struct stat null {};
  struct stat status {};
  return ::stat("/dev/null", &null) == 0 && ::fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == null.st_rdev;
}

// Of a process whose streams are the ends of a pipe, but for those of `closed`, a bit each: true if in the end these
// are /dev/null, the others what they were, and no further descriptor is open.
bool fills_exactly(unsigned closed) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return false;
  const pid_t child = ::fork();
  if (child == 0) {
    for (int stream = 0; stream < 3; ++stream) ::dup2(pipe[0], stream);
    for (int stream = 0; stream < 3; ++stream) {
      if ((closed >> stream & 1) != 0) ::close(stream);
    }
    bool right = open_standard_streams();
    for (int stream = 0; stream < 3; ++stream) right = right && is_null(stream) == ((closed >> stream & 1) != 0);
    ::_exit(right && ::dup(pipe[0]) == pipe[1] + 1 ? 0 : 1);
  }
  for (const int end : pipe) ::close(end);
  int status = -1;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

TEST(StandardStreams, TheClosedOnesAreNullAndTheOthersStayAsTheyAre) {
  for (unsigned closed = 0; closed < 8; ++closed) EXPECT_TRUE(fills_exactly(closed)) << closed;
}

}  // namespace
}  // namespace planish::app
