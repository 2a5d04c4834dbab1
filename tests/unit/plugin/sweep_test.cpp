// Guests that say every wrong thing in every place: the next request is answered as by a server that never saw them.
#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>
#include <plugin/loaded.hpp>
#include <unit/plugin/plugin_fixture.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace planish::plugin {
namespace {

constexpr std::array kPolicies{Errors::refuse, Errors::skip, Errors::pass};

// A thread of a server, as far as a plugin can see one.
class Asked {
 public:
  explicit Asked(std::string_view name, Errors errors = Errors::refuse) : transform_(options(name, errors)) {}

  // The verdict, and the answer where there is one.
  std::string answer(std::string_view events) {
    std::string body = R"({"user_id":7,"events":[)" + std::string(events) + "]}";
    const std::size_t size = body.size();
    body.resize(size + kPadding);
    std::vector<char> out(transformer_.answer_bytes_max(transform_, size));
    Context context;
    context.invalid_events = InvalidEvents::skip;
    context.request_id = "same";
    const Outcome& outcome = transformer_.transform(transform_, PaddedView(body, size), context, out);
    if (outcome.verdict != Verdict::ok) return "refused";
    const std::span<char> content = transformer_.finish(std::chrono::nanoseconds{0});
    return {content.data(), content.size()};
  }

 private:
  static planish::Options options(std::string_view name, Errors errors) {
    plugin::Options plugin = patient();
    plugin.path = guest(name);
    plugin.errors = errors;
    std::string error;
    planish::Options options;
    options.batch = Loaded::load(plugin, true, error);
    EXPECT_NE(options.batch, nullptr) << error;
    return options;
  }

  Transform transform_;
  Transformer transformer_;
};

std::string event(std::string_view type, std::string_view payload) {
  std::string text = R"({"event_type":")";
  text.append(type).append(R"(","timestamp":1699123456789,"payload":)").append(payload).append("}");
  return text;
}

// Its types do what a well-behaved guest does.
const std::string& good() {
  static const std::string events = event("click", R"({"b":1,"a":[2]})") + "," + event("drop", "1") + "," +
                                    event("reject", "2") + "," + event("attributes_is", "{}");
  return events;
}

std::vector<std::uint32_t> wild() {
  std::string error;
  const auto module = Module::load(guest("hostile"), {}, error);
  const auto instance = Instance::make(module, patient(), nullptr, error);
  const auto end = static_cast<std::uint32_t>(instance->memory().size());
  return {0, 1, 2, 3, 16, 255, 257, end - 1, end, end + 1, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFF0, 0xFFFF'FFFF};
}

// Looks through all of its memory for what others left, which takes long: keeps its event where there is nothing.
void expect_nothing_left(Asked& asked) {
  EXPECT_NE(asked.answer(event("seek", "1")).find("seek"), std::string::npos);
}

// At the first, the middle and the last event.
void ask_all(Asked& asked, const std::string& hostile, const std::string& expected) {
  const std::string calm = event("click", "1");
  for (const std::string& events : {hostile + "," + calm + "," + calm, calm + "," + hostile + "," + calm,
                                    calm + "," + calm + "," + hostile, hostile}) {
    asked.answer(events);
    ASSERT_EQ(asked.answer(good()), expected) << hostile;
  }
}

class HostileGuest : public testing::TestWithParam<Errors> {};

TEST_P(HostileGuest, MayPutAnyNumberIntoAnyWordOfAVerdict) {
  Asked asked("hostile", GetParam());
  const std::string expected = Asked("hostile", GetParam()).answer(good());
  ASSERT_NE(expected.find("click"), std::string::npos);
  for (const std::uint32_t value : wild()) {
    for (int word = 0; word < 16; ++word) {
      for (int with = 0; with < 4; ++with) {  // what else it says: nothing, a reason, a payload, a type
        std::string payload = "[";
        payload.append(std::to_string(word)).append(",").append(std::to_string(value)).append(",");
        payload.append(std::to_string(with)).append("]");
        ask_all(asked, event("word", payload), expected);
        if (HasFatalFailure()) return;
      }
    }
    expect_nothing_left(asked);
  }
}

TEST_P(HostileGuest, MayPutAnyNumberIntoAnyWordOfItsRequest) {
  Asked asked("hostile", GetParam());
  const std::string expected = Asked("hostile", GetParam()).answer(good());
  for (const std::uint32_t value : wild()) {
    for (int word = 0; word < 16; ++word) {
      for (int trap = 0; trap < 2; ++trap) {
        std::string payload = "[";
        payload.append(std::to_string(word)).append(",").append(std::to_string(value)).append(",");
        payload.append(std::to_string(trap)).append("]");
        ask_all(asked, event("head", payload), expected);
        if (HasFatalFailure()) return;
      }
    }
    expect_nothing_left(asked);
  }
}

TEST_P(HostileGuest, MayDoAnythingElseInFourThreads) {
  const std::string expected = Asked("hostile", GetParam()).answer(good());
  const auto run = [&](unsigned seed) {
    Asked asked("hostile", GetParam());
    for (const char* type :
         {"read_far", "deep", "round_about", "unreachable", "divide", "overflow", "wrong_call", "no_such_call", "grow",
          "touch_all", "hide", "records", "payload_not_utf8", "type_empty"}) {
      ask_all(asked, event(type, std::to_string(1 + seed)), expected);
      expect_nothing_left(asked);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) threads.emplace_back(run, i);
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(InEveryPolicy, HostileGuest, testing::ValuesIn(kPolicies));

}  // namespace
}  // namespace planish::plugin
