// Pattern without RE2, which is not built for Wasm: the module has no contracts.
#include <core/contract/pattern.hpp>

namespace planish::core::contract {

class Pattern::Impl {};

Pattern::Pattern(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
Pattern::~Pattern() = default;

std::unique_ptr<const Pattern> Pattern::compile(std::string_view, std::string& error) {
  error = "there is no RE2 here";
  return nullptr;
}

bool Pattern::is_in(std::string_view) const noexcept {
  return false;
}

}  // namespace planish::core::contract
