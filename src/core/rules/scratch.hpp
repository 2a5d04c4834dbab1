// RulesScratch: the memory that rules work in, one per thread.
#pragma once

#include <core/canonical/canonicalizer.hpp>
#include <core/contract/text.hpp>
#include <core/rules/verbs.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace planish::core::rules {

// How large an event may become: twice the largest body, and this. A hash of one byte takes 34, so that what a client
// sends can grow; an event that would not fit is refused as a whole.
inline constexpr std::size_t kGrowthBytes = std::size_t{1} << 16;

class RulesScratch {
 public:
  // For events of at most so many bytes. All memory is taken here, and touched as far as events need it.
  explicit RulesScratch(std::size_t event_bytes_max)
      : event_bytes_max_(event_bytes_max),
        edited_bytes_max_(2 * event_bytes_max + kGrowthBytes),
        canonicalizer_(edited_bytes_max_) {
    for (auto& text : texts_) text = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + kSlack);
    tokens_ = std::make_unique_for_overwrite<std::uint32_t[]>(edited_bytes_max_ + 2);
    room_ = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + Hmac::kBlock + kSlack);
  }

  [[nodiscard]] std::size_t memory_bytes_max() const noexcept {
    return edited_bytes_max_ * (2 + sizeof(std::uint32_t) + 1) + canonicalizer_.memory_bytes_max();
  }
  [[nodiscard]] std::size_t edited_bytes_max() const noexcept { return edited_bytes_max_; }

  // The text of a string or a name: as it stands, or unescaped in plain_room() until the next call.
  [[nodiscard]] std::string_view plain(std::string_view content) noexcept {
    if (content.find('\\') == std::string_view::npos) return content;
    return {plain_room(), unescape(content, plain_room())};
  }
  // Behind a block for Hmac.
  [[nodiscard]] char* plain_room() noexcept { return room_.get() + Hmac::kBlock; }

 private:
  friend class Editor;
  friend class Application;

  static constexpr std::size_t kSlack = 64;
  std::size_t event_bytes_max_;
  std::size_t edited_bytes_max_;
  std::array<std::unique_ptr<char[]>, 2> texts_;  // of the event, before an edit and after it
  std::unique_ptr<std::uint32_t[]> tokens_;       // of an edited text
  std::unique_ptr<char[]> room_;
  Canonicalizer canonicalizer_;
};

}  // namespace planish::core::rules
