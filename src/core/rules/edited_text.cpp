// What each verb puts in a value's place.
#include <core/contract/text.hpp>
#include <core/rules/edited_text.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace planish::core::rules {

void RulesScratch::write_hash(const Hmac& hmac, std::size_t edit, std::string_view text, char* out) noexcept {
  Made& last = hashed_[edit % kMadeKept];
  if (!last.is_of(text)) {
    std::array<std::uint8_t, kSha256Bytes> digest;
    hmac.of(text, digest);
    if (text.size() > Made::kBytesMax) return write_digest(digest, out);
    last.keep(text);
    write_digest(digest, last.made.data());
  }
  std::memcpy(out, last.made.data(), kHashDigits);
}

std::size_t RulesScratch::write_address(std::size_t edit, std::string_view text, char* out) noexcept {
  Made& last = addresses_[edit % kMadeKept];
  if (!last.is_of(text)) {
    if (text.size() > Made::kBytesMax) return write_truncated_address(text, out);
    last.keep(text);
    last.made_size = write_truncated_address(text, last.made.data());
  }
  std::memcpy(out, last.made.data(), kHashDigits);
  return last.made_size;
}

void EditedText::put(std::string_view text) noexcept {
  if (!has_room(text.size())) return;
  tokens_[tokens_size_++] = size_;
  std::memcpy(out_ + size_, text.data(), text.size());
  size_ += static_cast<std::uint32_t>(text.size());
}

// After the room for a text are kPadding bytes more, so that it may be looked at first whether it has room.
inline void EditedText::put_string(std::size_t size) noexcept {
  static_assert(std::max(kHashDigits, kAddressBytesMax) + 2 <= kPadding);
  if (!has_room(size + 2)) return;
  tokens_[tokens_size_++] = size_;
  out_[size_] = out_[size_ + size + 1] = '"';
  size_ += static_cast<std::uint32_t>(size + 2);
}

void EditedText::put_name(std::string_view json) noexcept {
  put(json);
  if (!too_large_) tokens_[tokens_size_++] = size_ - 1;  // its colon
}

void EditedText::put_value(const Edit& edit) noexcept {
  if (!has_room(edit.value.size())) return;
  for (const std::uint32_t token : edit.tokens) tokens_[tokens_size_++] = size_ + token;
  std::memcpy(out_ + size_, edit.value.data(), edit.value.size());
  size_ += static_cast<std::uint32_t>(edit.value.size());
}

void EditedText::mask(Index at) noexcept {
  if (base_[*at] != '"') return put("null");
  const std::size_t stars = contract::count_code_points(string_content(base_ + *at, base_ + at[1]));
  if (!has_room(stars + 2)) return;
  tokens_[tokens_size_++] = size_;
  char* const out = out_ + size_;
  std::memset(out, '*', stars + 2);
  out[0] = out[stars + 1] = '"';
  size_ += static_cast<std::uint32_t>(stars + 2);
}

inline void EditedText::hash(std::size_t edit, Index at) noexcept {
  scratch_.write_hash(rules_.hmac(), edit, plain(at), out_ + size_ + 1);
  put_string(kHashDigits);
}

// Of what is no string: of its canonical form, or of what stands there where it has none.
[[gnu::noinline]] void EditedText::hash_form(std::size_t edit, Index at, std::uint32_t end) noexcept {
  canonical::Source source({base_, end}, canonical::Source::From{*at});
  const std::string_view form = scratch_.canonical_form(source, at);
  const std::string_view message = form.empty() ? std::string_view(base_ + *at, end - *at) : form;
  scratch_.write_hash(rules_.hmac(), edit, message, out_ + size_ + 1);
  put_string(kHashDigits);
}

inline void EditedText::truncate(std::size_t edit, Index at) noexcept {
  const bool is_string = base_[*at] == '"';
  const std::size_t size = is_string ? scratch_.write_address(edit, plain(at), out_ + size_ + 1) : 0;
  if (size == 0) return put("null");
  put_string(size);
}

void EditedText::change(std::size_t number, Index at, std::uint32_t end) noexcept {
  const Edit& edit = batch_.edits()[number];
  switch (edit.verb) {
    case Verb::remove:
      break;
    case Verb::mask:
      mask(at);
      break;
    case Verb::hash:
      if (base_[*at] == '"') return hash(number, at);
      hash_form(number, at, end);
      break;
    case Verb::truncate_ip:
      truncate(number, at);
      break;
    case Verb::set:
      put_value(edit);
      break;
  }
}

}  // namespace planish::core::rules
