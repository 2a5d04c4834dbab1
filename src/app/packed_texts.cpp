// Unpacks by the decoder that bodies of requests have.
#include <app/packed_texts.hpp>

#include <http/content_decoder.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <limits>
#include <new>

namespace planish::app {

std::string unpacked(const PackedTexts& texts, std::string_view name) {
  const auto entry =
      std::find_if(texts.entries.begin(), texts.entries.end(), [name](const auto& one) { return one.name == name; });
  if (entry == texts.entries.end()) return {};
  http::ContentDecoder decoder(texts.size);
  decoder.hold(&texts);
  constexpr std::array kCodings{http::Coding::gzip};
  if (decoder.begin(kCodings, std::chrono::nanoseconds{})) throw std::bad_alloc();
  std::size_t work = std::numeric_limits<std::size_t>::max();
  [[maybe_unused]] const auto progress = decoder.go_on(texts.packed, work);
  assert(progress.kind == http::ContentDecoder::Progress::Kind::done);
  return std::string(decoder.body().text().substr(entry->begin, entry->size));
}

}  // namespace planish::app
