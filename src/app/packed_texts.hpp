// PackedTexts: files that are in the binary, all in one gzip member, made by cmake/embed_texts.cmake.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace planish::app {

struct PackedTexts {
  struct Entry {
    std::string_view name;
    std::size_t begin;  // of its text in all of them
    std::size_t size;
  };

  std::span<const Entry> entries;
  std::string_view packed;
  std::size_t size;  // of all texts
};

// The text of that name; empty: there is none. Unpacks all of them, 0.1 ms: for what is asked for once a process.
[[nodiscard]] std::string unpacked(const PackedTexts& texts, std::string_view name);

}  // namespace planish::app
