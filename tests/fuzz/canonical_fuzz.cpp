// Any valid JSON value: its canonical form is that of a slow reference, within its bound, and a fixed point.
#include <core/canonical.hpp>

#include <unit/core/canonical_reference.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace planish::core;

namespace {

struct Depth : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Depth> {
  bool StartObject() { return ++depth <= planish::kDepthMax; }
  bool StartArray() { return ++depth <= planish::kDepthMax; }
  bool EndObject(rapidjson::SizeType) { return depth-- > 0; }
  bool EndArray(rapidjson::SizeType) { return depth-- > 0; }
  unsigned depth = 0;
};

bool is_json(std::string_view text) {
  constexpr unsigned kFlags =
      rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>> reader;
  Depth depth;
  return !reader.Parse<kFlags>(stream, depth).IsError() && stream.Tell() == text.size();
}

// RapidJSON lets the low half of a surrogate pair stand alone; the core's walk does not.
bool has_lone_surrogate(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xED' && static_cast<unsigned char>(text[i + 1]) >= 0xA0) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  if (!is_json(value)) return 0;
  Canonicalizer canonicalizer(size);
  if (canonicalizer.canonicalize(value) != Canonicalizer::Result::ok) return 0;
  const std::string text(canonicalizer.text());
  if (has_lone_surrogate(text)) return 0;
  if (text.size() > Canonicalizer::text_bytes_max(size)) std::abort();
  if (text != CanonicalReference::of(value)) std::abort();
  Canonicalizer again(text.size());
  if (again.canonicalize(text) != Canonicalizer::Result::ok || again.text() != text) std::abort();
  return 0;
}
