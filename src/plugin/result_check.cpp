// ResultCheck: see its header. The texts lie one after the other, each followed by what no JSON text has outside of a
// string nor inside: a walk that begins in one text ends there, and an open string is an error of stage 1's.
//
//   {"a":1} LF NUL LF {"b":2} LF NUL LF …
#include <plugin/result_check.hpp>

#include <planish/options.hpp>
#include <planish/padded_view.hpp>

#include <core/canonical/number.hpp>
#include <core/walk_value.hpp>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace planish::plugin {
namespace {

constexpr std::string_view kBetween("\n\0\n", 3);

// Whether the number that begins at `at` has an RFC 8785 form: does not round to infinity.
bool is_finite(const char* at) noexcept {
  const core::Number number = core::scan_number(at);
  // Below 10^300 whatever the digits say, unless there is an exponent or there are as many of them.
  const std::string_view text(at, static_cast<std::size_t>(number.end - at));
  if (text.size() < 300 && text.find_first_of("eE") == std::string_view::npos) return true;
  core::canonical::NumberForm form;
  return core::canonical::read_number(at, form) == number.end &&
         (form.size == 0 || form.text[0] != core::canonical::kNoNumber);
}

// Of the value that has been walked from one token to the other.
bool are_finite(const char* base, core::Index next, core::Index behind) noexcept {
  return std::all_of(next, behind, [base](std::uint32_t at) {
    return (base[at] != '-' && !core::is_digit(base[at])) || is_finite(base + at);
  });
}

}  // namespace

ResultCheck::ResultCheck(std::size_t bytes_max, std::size_t texts_max, bool numbers_finite)
    : index_(bytes_max + texts_max * kBetween.size()),
      text_(new char[bytes_max + texts_max * kBetween.size() + kPadding]),
      capacity_(bytes_max + texts_max * kBetween.size()),
      numbers_finite_(numbers_finite) {}

std::string_view ResultCheck::keep(std::string_view text) noexcept {
  assert(text.size() + kBetween.size() <= capacity_ - used_);
  char* const at = text_.get() + used_;
  std::memcpy(at, text.data(), text.size());
  std::memcpy(at + text.size(), kBetween.data(), kBetween.size());
  used_ += text.size() + kBetween.size();
  scanned_ = false;
  return {at, text.size()};
}

void ResultCheck::scan() noexcept {
  scanned_ = used_ != 0 && index_.build({text_.get(), used_});
  next_ = scanned_ ? index_.begin() : nullptr;
}

bool ResultCheck::is_json(std::string_view& kept, unsigned depth) noexcept {
  if (!scanned_) {
    // One of them is no JSON at all, so each is looked at for itself, with what is after it.
    return index_.build({kept.data(), kept.size() + kBetween.size()}) && is_value(index_.begin(), kept, depth);
  }
  const auto begin = static_cast<std::uint32_t>(kept.data() - text_.get());
  next_ = std::lower_bound(next_, index_.end(), begin);
  return is_value(next_, kept, depth);
}

// Where the index is of one text, so are its offsets.
bool ResultCheck::is_value(core::Index next, std::string_view& kept, unsigned depth) noexcept {
  const char* const base = scanned_ ? text_.get() : kept.data();
  const char* const end = kept.data() + kept.size();
  const char* const first = base + *next;
  if (first >= end) return false;
  const core::Walked walked = core::walk_value<true>(base, next, depth);
  // After the value comes the NUL of the text's own end.
  if (walked.next == nullptr || base + *walked.next != end + 1) return false;
  if (numbers_finite_ && !are_finite(base, next, walked.next)) return false;
  kept = {first, static_cast<std::size_t>(walked.end - first)};
  return true;
}

}  // namespace planish::plugin
