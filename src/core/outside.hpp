// Outside: what a request has beside its body and a shape looks at, as JSON strings: headers, the query, the path.
#pragma once

#include <planish/context.hpp>

#include <core/plan.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace planish::core {

class Outside {
 public:
  // Takes the memory that such a plan needs, unless it has it.
  void prepare(const Plan& plan);
  // Looks each of them up.
  void look_up(const Plan& plan, const Context& context) noexcept;

  struct Text {
    std::string_view json{};  // with its quotes; empty: it is not there
    bool too_long = false;    // more than kOutsideBytesMax
  };
  [[nodiscard]] const Text& of(std::uint16_t which) const noexcept { return texts_[which]; }

  [[nodiscard]] static std::size_t memory_bytes_max(const Plan& plan) noexcept {
    return plan.outside.size() * (kOutsideTextBytesMax + sizeof(Text));
  }

 private:
  std::vector<char> memory_;
  std::vector<Text> texts_;
};

// Writes a text as a JSON string, with its quotes, and returns how many bytes: 6 a byte and 2 at most.
std::size_t write_string(std::string_view text, char* out) noexcept;

}  // namespace planish::core
