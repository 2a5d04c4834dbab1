// Guests that write anything anywhere in their memory: what comes of it can be told, and nothing of it stays.
#include <unit/plugin/scribble.hpp>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>

namespace planish::plugin {
namespace {

TEST(ResultChecker, TellsNothingThatCannotBeToldWhateverItsGuestWrote) {
  const auto batch = make_batch("scribble");
  std::mt19937_64 random(17);
  constexpr int kRuns = PLANISH_PLUGIN_FAILURES / 2;
  for (int i = 0; i < kRuns; ++i) {
    std::string words;
    for (std::uint64_t count = random() % 24; count > 0; --count) {
      // Mostly the request's head, records and verdicts; values that are small, addresses in it, or wild.
      std::uint32_t at = static_cast<std::uint32_t>(random() % 700) * 4;
      if (random() % 16 == 0) at = static_cast<std::uint32_t>(random());
      std::uint32_t value = static_cast<std::uint32_t>(random() % 300);
      if (random() % 3 == 0) value = 0x4000 + static_cast<std::uint32_t>(random() % 0x2000);
      if (random() % 8 == 0) value = static_cast<std::uint32_t>(random());
      words.append(reinterpret_cast<const char*>(&at), sizeof at);
      words.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    ASSERT_EQ(scribble(*batch, words), "") << "of run " << i;
  }
}

}  // namespace
}  // namespace planish::plugin
