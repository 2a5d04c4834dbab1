// Decoders: which bodies are small.
#include <http/decoders.hpp>
#include <http/zstd_decoder.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

// RFC 1952, section 2.3.1: ISIZE, the length of the last member, which is the only one of most bodies.
constexpr std::size_t kGzipLengthBytes = 4;

std::uint64_t gzip_says(std::string_view encoded) noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = 1; i <= std::min(kGzipLengthBytes, encoded.size()); ++i) {
    bytes = bytes << 8 | static_cast<unsigned char>(encoded[encoded.size() - i]);
  }
  return bytes;
}

// How long the body will be, as far as it says so.
std::uint64_t expected_bytes(Coding coding, std::string_view encoded) noexcept {
  const std::uint64_t guess = std::uint64_t{kUsualRatioMax} * encoded.size();
  switch (coding) {
    case Coding::gzip:
      return gzip_says(encoded);
    case Coding::zstd:
      return ZstdDecoder::says(encoded).value_or(guess);
    case Coding::deflate:
      break;
  }
  return guess;
}

bool is_small(std::span<const Coding> codings, std::string_view encoded) noexcept {
  return codings.size() == 1 && encoded.size() <= kSmallEncodedMax &&
         expected_bytes(codings[0], encoded) <= kSmallDecodedMax;
}

}  // namespace

Decoders::Decoders(std::size_t body_bytes_max) noexcept
    : body_bytes_max_(body_bytes_max),
      at_once_(std::min(body_bytes_max, kSmallDecodedMax)),
      in_turns_(body_bytes_max) {}

std::optional<ContentDecoder::Progress> Decoders::decode_at_once(std::span<const Coding> codings,
                                                                 std::string_view encoded, Budget& budget) noexcept {
  using Progress = ContentDecoder::Progress;
  if (!is_small(codings, encoded)) return std::nullopt;
  at_once_.hold(this);
  Progress progress{Progress::Kind::fault, Fault::buffered};
  if (!at_once_.begin(codings, {})) {
    std::size_t work = kSmallWorkMax;
    progress = at_once_.go_on(encoded, work);
    assert(progress.kind != Progress::Kind::more);
    budget.decoding -= std::min<std::size_t>(budget.decoding, kSmallWorkMax - work);
  }
  at_once_.release();
  const bool too_long = progress.kind == Progress::Kind::fault && progress.fault == Fault::body_long;
  if (too_long && body_bytes_max_ > kSmallDecodedMax) return std::nullopt;
  return progress;
}

ContentDecoder::Progress Decoders::decode_in_turns(std::span<const Coding> codings, std::string_view encoded,
                                                   std::chrono::nanoseconds received_at, Budget& budget) noexcept {
  if (!in_turns_.begun()) {
    const std::optional<Fault> fault = in_turns_.begin(codings, received_at);
    if (fault) return {ContentDecoder::Progress::Kind::fault, *fault};
  }
  return in_turns_.go_on(encoded, budget.decoding, budget.decoding_until);
}

std::size_t Decoders::memory_bytes_max() const noexcept {
  return at_once_.memory_bytes_max() + in_turns_.memory_bytes_max();
}

}  // namespace planish::http
