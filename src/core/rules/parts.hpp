// Parts: those of an event that are told beside it: where they stand in its text, and where they stand after an edit.
#pragma once

#include <planish/options.hpp>

#include <cstddef>
#include <cstdint>

namespace planish::core::rules {

enum class Part : std::uint8_t { payload, user, id, trace };

class Parts {
 public:
  struct Span {
    std::uint32_t begin = 0, end = 0;
  };

  void set(Part part, Span span) noexcept {
    begins_[at(part)] = static_cast<std::int32_t>(span.begin);
    ends_[at(part)] = static_cast<std::int32_t>(span.end);
  }
  [[nodiscard]] bool has(Part part) const noexcept { return begins_[at(part)] >= 0; }
  [[nodiscard]] Span of(Part part) const noexcept {
    return {static_cast<std::uint32_t>(begins_[at(part)]), static_cast<std::uint32_t>(ends_[at(part)])};
  }

  // The bytes of the old text from `from` to `to` stand `moved` bytes further on in the new one; what stood before them
  // has been said already. A value that was replaced begins where the bytes before it end, and ends where those behind
  // it begin. Of one that was removed with its name no run says where it begins: it is nowhere.
  void move(const Parts& old, std::uint32_t from, std::uint32_t to, std::uint32_t moved) noexcept {
    const auto first = static_cast<std::int32_t>(from), last = static_cast<std::int32_t>(to);
    const auto by = static_cast<std::int32_t>(moved);
    const Offsets begins = (old.begins_ >= first) & (old.begins_ <= last);
    begins_ = (begins & (old.begins_ + by)) | (~begins & begins_);
    const Offsets ends = (old.ends_ >= first) & (old.ends_ <= last) & (ends_ < 0);
    ends_ = (ends & (old.ends_ + by)) | (~ends & ends_);
  }

 private:
  // One of each part; negative: nowhere. A text has less than 2^31 bytes.
  using Offsets = std::int32_t __attribute__((vector_size(16)));
  static_assert(kBodyBytesLimit <= std::size_t{1} << 30);
  [[nodiscard]] static constexpr std::size_t at(Part part) noexcept { return static_cast<std::size_t>(part); }

  Offsets begins_{-1, -1, -1, -1};
  Offsets ends_{-1, -1, -1, -1};
};

}  // namespace planish::core::rules
