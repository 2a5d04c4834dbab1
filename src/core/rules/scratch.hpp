// RulesScratch: the memory that rules work in, one per thread.
#pragma once

#include <planish/padded_view.hpp>
#include <planish/rules.hpp>

#include <core/canonical/form.hpp>
#include <core/check.hpp>
#include <core/contract/text.hpp>
#include <core/json_string.hpp>
#include <core/rules/verbs.hpp>
#include <core/structural_index.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace planish::core::rules {

// How large an event may become: twice what was sent, what the rules put into it where each place is there once, and
// these bytes, which all events of a request share. A hash of one byte takes 34, so that what a client sends can grow;
// an event that would not fit is refused as a whole.
inline constexpr std::size_t kGrowthBytes = std::size_t{1} << 16;

[[nodiscard]] constexpr std::size_t edited_bytes_max(std::size_t sent_bytes, std::size_t put_bytes) noexcept {
  return 2 * sent_bytes + put_bytes + kGrowthBytes;
}

class RulesScratch {
 public:
  // For events of at most so many bytes, which become at most twice as many and `growth` bytes more. All memory is
  // taken here, and touched as far as events need it.
  explicit RulesScratch(std::size_t event_bytes_max, std::size_t growth = kRulesPutBytesMax + kGrowthBytes)
      : edited_bytes_max_(std::min(2 * event_bytes_max + growth, canonical::Form::kSourceBytesLimit)),
        index_(edited_bytes_max_),
        form_(edited_bytes_max_) {
    index_.prepare();
    for (auto& text : texts_) text = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + kPadding);
    plain_ = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + kPadding);
  }

  [[nodiscard]] static std::size_t memory_bytes_max(std::size_t event_bytes_max) noexcept {
    const std::size_t edited =
        std::min(rules::edited_bytes_max(event_bytes_max, kRulesPutBytesMax), canonical::Form::kSourceBytesLimit);
    return sizeof(RulesScratch) + 3 * (edited + kPadding) + StructuralIndex(edited).memory_bytes_max() +
           canonical::Form::memory_bytes_max(edited);
  }
  [[nodiscard]] std::size_t edited_bytes_max() const noexcept { return edited_bytes_max_; }

  // The events of a request, one after the other.
  void begin_request() noexcept { growth_left_ = kGrowthBytes; }
  // Whether an event may go out with so many bytes.
  [[nodiscard]] bool may_grow(std::size_t sent_bytes, std::size_t bytes, std::size_t put_bytes) noexcept {
    const std::size_t free = 2 * sent_bytes + put_bytes;
    if (bytes <= free) return true;
    if (bytes - free > growth_left_) return false;
    growth_left_ -= bytes - free;
    return true;
  }

  // The text of a string or a name: as it stands, or unescaped in memory of its own until the next call.
  [[nodiscard]] std::string_view plain(std::string_view content) noexcept {
    return contract::has_backslash(content) ? unescaped(content) : content;
  }
  // The same of a text with nothing readable behind it: a user may come from a query or from the shape.
  [[nodiscard]] std::string_view plain_of_unpadded(std::string_view content) noexcept {
    return content.find('\\') != content.npos ? unescaped(content) : content;
  }

  // The canonical form of a value that is a part of an edited text: valid until the next. Empty: it has none.
  [[nodiscard]] std::string_view canonical_form(std::string_view value) noexcept {
    const bool built = index_.build(value);
    check(built);
    canonical::Source source(value);
    return canonical_form(source, index_.begin());
  }
  // The same of a value that stands at `first` in a text of somebody else's.
  [[nodiscard]] std::string_view canonical_form(canonical::Source& source, Index first) noexcept {
    std::string_view text;
    form_.begin(source);
    static_cast<void>(form_.walk<true>(first, 0, text));
    return text;
  }

 private:
  friend class Editor;
  friend class Application;

  [[nodiscard]] std::string_view unescaped(std::string_view content) noexcept {
    check(content.size() <= edited_bytes_max_);
    return {plain_.get(), unescape(content, plain_.get())};
  }

  std::size_t edited_bytes_max_;
  std::size_t growth_left_ = kGrowthBytes;
  std::array<std::unique_ptr<char[]>, 2> texts_;  // of the event, before an edit and after it
  StructuralIndex index_;                         // of an edited text
  canonical::Form form_;
  std::unique_ptr<char[]> plain_;
};

}  // namespace planish::core::rules
