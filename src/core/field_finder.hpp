// FieldFinder: what stands at some JSON pointers in one event, found in one walk along its tokens.
#pragma once

#include <core/structural_index.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {

class FieldFinder {
 public:
  static constexpr std::size_t kFieldsMax = 64;

  // At most kFieldsMax pointers, each of at most kPointerDepthMax names; those that are neither are never there.
  explicit FieldFinder(std::span<const std::string_view> pointers);

  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

  // `first`: the event's first token. A name that stands twice: the last one. `scratch`: for names with escapes.
  void find(const char* body, Index first, std::span<char> scratch, std::span<std::string_view> found) const noexcept;

 private:
  using Mask = std::uint64_t;
  struct Search;
  [[nodiscard]] Index object(Search&, Index at, std::size_t level, Mask active) const noexcept;
  [[nodiscard]] Mask named(std::string_view name, std::size_t level, Mask active) const noexcept;

  std::vector<std::vector<std::string>> names_;
  Mask all_ = 0;
};

}  // namespace planish::core
