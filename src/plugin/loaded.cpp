// Loaded: see its header.
#include <plugin/loaded.hpp>

#include <planish/options.hpp>

#include <algorithm>
#include <utility>

namespace planish::plugin {
namespace {

// Of a thread that could not have an instance: no address space, or a start that went well once and now did not.
class Failing final : public BatchStage {
 public:
  Failing(const Options& options, std::uint32_t events_max)
      : verdict_{.action = options.errors == Errors::refuse ? Action::fail
                           : options.errors == Errors::skip ? Action::drop
                                                            : Action::keep,
                 .failure = static_cast<std::uint8_t>(Failure::memory)},
        verdicts_(std::make_unique<BatchVerdict[]>(events_max)) {}

  [[nodiscard]] std::span<const std::string_view> fields() const noexcept override { return {}; }
  [[nodiscard]] std::uint32_t text_base() const noexcept override { return 64; }
  [[nodiscard]] BatchAnswer judge(const BatchRequest& request) noexcept override {
    std::fill_n(verdicts_.get(), request.events.size(), verdict_);
    return {{verdicts_.get(), request.events.size()}, false};
  }

 private:
  BatchVerdict verdict_;
  std::unique_ptr<BatchVerdict[]> verdicts_;
};

}  // namespace

std::shared_ptr<const Loaded> Loaded::load(const Options& options, bool numbers_finite, std::string& error) {
  std::shared_ptr<const Module> module = Module::load(options.path, options.pinned, error);
  if (!module || !Instance::make(module, options, nullptr, error)) return nullptr;
  return std::shared_ptr<const Loaded>(new Loaded(std::move(module), options, numbers_finite));
}

// A guest's memory, and the pages of it that are to be put back, each with what of it is not zeros; copies of what it
// returns, and their index.
std::size_t Loaded::memory_bytes_max(const Limits& limits) const noexcept {
  constexpr std::size_t kPage = GuestMemory::kPageBytes;
  return (2 * kPage + sizeof(GuestMemory::Part)) * (options_.memory_bytes_max / kPage) +
         limits.events_max * (sizeof(BatchVerdict) + 3 * 16) + limits.body_bytes_max * 5;
}

std::unique_ptr<BatchStage> Loaded::make(const Limits& limits) const {
  std::string error;
  std::unique_ptr<Instance> instance = Instance::make(module_, options_, options_.log.get(), error);
  if (!instance) return std::make_unique<Failing>(options_, limits.events_max);
  return std::make_unique<Batch>(
      std::move(instance), options_,
      Batch::Bounds{
          .body_bytes_max = limits.body_bytes_max, .events_max = limits.events_max, .numbers_finite = numbers_finite_});
}

}  // namespace planish::plugin
