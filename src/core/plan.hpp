// Plan: a Transform, compiled. What is settled here is not asked again for each request.
#pragma once

#include <planish/options.hpp>

#include <core/stage.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace planish::core {

inline constexpr std::size_t kStagesMax = 4;

struct Plan {
  explicit Plan(const Options&);

  Options options;
  std::array<Stage, kStagesMax> stages{};
  std::size_t stages_size = 0;

  [[nodiscard]] std::span<const Stage> all_stages() const noexcept { return {stages.data(), stages_size}; }
};

}  // namespace planish::core
