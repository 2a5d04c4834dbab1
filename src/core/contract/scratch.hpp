// Scratch: the memory that a check works in, one per thread, and the faults that it found.
#pragma once

#include <core/contract/text.hpp>
#include <core/structural_index.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace planish::core::contract {

inline constexpr std::size_t kFaultsMax = 16;
// How long each text of a fault can be, as it stands in a JSON string. A pointer that would be longer names the
// innermost container that fits.
inline constexpr std::size_t kFaultTextBytesMax = 256;

// Where a payload does not fit; each text as it stands in a JSON string. The views are valid until the next check, or
// as long as the contracts are.
struct ContractFault {
  std::string_view pointer;  // RFC 6901, into the payload
  std::string_view detail;   // nothing of it comes from the payload
  std::string_view schema;   // such as Order%20Completed.json#/properties/email/format
};

// Memory in the order of a stack. Each token of a payload takes at most kBytesAToken of it: two tokens, an element and
// its comma, 16 bytes where elements are to be unique; four, a member, 24 bytes while its object is compared.
class Arena {
 public:
  static constexpr std::size_t kBytesAToken = 16;
  // For the bits of the names that objects had, one set a level.
  static constexpr std::size_t kBytesBeside = std::size_t{1} << 16;

  explicit Arena(std::size_t payload_bytes_max)
      : size_(bytes(payload_bytes_max)), memory_(std::make_unique_for_overwrite<std::byte[]>(size_)) {}

  [[nodiscard]] static constexpr std::size_t bytes(std::size_t payload_bytes_max) noexcept {
    return payload_bytes_max * kBytesAToken + kBytesBeside;
  }
  [[nodiscard]] std::size_t mark() const noexcept { return used_; }
  void release(std::size_t mark) noexcept { used_ = mark; }

  // Null where it is full. T has no destructor.
  template <class T>
  [[nodiscard]] T* take(std::size_t count) noexcept {
    static_assert(alignof(T) <= 8);
    const std::size_t bytes = (count * sizeof(T) + 7) / 8 * 8;
    if (bytes > size_ - used_) return nullptr;
    void* const at = memory_.get() + used_;
    used_ += bytes;
    return static_cast<T*>(at);
  }

 private:
  std::size_t used_ = 0;
  std::size_t size_;
  std::unique_ptr<std::byte[]> memory_;
};

class Scratch {
 public:
  // For payloads of at most so many bytes. All memory is taken here, and touched as far as a payload needs it.
  explicit Scratch(std::size_t payload_bytes_max)
      : text_bytes_(payload_bytes_max + kTextSlack),
        text_(std::make_unique_for_overwrite<char[]>(text_bytes_)),
        arena_(payload_bytes_max) {}

  // The text of a string, or of a name, whose content is this: as it stands, or unescaped until the next call.
  [[nodiscard]] std::string_view plain(std::string_view content) noexcept {
    if (!has_backslash(content)) return content;
    assert(content.size() <= text_bytes_);
    return {text_.get(), unescape(content, text_.get())};
  }
  [[nodiscard]] Arena& arena() noexcept { return arena_; }
  [[nodiscard]] static std::size_t memory_bytes_max(std::size_t payload_bytes_max) noexcept {
    return sizeof(Scratch) + payload_bytes_max + kTextSlack + Arena::bytes(payload_bytes_max);
  }

 private:
  friend class FaultBook;

  std::size_t text_bytes_;
  std::unique_ptr<char[]> text_;
  Arena arena_;
  std::array<ContractFault, kFaultsMax> faults_;
  std::array<char, kFaultsMax * kFaultTextBytesMax> pointers_;
};

}  // namespace planish::core::contract
