// What checking against a schema may cost, as far as the schema alone says.
#pragma once

#include <core/contract/json_document.hpp>
#include <core/contract/program.hpp>

#include <cstdint>
#include <vector>

namespace planish::core::contract {

// How often a part of a payload may be looked at before a contract costs too much.
inline constexpr std::uint32_t kWalksMax = 64;
// Schemas that apply one within the other to the same value: as many as a file of kSchemaLevelsMax levels can write
// down. References could lead to more. How many are at work at once is bounded by kFramesMax.
inline constexpr std::uint32_t kNestedMax = kSchemaLevelsMax + 1;

struct Cost {
  std::uint32_t walks = 0;   // of any byte, at most; kWalksMax + 1: more than kWalksMax, or without bound
  std::uint32_t nested = 0;  // schemas at one place; kNone: it leads to itself there
};

// For each schema.
[[nodiscard]] std::vector<Cost> costs_of(const Program& program);

}  // namespace planish::core::contract
