// Faults are kept by the token where they are, and their pointers are found when all are known: the walk itself keeps
// no path.
#include <core/contract/fault_book.hpp>

#include <core/contract/skip.hpp>
#include <core/escape.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace planish::core::contract {

// In the order of the document; at one place, in the order in which they were found. One schema that is applied twice
// says the same thing once.
void FaultBook::add(Id reason, Index at) noexcept {
  std::size_t i = size_;
  while (i > 0 && entries_[i - 1].at > at) --i;
  for (std::size_t same = i; same > 0 && entries_[same - 1].at == at; --same) {
    if (entries_[same - 1].reason == reason) return;
  }
  if (i == kFaultsMax) return;
  const std::size_t last = std::min(size_, kFaultsMax - 1);
  std::move_backward(entries_.begin() + static_cast<std::ptrdiff_t>(i),
                     entries_.begin() + static_cast<std::ptrdiff_t>(last),
                     entries_.begin() + static_cast<std::ptrdiff_t>(last + 1));
  entries_[i] = {at, reason};
  size_ = last + 1;
}

std::span<const ContractFault> FaultBook::write(const Program& program, const char* body, Index payload,
                                                Scratch& scratch) const noexcept {
  char* out = scratch.pointers_.data();
  for (std::size_t i = 0; i < size_; ++i) {
    const Reason& reason = program.reasons[entries_[i].reason];
    const std::size_t size = write_pointer(body, payload, entries_[i].at, scratch, out);
    scratch.faults_[i] = {{out, size}, reason.detail, reason.schema};
    out += size;
  }
  return {scratch.faults_.data(), size_};
}

namespace {

// A step, and where it ends; null where it does not fit.
char* write_step(std::string_view name, char* out, const char* end) noexcept {
  if (out == end) return nullptr;
  *out++ = '/';
  for (const char c : name) {
    char text[kEscapeBytesMax] = {'~', c == '~' ? '0' : '1'};
    const std::size_t size = c == '~' || c == '/' ? 2 : write_escaped(c, text);
    if (static_cast<std::size_t>(end - out) < size) return nullptr;
    out = std::copy_n(text, size, out);
  }
  return out;
}

}  // namespace

std::size_t write_pointer(const char* body, Index from, Index to, Scratch& scratch, char* out) noexcept {
  char* const begin = out;
  const char* const end = begin + kFaultTextBytesMax;
  while (from != to) {
    // `from` is a container around `to`: over its children until the one that has it.
    const bool is_object = body[*from] == '{';
    Index child = from + 1;
    std::uint32_t number = 0;
    for (;; ++number) {
      const Index value = is_object ? child + 2 : child;
      const Index behind = skip(body, value);
      if (to < behind) break;
      child = behind + 1;
    }
    char digits[12];
    std::string_view step;
    if (is_object) {
      step = scratch.plain(string_content(body + *child, body + child[1]));
    } else {
      step = {digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, number).ptr - digits)};
    }
    char* const behind_step = write_step(step, out, end);
    if (behind_step == nullptr) break;
    out = behind_step;
    if (is_object && to == child) break;
    from = is_object ? child + 2 : child;
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace planish::core::contract
