// What checking against a schema may cost, as far as the schema alone says.
#pragma once

#include <core/contract/program.hpp>

#include <cstdint>
#include <vector>

namespace planish::core::contract {

// How often a part of a payload may be looked at before a contract costs too much.
inline constexpr std::uint32_t kWalksMax = 64;
// Schemas that apply one within the other to the same value. Bounds the stack together with the payload's levels.
inline constexpr std::uint32_t kNestedMax = 32;

struct Cost {
  std::uint32_t walks = 0;   // of any byte, at most; kWalksMax + 1: more than kWalksMax, or without bound
  std::uint32_t nested = 0;  // schemas at one place; kNone: it leads to itself there
};

// For each schema.
[[nodiscard]] std::vector<Cost> costs_of(const Program& program);

}  // namespace planish::core::contract
