// Editor: one batch of edits on the text of an event, in one walk along its tokens that copies what stays.
#pragma once

#include <core/rules/rule_set.hpp>
#include <core/rules/scratch.hpp>
#include <core/structural_index.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace planish::core::rules {

// Parts of an event that are told beside it: where they stand in its text, and where they stand after an edit.
enum class Part : std::uint8_t { payload, user, id, trace };
inline constexpr std::size_t kParts = 4;

struct Span {
  static constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;
  std::uint32_t begin = kNowhere, end = kNowhere;

  [[nodiscard]] bool is_there() const noexcept { return begin != kNowhere; }
};

class Editor {
 public:
  // `text` is a JSON value, its first token at `first`; offsets of tokens are from `base`. `out` has
  // edited_bytes_max().
  Editor(const RuleSet& rules, RulesScratch& scratch, const char* base, Index first, std::uint32_t end,
         char* out) noexcept
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is edited has its first token
      : rules_(rules), scratch_(scratch), base_(base), first_(first), end_(end), out_(out), copied_(*first) {}

  // Whether anything was changed: then `out` holds the text, size() bytes.
  bool make(const Batch& batch, std::array<Span, kParts>& parts) noexcept;
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  // The text had no room: nothing of it may be used.
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }

 private:
  using Mask = std::uint64_t;  // of the batch's edits

  // Each returns the token behind the value.
  Index value(Index at, std::size_t level, Mask active) noexcept;
  Index object(Index at, std::size_t level, Mask active) noexcept;
  Index array(Index at, std::size_t level, Mask active) noexcept;

  [[nodiscard]] Mask step(std::size_t level, Mask active, std::string_view name) const noexcept;
  [[nodiscard]] Mask any_step(std::size_t level, Mask active) const noexcept;
  [[nodiscard]] const Edit* reached(std::size_t level, Mask active) const noexcept;
  [[nodiscard]] std::uint32_t value_end(Index behind) const noexcept;
  void change(const Edit& edit, Index at, Index behind) noexcept;
  void mask(Index at) noexcept;
  void hash(Index at, std::uint32_t end) noexcept;
  void truncate(Index at) noexcept;
  void add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept;

  // What stands in the text from `begin` to `end` makes room for what is put next. `of_value`: it is the whole of one.
  void replace(std::uint32_t begin, std::uint32_t end, bool of_value) noexcept;
  void put(std::string_view text) noexcept;
  void put_string(std::string_view name) noexcept;
  void finish_replacement() noexcept;
  void finish(std::array<Span, kParts>& parts) noexcept;

  const RuleSet& rules_;
  RulesScratch& scratch_;
  const char* base_;
  Index first_;
  std::uint32_t end_;
  char* out_;
  std::uint32_t copied_;  // of the text, so far
  std::uint32_t size_ = 0;
  const Batch* batch_ = nullptr;
  std::array<Span, kParts> from_{}, to_{};
  std::uint8_t replaced_ = 0;  // parts that the replacement at hand takes the place of
  bool changed_ = false;
  bool too_large_ = false;
};

}  // namespace planish::core::rules
