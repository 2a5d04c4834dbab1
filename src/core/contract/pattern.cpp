// Pattern by RE2 (libre2). What RE2 keeps to: linear time, bounded memory, no recursion in a match.
#include <core/contract/pattern.hpp>

#include <re2/re2.h>

namespace planish::core::contract {

class Pattern::Impl {
 public:
  explicit Impl(std::string_view re2) : re2_(re2::StringPiece(re2.data(), re2.size()), options()) {}

  [[nodiscard]] bool is_in(std::string_view text) const noexcept {
    const re2::StringPiece piece(text.data(), text.size());
    return re2_.Match(piece, 0, piece.size(), RE2::UNANCHORED, nullptr, 0);
  }
  [[nodiscard]] const RE2& re2() const noexcept { return re2_; }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(static_cast<std::int64_t>(kPatternBytesMax));
    return options;
  }
  RE2 re2_;
};

Pattern::Pattern(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
Pattern::~Pattern() = default;

std::unique_ptr<const Pattern> Pattern::compile(std::string_view re2, std::string& error) {
  auto impl = std::make_unique<const Impl>(re2);
  if (!impl->re2().ok()) {
    error = impl->re2().error();
    return nullptr;
  }
  static_cast<void>(impl->is_in(""));  // makes what the first match would
  return std::unique_ptr<const Pattern>(new Pattern(std::move(impl)));
}

bool Pattern::is_in(std::string_view text) const noexcept {
  return impl_->is_in(text);
}

}  // namespace planish::core::contract
