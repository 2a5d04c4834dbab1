// EventTypes: a sorted list, shorter names first, so that most comparisons end with the lengths.
#include <planish/options.hpp>

#include <algorithm>
#include <utility>

namespace planish {
namespace {

constexpr auto kShorterFirst = [](std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
};

}  // namespace

EventTypes::EventTypes(std::vector<std::string> names) : names_(std::move(names)) {
  std::sort(names_.begin(), names_.end(), kShorterFirst);
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  names_.shrink_to_fit();
}

bool EventTypes::contains(std::string_view name) const noexcept {
  return std::binary_search(names_.begin(), names_.end(), name, kShorterFirst);
}

}  // namespace planish
