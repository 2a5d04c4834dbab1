// TextPool: texts that stay where they are, with the slack that reading them by words needs.
#pragma once

#include <core/contract/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace planish::core::contract {

class TextPool {
 public:
  // Room for so many bytes, and kTextSlack more.
  char* allocate(std::size_t size) {
    size += kTextSlack;
    if (size > left_) {
      left_ = std::max(size, kBlockBytes);
      blocks_.push_back(std::make_unique<char[]>(left_));
      free_ = blocks_.back().get();
      bytes_ += left_;
    }
    char* const at = free_;
    free_ += size;
    left_ -= size;
    return at;
  }
  std::string_view keep(std::string_view text) {
    char* const at = allocate(text.size());
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t kBlockBytes = 4096;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace planish::core::contract
