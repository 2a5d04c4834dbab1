// RulesScratch: the memory that rules work in, one per thread.
#pragma once

#include <planish/padded_view.hpp>
#include <planish/rules.hpp>

#include <core/canonical/form.hpp>
#include <core/check.hpp>
#include <core/contract/text.hpp>
#include <core/json_string.hpp>
#include <core/rules/followed.hpp>
#include <core/rules/verbs.hpp>
#include <core/structural_index.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Tokens that are copied at once: an edited event has room for as many after its own.
inline constexpr std::size_t kTokensAStep = 8;

// The text of an edited event and its tokens; after those stands its size, twice.
struct Edited {
  std::unique_ptr<char[]> text;
  std::unique_ptr<std::uint32_t[]> tokens;

  // Each token is at a byte of its own.
  [[nodiscard]] static constexpr std::size_t tokens_max(std::size_t bytes) noexcept { return bytes + 2 + kTokensAStep; }
  [[nodiscard]] static constexpr std::size_t memory_bytes(std::size_t bytes) noexcept {
    return bytes + kPadding + tokens_max(bytes) * sizeof(std::uint32_t);
  }
};

class RulesScratch {
 public:
  // For events of at most so many bytes, which become at most twice as many and `growth` bytes more. All memory is
  // taken here, and touched as far as events need it.
  explicit RulesScratch(std::size_t event_bytes_max, std::size_t growth = kRulesPutBytesMax + kGrowthBytes)
      : edited_bytes_max_(std::min(2 * event_bytes_max + growth, canonical::Form::kSourceBytesLimit)),
        form_(edited_bytes_max_) {
    for (Edited& edited : edited_) {
      edited.text = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + kPadding);
      edited.tokens = std::make_unique_for_overwrite<std::uint32_t[]>(Edited::tokens_max(edited_bytes_max_));
    }
    plain_ = std::make_unique_for_overwrite<char[]>(edited_bytes_max_ + kPadding);
  }

  [[nodiscard]] static std::size_t memory_bytes_max(std::size_t event_bytes_max) noexcept {
    const std::size_t edited =
        std::min(rules::edited_bytes_max(event_bytes_max, kRulesPutBytesMax), canonical::Form::kSourceBytesLimit);
    return sizeof(RulesScratch) + 2 * Edited::memory_bytes(edited) + edited + kPadding +
           canonical::Form::memory_bytes_max(edited);
  }
  [[nodiscard]] std::size_t edited_bytes_max() const noexcept { return edited_bytes_max_; }

  // The events of a request, one after the other.
  void begin_request() noexcept {
    growth_left_ = kGrowthBytes;
    for (Made& made : hashed_) made.size = Made::kNone;
    for (Made& made : addresses_) made.size = Made::kNone;
  }
  // How large an event may become at any time: beyond that nothing is edited any more.
  [[nodiscard]] std::size_t room_for(std::size_t sent_bytes, std::size_t put_bytes) const noexcept {
    return std::min(2 * sent_bytes + put_bytes + growth_left_, edited_bytes_max_);
  }
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
  // Where a reader tells which places of the event it has met.
  [[nodiscard]] MetPlaces& met() noexcept { return met_; }

  // Where a text may be written without its escapes, which has no more bytes than an event becomes.
  [[nodiscard]] char* plain_room() noexcept { return plain_.get(); }

  // The canonical form of the value that stands at `first` in a text: valid until the next. Empty: it has none.
  [[nodiscard]] std::string_view canonical_form(canonical::Source& source, Index first) noexcept {
    std::string_view text;
    form_.begin(source);
    static_cast<void>(form_.walk<true>(first, 0, text));
    return text;
  }

  // The kHashDigits that an edit, by its number in its batch, makes of a text.
  void write_hash(const Hmac& hmac, std::size_t edit, std::string_view text, char* out) noexcept;
  // The same of write_truncated_address(); kHashDigits bytes may be written.
  std::size_t write_address(std::size_t edit, std::string_view text, char* out) noexcept;

 private:
  friend class Application;

  // What an edit made of the last short text: the events of a request mostly are of one user at one address. A longer
  // one costs its blocks, so that what a byte costs is bounded either way.
  struct Made {
    static constexpr std::size_t kBytesMax = 64, kNone = kBytesMax + 1;
    std::size_t size = kNone;
    std::array<char, kBytesMax> text;
    std::size_t made_size = 0;
    std::array<char, kHashDigits> made;

    // Most are so short: two words that overlap are less than a call.
    static constexpr std::size_t kWord = sizeof(std::uint64_t);
    [[nodiscard]] static bool are_two_words(std::size_t size) noexcept { return size - kWord <= kWord; }

    [[nodiscard]] bool is_of(std::string_view other) const noexcept {
      if (size != other.size()) return false;
      if (!are_two_words(size)) return std::equal(other.begin(), other.end(), text.begin());
      const std::size_t last = size - kWord;
      return ((raw_word(other.data()) ^ raw_word(text.data())) |
              (raw_word(other.data() + last) ^ raw_word(text.data() + last))) == 0;
    }
    void keep(std::string_view other) noexcept {
      size = other.size();
      if (!are_two_words(size)) {
        std::copy(other.begin(), other.end(), text.begin());
        return;
      }
      const std::uint64_t first = raw_word(other.data()), last = raw_word(other.data() + size - kWord);
      std::memcpy(text.data(), &first, kWord);
      std::memcpy(text.data() + size - kWord, &last, kWord);
    }
  };
  static_assert(kAddressBytesMax <= kHashDigits);
  static constexpr std::size_t kMadeKept = 8;  // edits beyond share with others

  [[nodiscard]] std::string_view unescaped(std::string_view content) noexcept {
    check(content.size() <= edited_bytes_max_);
    return {plain_.get(), unescape(content, plain_.get())};
  }

  std::size_t edited_bytes_max_;
  std::size_t growth_left_ = kGrowthBytes;
  std::array<Edited, 2> edited_;  // the event before an edit, and after it
  std::array<Made, kMadeKept> hashed_, addresses_;
  MetPlaces met_;
  canonical::Form form_;
  std::unique_ptr<char[]> plain_;
};

}  // namespace planish::core::rules
