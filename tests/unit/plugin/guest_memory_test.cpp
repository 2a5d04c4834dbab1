// Guests are given what they touch: all that a request has of it, and nothing of what they never look at.
#include <unit/plugin/plugin_fixture.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::plugin {
namespace {

std::string_view text_of(BatchText text, const BatchRequest& request) {
  if (text.bytes == 0) return {};
  const std::size_t at = text.at - request.text_base;
  return at >= request.added_at ? request.added.substr(at - request.added_at, text.bytes)
                                : request.sent.substr(at - request.sent_at, text.bytes);
}

// As the guest reads.c has it.
std::string hash_of(const BatchEvent& event, const BatchRequest& request) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](BatchText text) {
    for (const char c : text_of(text, request)) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash = (hash ^ text.bytes) * kPrime;
  };
  for (const BatchText text : {request.context, event.type, event.payload, event.event}) add(text);
  hash = (hash ^ static_cast<std::uint64_t>(event.time)) * kPrime;
  for (const BatchText text : {event.user, event.id}) add(text);
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

Events some_events(std::minstd_rand& random, std::size_t count) {
  const std::size_t bytes_max = random() % 8 == 0 ? 20'000 : 300;  // now and then more than is kept open
  Events events;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text(random() % bytes_max, static_cast<char>('a' + random() % 26));
    events.add("type " + std::to_string(random()), '"' + text + '"');
  }
  return events;
}

// Its pages are written when they are touched, or before the call where an earlier request's were touched.
void expect_all_is_there(State state) {
  Options options = patient();
  options.state = state;
  const auto batch = make_batch("reads", options);
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): the same in every run
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = 1 + random() % 60;
    Events events = some_events(random, count);
    const BatchRequest request = random() % 4 == 0 ? events.request() : events.request(batch->text_base());
    const BatchAnswer answer = batch->judge(request);
    ASSERT_EQ(answer.all_stay, count % 2 == 0) << round;
    for (std::size_t i = 0; i < count && count % 2 != 0; ++i) {
      ASSERT_EQ(answer.verdicts[i].action, Action::reject) << round << ' ' << i;
      ASSERT_EQ(answer.verdicts[i].reason, hash_of(request.events.made()[i], request)) << round << ' ' << i;
    }
  }
}

TEST(GuestMemory, GivesAGuestAllThatARequestHas) {
  expect_all_is_there(State::request);
}

TEST(GuestMemory, GivesItToOneThatKeepsItsStateAsWell) {
  expect_all_is_there(State::thread);
}

TEST(GuestMemory, HasNothingForAGuestThatDoesNothing) {
  const auto batch = make_batch("noop");
  Events events;
  for (int i = 0; i < 200; ++i) events.add("click", '"' + std::string(500, 'x') + '"');
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(batch->judge(events.request(batch->text_base())).all_stay);
  EXPECT_LE(batch->instance().memory().open_bytes(), 2 * GuestMemory::kPageBytes);  // its own, and the request's head
}

// Makes what it was given, and counts.
class Late final : public LateEvents {
 public:
  explicit Late(std::span<const BatchEvent> events) : made_(events.begin(), events.end()), place_(events.size()) {}
  [[nodiscard]] BatchEvents events() { return BatchEvents(place_, this); }
  [[nodiscard]] int count() const { return count_; }

  void make() noexcept override {
    std::copy(made_.begin(), made_.end(), place_.begin());
    ++count_;
  }

 private:
  std::vector<BatchEvent> made_;
  std::vector<BatchEvent> place_;
  int count_ = 0;
};

TEST(GuestMemory, AsksForTheEventsWhereAGuestReadsThemAlone) {
  Events events;
  for (int i = 0; i < 201; ++i) events.add("click", '"' + std::string(500, 'x') + '"');
  for (const char* name : {"noop", "reads"}) {
    const bool reads = name == std::string_view("reads");
    const auto batch = make_batch(name);
    for (int i = 0; i < 3; ++i) {
      BatchRequest request = events.request(batch->text_base());
      const std::span<const BatchEvent> made = request.events.made();
      Late late(made);
      request.events = late.events();
      const BatchAnswer answer = batch->judge(request);
      EXPECT_EQ(late.count() != 0, reads) << i;
      EXPECT_EQ(answer.all_stay, !reads);
      const std::string expected = reads ? hash_of(made[200], request) : "";
      EXPECT_EQ(answer.verdicts[200].reason, expected) << i;
    }
  }
}

}  // namespace
}  // namespace planish::plugin
