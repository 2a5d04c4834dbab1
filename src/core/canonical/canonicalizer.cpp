// Canonicalizer: a padded copy, its index, and the walk.
#include <core/canonical/canonicalizer.hpp>

#include <planish/padded_view.hpp>

#include <cstring>

namespace planish::core {

Canonicalizer::Canonicalizer(std::size_t value_bytes_max)
    : value_bytes_max_(value_bytes_max),
      index_(value_bytes_max),
      form_(value_bytes_max),
      copy_(std::make_unique_for_overwrite<char[]>(value_bytes_max + kPadding)) {
  index_.prepare();
}

Canonicalizer::Result Canonicalizer::canonicalize(std::string_view value, unsigned depth) noexcept {
  if (value.size() > value_bytes_max_) return Result::not_json;
  std::memcpy(copy_.get(), value.data(), value.size());
  std::memset(copy_.get() + value.size(), 0, kPadding);
  const std::string_view text(copy_.get(), value.size());
  if (!index_.build(text)) return Result::not_json;
  canonical::Source source(text);
  form_.begin(source);
  if (form_.walk<true>(index_.begin(), depth, text_) != index_.end()) return Result::not_json;
  return text_.empty() ? Result::number_out_of_range : Result::ok;
}

std::size_t Canonicalizer::memory_bytes_max() const noexcept {
  return sizeof *this + index_.memory_bytes_max() + canonical::Form::memory_bytes_max(value_bytes_max_) +
         value_bytes_max_ + kPadding;
}

}  // namespace planish::core
