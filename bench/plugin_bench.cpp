// What does the sandbox cost? Five plugins over a request of a hundred events, each beside the same work written
// natively, in the same place: what stands between the two of a pair is the boundary and the code that clang makes for
// WebAssembly.
#include <planish/batch.hpp>
#include <plugin/loaded.hpp>
#include <plugin/trial.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

enum class Work { nothing, keep_all, look, remove_by_field, remove_by_parsing, drop_all };

std::string body_with_emails() {
  std::string body = R"({"user_id":12345,"events":[)";
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    body.append(i == 0 ? "" : ",").append(R"({"event_type":"view","timestamp":)");
    body.append(std::to_string(1'699'123'456'789 + i)).append(R"(,"payload":{"id":)").append(number);
    body.append(R"(,"email":"name-)").append(number).append(R"(@example.org","plan":"pro"}})");
  }
  return body + R"(],"metadata":{"source":"benchmark","trace_id":"bench-1234"}})";
}

// The same as the guests plugin.c, parses.c, drop_all.c, looks.c and noop.c do, where texts are checked by nobody.
class Native final : public BatchStage {
 public:
  explicit Native(Work work) : work_(work), text_(std::make_unique<char[]>(kTextBytes)) {}

  std::span<const std::string_view> fields() const noexcept override {
    static constexpr std::array<std::string_view, 1> kEmail{"/payload/email"};
    return work_ == Work::remove_by_field ? std::span<const std::string_view>(kEmail)
                                          : std::span<const std::string_view>();
  }
  std::uint32_t text_base() const noexcept override { return 0; }

  BatchAnswer judge(const BatchRequest& request) noexcept override {
    verdicts_.assign(request.events.size(), BatchVerdict{});
    out_ = text_.get();
    if (work_ == Work::keep_all) return {verdicts_, true};
    bool all_stay = work_ == Work::look;
    const std::span<const BatchEvent> events = work_ == Work::drop_all ? request.events.place() : request.events.made();
    for (std::size_t i = 0; i < verdicts_.size(); ++i) {
      if (work_ == Work::drop_all) {
        verdicts_[i].action = BatchAction::drop;
        continue;
      }
      if (work_ == Work::look) {
        const BatchText type = events[i].type;
        if (request.sent.substr(type.at - request.sent_at, type.bytes) != "never") continue;
        verdicts_[i].action = BatchAction::drop;
        all_stay = false;
        continue;
      }
      const BatchText payload = events[i].payload;
      const std::string_view text = request.sent.substr(payload.at - request.sent_at, payload.bytes);
      if (work_ == Work::remove_by_field) {
        const BatchText field = request.fields[i];
        if (field.bytes != 0) remove(text, field.at - payload.at, field.bytes, verdicts_[i]);
      } else {
        parse(text, verdicts_[i]);
      }
    }
    return {verdicts_, all_stay};
  }

 private:
  static constexpr std::size_t kTextBytes = 64 << 10;

  static std::size_t after_string(std::string_view text, std::size_t at) noexcept {
    for (++at; text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
    }
    return at + 1;
  }
  static std::size_t after_value(std::string_view text, std::size_t at) noexcept {
    unsigned depth = 0;
    while (at < text.size()) {
      const char c = text[at];
      if (c == '"') {
        at = after_string(text, at);
        if (depth == 0) return at;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) return at;
        if (--depth == 0) return at + 1;
      }
      if (c == ',' && depth == 0) return at;
      ++at;
    }
    return at;
  }

  void parse(std::string_view text, BatchVerdict& verdict) noexcept {
    std::size_t at = 1;
    while (text[at] == '"') {
      const std::size_t name = at;
      at = after_string(text, at);
      const bool is_email = text.substr(name, at - name) == "\"email\"";
      const std::size_t value = at + 1;
      at = after_value(text, value);
      if (is_email) return remove(text, value, at - value, verdict);
      if (text[at] == ',') ++at;
    }
  }

  // The member whose value is there, with its comma.
  void remove(std::string_view text, std::size_t at, std::size_t bytes, BatchVerdict& verdict) noexcept {
    const std::size_t from = text.rfind("\"email\"", at);
    std::size_t to = at + bytes;
    to += text[to] == ',' ? 1 : 0;
    char* const begin = out_;
    out_ = std::copy_n(text.data(), from, out_);
    out_ = std::copy(text.begin() + static_cast<std::ptrdiff_t>(to), text.end(), out_);
    verdict.payload = {begin, static_cast<std::size_t>(out_ - begin)};
    verdict.attributes = R"({"had_email":true})";
  }

  Work work_;
  std::vector<BatchVerdict> verdicts_;
  std::unique_ptr<char[]> text_;
  char* out_ = nullptr;
};

class NativeMaker final : public BatchMaker {
 public:
  explicit NativeMaker(Work work) : work_(work) {}
  [[nodiscard]] std::unique_ptr<BatchStage> make(const Limits&) const override {
    return std::make_unique<Native>(work_);
  }
  [[nodiscard]] std::size_t memory_bytes_max(const Limits&) const noexcept override { return 0; }

 private:
  Work work_;
};

std::shared_ptr<const BatchMaker> sandboxed(const char* name) {
  plugin::Options options;
  options.path = std::string(PLANISH_GUESTS "/") + name + ".cwasm";
  options.deadline = plugin::kDeadlineMax;
  std::string error;
  return plugin::Loaded::load(options, true, error);
}

void request(benchmark::State& state, Work work, const char* guest) {
  const auto native = work == Work::nothing ? nullptr : std::make_shared<NativeMaker>(work);
  const auto batch = guest == nullptr ? native : sandboxed(guest);
  if (guest != nullptr && batch == nullptr) return state.SkipWithError("the plugin is not there");
  static const std::string body = body_with_emails();
  plugin::Trial trial(batch, body);
  plugin::Trial other(native, body);
  if (trial.run().empty() || trial.run() != other.run()) return state.SkipWithError("both answer differently");
  for (auto _ : state) benchmark::DoNotOptimize(trial.run().data());
}

BENCHMARK_CAPTURE(request, without, Work::nothing, nullptr);
BENCHMARK_CAPTURE(request, no_op_native, Work::keep_all, nullptr);
BENCHMARK_CAPTURE(request, no_op_plugin, Work::keep_all, "noop");
BENCHMARK_CAPTURE(request, filter_native, Work::look, nullptr);
BENCHMARK_CAPTURE(request, filter_plugin, Work::look, "looks");
BENCHMARK_CAPTURE(request, redactor_by_field_native, Work::remove_by_field, nullptr);
BENCHMARK_CAPTURE(request, redactor_by_field_plugin, Work::remove_by_field, "plugin");
BENCHMARK_CAPTURE(request, redactor_that_parses_native, Work::remove_by_parsing, nullptr);
BENCHMARK_CAPTURE(request, redactor_that_parses_plugin, Work::remove_by_parsing, "parses");
BENCHMARK_CAPTURE(request, drop_all_native, Work::drop_all, nullptr);
BENCHMARK_CAPTURE(request, drop_all_plugin, Work::drop_all, "drop_all");

}  // namespace
}  // namespace planish
