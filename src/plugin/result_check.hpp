// ResultCheck: the texts that a plugin returned, copied out of its memory, and whether they are what they must be.
#pragma once

#include <core/structural_index.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace planish::plugin {

class ResultCheck {
 public:
  // For texts of at most `bytes_max` bytes together, and `texts_max` in number.
  ResultCheck(std::size_t bytes_max, std::size_t texts_max, bool numbers_finite);

  // Forgets all texts.
  void clear() noexcept { used_ = 0; }

  // A copy that stays until clear(). Precondition: together they are within the constructor's bounds.
  [[nodiscard]] std::string_view keep(std::string_view text) noexcept;

  // Looks at all texts kept since clear(), at once where all are well. Then each can be asked about.
  void scan() noexcept;
  // Whether `kept` is one JSON value within `depth` containers; cuts the white space around it. After scan().
  [[nodiscard]] bool is_json(std::string_view& kept, unsigned depth) noexcept;

 private:
  [[nodiscard]] bool is_value(core::Index, std::string_view& kept, unsigned depth) noexcept;

  core::StructuralIndex index_;
  std::unique_ptr<char[]> text_;
  std::size_t capacity_;
  std::size_t used_ = 0;
  bool numbers_finite_;
  bool scanned_ = false;        // the index is of all texts
  core::Index next_ = nullptr;  // texts are asked about in their order
};

}  // namespace planish::plugin
