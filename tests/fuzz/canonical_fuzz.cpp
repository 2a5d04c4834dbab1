// Any bytes, with memory for exactly so many: what is JSON has the canonical form that a slow reference finds, within
// its bound, and a fixed point; what is none is refused, and no bound is overrun before that is known.
#include <core/canonical/canonicalizer.hpp>
#include <core/diagnose.hpp>

#include <unit/core/canonical/canonical_reference.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace planish::core;

namespace {

using Result = Canonicalizer::Result;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  Canonicalizer canonicalizer(size);
  const Result result = canonicalizer.canonicalize(value);
  require((diagnose(value).kind == Diagnosis::Kind::valid) == (result != Result::not_json));
  if (result == Result::not_json) return 0;
  const std::string wanted = CanonicalReference::of(value);
  require((wanted.find(CanonicalReference::kNoNumber) != std::string::npos) == (result == Result::number_out_of_range));
  if (result != Result::ok) return 0;
  const std::string text(canonicalizer.text());
  require(text == wanted && text.size() <= canonical::Form::text_bytes_max(size));
  Canonicalizer again(text.size());
  require(again.canonicalize(text) == Result::ok && again.text() == text);
  return 0;
}
