// The contract of an event's type.
#include <core/check.hpp>
#include <core/contract/set.hpp>
#include <core/json_string.hpp>
#include <core/plan.hpp>
#include <core/stage_of.hpp>

#include <planish/contracts.hpp>

#include <array>

namespace planish::core {
namespace {

// A payload that does not stand in the body is null or a single value of few bytes.
class Apart {
 public:
  explicit Apart(std::string_view payload) noexcept {
    check(payload.size() <= kOutsideTextBytesMax);
    const auto size = static_cast<std::uint32_t>(payload.copy(text_.data(), payload.size()));
    tokens_ = {0, size, size};
  }
  [[nodiscard]] const char* body() const noexcept { return text_.data(); }
  [[nodiscard]] Index first() const noexcept { return tokens_.data(); }

 private:
  std::array<char, kOutsideTextBytesMax + contract::kTextSlack> text_;
  std::array<std::uint32_t, 3> tokens_;
};

}  // namespace

Fault contract_fault(const Event& event, const contract::ContractFault& found) noexcept {
  Fault fault{.code = Errc::contract, .event = event.index, .place = event.payload_place};
  fault.place.within = found.pointer;
  fault.words = found.detail;
  fault.schema = found.schema;
  return fault;
}

struct ContractStage {
  static bool is_configured(const Options& options) noexcept { return options.contracts != nullptr; }
  static Judged judge(Event&, Scratch&) noexcept;
};

// An event with another fault has no payload that can be relied on.
Judged ContractStage::judge(Event& event, Scratch& scratch) noexcept {
  if (event.faulty) return Judged::kept;
  std::string_view type = event.type;
  if (event.type_has_escapes) {
    check(type.size() <= scratch.bytes.size());
    type = {scratch.bytes.data(), unescape(type, scratch.bytes.data())};
  }
  const Options& options = scratch.plan.options;
  const contract::Set& set = options.contracts->set();
  const contract::Set::Contract contract = set.find(type);
  if (!contract.is_there) {
    if (options.unknown_contract == UnknownContract::refuse) {
      event.refuse({.code = Errc::no_contract, .event = event.index, .place = event.type_place}, event.type_rank);
    }
    return Judged::kept;
  }
  if (event.payload_first == nullptr) {
    const Apart apart(event.payload);
    scratch.contract_faults = set.check(contract, apart.body(), apart.first(), event.payload.size(), *scratch.contract);
  } else {
    scratch.contract_faults = set.check(contract, scratch.body, event.payload_first,
                                        event.payload_end - *event.payload_first, *scratch.contract);
  }
  if (!scratch.contract_faults.empty()) event.refuse(contract_fault(event, scratch.contract_faults.front()), 0);
  return Judged::kept;
}

template Stage stage_of<ContractStage>(const Options&) noexcept;

}  // namespace planish::core
