// What is said when nothing else can be done, in children of the test that end with it.
#include <app/last_words.hpp>
#include <app/run.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace planish::app {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

// Throws where nobody catches.
void end_by(const std::exception_ptr& why, LogFormat format = LogFormat::json) noexcept {
  prepare_last_words();
  set_last_words(format);
  std::rethrow_exception(why);
}

template <typename Exception>
void end_by(const Exception& exception, LogFormat format = LogFormat::json) {
  end_by(std::make_exception_ptr(exception), format);
}

std::system_error refusal(std::errc code) {
  return {std::make_error_code(code), "cannot do this"};
}

TEST(LastWords, NoMemoryIsALineOfTheLogAndNoAbort) {
  EXPECT_EXIT(end_by(std::bad_alloc{}), ExitedWithCode(kExitSystem),
              "^.\"time\":\"20[0-9T:.-]*Z\",\"level\":\"error\",\"message\":\"out of memory\".\n$");
  EXPECT_EXIT(end_by(std::bad_alloc{}, LogFormat::text), ExitedWithCode(kExitSystem),
              "^20[0-9T:.-]*Z error out of memory\n$");
}

TEST(LastWords, NoThreadAndNoDescriptorAreToo) {
  for (const std::errc code : {std::errc::resource_unavailable_try_again, std::errc::too_many_files_open,
                               std::errc::too_many_files_open_in_system, std::errc::not_enough_memory}) {
    EXPECT_EXIT(end_by(refusal(code)), ExitedWithCode(kExitSystem),
                "\"message\":\"cannot serve\",\"reason\":\"cannot do this: [A-Z][a-z ]*\"");
  }
}

TEST(LastWords, AFaultOfOurOwnLeavesACore) {
  EXPECT_EXIT(end_by(refusal(std::errc::resource_deadlock_would_occur)), KilledBySignal(SIGABRT),
              "\"message\":\"ended by a fault of its own\".\n$");
  EXPECT_EXIT(end_by(std::logic_error("secret")), KilledBySignal(SIGABRT), "of its own\".\n$");
  EXPECT_EXIT(
      {
        prepare_last_words();
        std::terminate();
      },
      KilledBySignal(SIGABRT), "^planish: ended by a fault of its own\n$");
}

TEST(LastWords, ToldOutsideOfTheLogTheyAreAComplaint) {
  const auto told = [](const std::exception_ptr& why) { ::_exit(say_last_words(why)); };
  EXPECT_EXIT(told(std::make_exception_ptr(std::bad_alloc{})), ExitedWithCode(kExitSystem),
              "^planish: out of memory\n$");
  EXPECT_EXIT(told(std::make_exception_ptr(refusal(std::errc::permission_denied))), ExitedWithCode(kExitSystem),
              "^planish: cannot do this: Permission denied\n$");
  EXPECT_EXIT(told(std::make_exception_ptr(std::runtime_error("odd"))), ExitedWithCode(kExitFailed),
              "^planish: odd\n$");
  EXPECT_EXIT(told(nullptr), ExitedWithCode(kExitFailed), "^planish: ended by a fault of its own\n$");
}

TEST(LastWords, ALongReasonIsCut) {
  EXPECT_EXIT(end_by(std::system_error(std::make_error_code(std::errc::not_enough_memory), std::string(10'000, '\1'))),
              ExitedWithCode(kExitSystem), "0001\"}\n$");
}

}  // namespace
}  // namespace planish::app
