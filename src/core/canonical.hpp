// The canonical form of a JSON value: RFC 8785, with the contract's exact 64-bit integers (section 4).
//
// First the value is written in the order of the document, and every object whose names turn out not to ascend leaves a
// record of its members, sorted. Only if there is such an object, the text is copied once more, each member from where
// it lies. So each byte is written at most twice, whatever the depth, and with n bytes of value, m of them in names:
//   time    O(n + m log m): a merge sort, where a comparison costs no more than the member that it puts in place
//   memory  about 17 bytes a byte of value, in one block, allocated at construction and touched as far as a value needs
//   it
#pragma once

#include <planish/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace planish::core {

// Three-way, by UTF-16 code units, of two names after unescaping, in valid UTF-8.
[[nodiscard]] int compare_names(std::string_view a, std::string_view b) noexcept;

class Canonicalizer {
 public:
  enum class Result : std::uint8_t { ok, number_out_of_range };

  static constexpr std::size_t kValueBytesLimit = std::size_t{1} << 29;  // offsets are 32 bits wide

  // Precondition: value_bytes_max <= kValueBytesLimit.
  explicit Canonicalizer(std::size_t value_bytes_max);

  // `value` is one valid JSON value of at most value_bytes_max bytes and kDepthMax levels; white space around it is
  // ignored. It need not be followed by padding.
  Result canonicalize(std::string_view value) noexcept;

  // The canonical form, after Result::ok. Valid until the next canonicalize().
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  // Upper bound of the bytes that text() can have for a value of so many.
  [[nodiscard]] static std::size_t text_bytes_max(std::size_t value_bytes) noexcept;

  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  // A member "name":value in written_.
  struct Member {
    std::uint32_t begin;         // of the name's opening quote
    std::uint32_t name_end;      // of the name's closing quote
    std::uint32_t end;           // behind the value
    std::uint32_t shuffled_end;  // size of shuffled_ behind the value
  };

  // An object in written_ whose members are to be taken from sorted_.
  struct Shuffled {
    std::uint32_t begin;  // of the opening brace
    std::uint32_t end;    // behind the closing brace
    std::uint32_t first_inner;
    std::uint32_t first_member;
    std::uint32_t members;
  };

  // An array or object that is not closed yet.
  struct Level {
    bool object = false;
    bool ascending = true;
    std::uint32_t begin = 0;
    std::uint32_t first_inner = 0;
    std::uint32_t first_member = 0;
  };

  void write(const char* at, const char* end) noexcept;
  const char* write_literal(const char* at, std::size_t bytes) noexcept;
  const char* write_string(const char* at, const char* end) noexcept;
  const char* write_escape(const char* at) noexcept;
  const char* write_number(const char* at, const char* end) noexcept;
  const char* write_name(const char* at, const char* end) noexcept;
  void end_member() noexcept;
  void open(char bracket) noexcept;
  void close(char bracket) noexcept;

  [[nodiscard]] int compare(const Member& a, const Member& b) const noexcept;
  std::uint32_t sort_members(std::uint32_t first) noexcept;
  void merge(const Member* from, std::size_t count, std::size_t width, Member* to) const noexcept;

  void assemble(std::uint32_t begin, std::uint32_t end, std::uint32_t shuffled_end) noexcept;
  void assemble_object(const Shuffled& object) noexcept;
  void copy_back(std::uint32_t begin, std::uint32_t end) noexcept;

  [[nodiscard]] std::uint32_t offset() const noexcept { return static_cast<std::uint32_t>(out_ - written_); }

  // The parts of the block, in their order.
  struct Sizes {
    explicit Sizes(std::size_t value_bytes_max) noexcept;
    [[nodiscard]] std::size_t all() const noexcept { return 2 * members + shuffled + 2 * text; }
    std::size_t members, shuffled, text;  // bytes
  };

  [[maybe_unused]] std::size_t value_bytes_max_;  // asserted alone
  Sizes sizes_;
  std::unique_ptr<std::byte[]> memory_;
  Member* open_;           // members of the objects that are not closed yet, those of one in a row
  Member* sorted_;         // members of the shuffled objects
  Shuffled* shuffled_;     // in the order in which they close: inner before outer
  char* written_;          // the value in the order of the document
  char* assembled_;        // the value in canonical order, filled from behind
  char* out_ = nullptr;    // end of what is written
  char* front_ = nullptr;  // beginning of what is assembled
  std::uint32_t open_size_ = 0;
  std::uint32_t sorted_size_ = 0;
  std::uint32_t shuffled_size_ = 0;
  unsigned depth_ = 0;
  bool overflowed_ = false;  // a number that rounds to infinity was written
  std::array<Level, kDepthMax> levels_;
  std::string_view text_;
};

}  // namespace planish::core
