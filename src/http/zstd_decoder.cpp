// ZstdDecoder: libzstd's streaming interface, fed exactly one block at a time. Where blocks begin and end we read
// ourselves, so that each step is bounded and what it costs is known.
//
// The library writes straight to where the body is wanted, which serves as its window as well ("stable output"): no
// memory depends on the window that a frame asks for. It lives in memory of a fixed size and allocates nothing.
#include <http/zstd_decoder.hpp>

#include <zstd_errors.h>

#include <new>

namespace planish::http {
namespace {

constexpr std::size_t kSkippableHeadBytes = 8;
constexpr std::uint32_t kMagic = 0xFD2FB528;
constexpr std::uint32_t kSkippableMagic = 0x184D2A50;  // to ...5F
constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kBlockHeadBytes = 3;
constexpr std::size_t kChecksumBytes = 4;
constexpr int kWindowLogMax = 31;

// Of at most four bytes.
std::uint32_t little_endian(std::string_view bytes) noexcept {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// RFC 8878, section 3.1.1.1, by the descriptor after the magic number.
std::size_t frame_head_bytes(unsigned descriptor) noexcept {
  constexpr std::size_t kDictionary[] = {0, 1, 2, 4};
  constexpr std::size_t kContentSize[] = {0, 2, 4, 8};
  const bool single_segment = (descriptor >> 5 & 1) != 0;
  const std::size_t size = kContentSize[descriptor >> 6] + (single_segment && descriptor >> 6 == 0 ? 1 : 0);
  return kMagicBytes + 1 + (single_segment ? 0 : 1) + kDictionary[descriptor & 3] + size;
}
constexpr unsigned kHasChecksum = 4;  // of the descriptor

enum BlockType : std::uint32_t { raw, run, compressed };

// How many tables a compressed block brings with it: up to one for its literals and three for its sequences. Where the
// block is cut short, all of them; the library will refuse it. RFC 8878, sections 3.1.1.3.1.1 and 3.1.1.3.2.1.
unsigned tables_of(std::string_view block) noexcept {
  constexpr unsigned kAll = 4;
  constexpr unsigned kRaw = 0, kRun = 1, kWithTree = 2;  // types of literals
  if (block.size() < 5) return kAll;
  const std::uint64_t head = little_endian(block.substr(0, 4)) | std::uint64_t{static_cast<unsigned char>(block[4])}
                                                                     << 32;
  const auto bits = [head](unsigned from, unsigned count) {
    return static_cast<std::size_t>(head >> from & ((1U << count) - 1));
  };
  const std::size_t type = bits(0, 2);
  const std::size_t format = bits(2, 2);
  std::size_t sequences = 0;
  if (type == kRaw || type == kRun) {
    const std::size_t size = format % 2 == 0 ? bits(3, 5) : format == 1 ? bits(4, 12) : bits(4, 20);
    sequences = (format % 2 == 0 ? 1 : format == 1 ? 2 : 3) + (type == kRun ? 1 : size);
  } else {
    sequences = format < 2 ? 3 + bits(14, 10) : format == 2 ? 4 + bits(18, 14) : 5 + bits(22, 18);
  }
  const unsigned trees = type == kWithTree ? 1 : 0;
  if (sequences >= block.size()) return kAll;
  const auto count = static_cast<unsigned char>(block[sequences]);
  if (count == 0) return trees;
  const std::size_t modes_at = sequences + (count < 128 ? 1 : count < 255 ? 2 : 3);
  if (modes_at >= block.size()) return kAll;
  const auto modes = static_cast<unsigned char>(block[modes_at]);
  unsigned tables = trees;
  for (const unsigned from : {2U, 4U, 6U}) tables += (modes >> from & 3U) == 2 ? 1 : 0;
  return tables;
}

}  // namespace

// The engine, and the block of input that it has room for and never needs: it is given whole ones.
std::size_t ZstdDecoder::memory_bytes() noexcept {
  return ZSTD_estimateDCtxSize() + ZSTD_BLOCKSIZE_MAX + alignof(std::max_align_t);
}

std::optional<std::uint64_t> ZstdDecoder::says(std::string_view encoded) noexcept {
  const unsigned long long bytes = ZSTD_getFrameContentSize(encoded.data(), encoded.size());
  if (bytes == ZSTD_CONTENTSIZE_UNKNOWN || bytes == ZSTD_CONTENTSIZE_ERROR) return std::nullopt;
  return bytes;
}

ZstdDecoder::ZstdDecoder() noexcept : memory_(new (std::nothrow) std::byte[memory_bytes()]) {
  if (memory_) engine_ = ZSTD_initStaticDCtx(memory_.get(), memory_bytes());
  if (engine_ == nullptr) return;
  ZSTD_DCtx_setParameter(engine_, ZSTD_d_windowLogMax, kWindowLogMax);
  ZSTD_DCtx_setParameter(engine_, ZSTD_d_stableOutBuffer, 1);
}

void ZstdDecoder::begin() noexcept {
  ZSTD_DCtx_reset(engine_, ZSTD_reset_session_only);
  place_ = Place::frame;
}

Decoding::Step ZstdDecoder::step(Decoding& decoding) noexcept {
  switch (place_) {
    case Place::frame:
      return begin_frame(decoding);
    case Place::block:
      return take_block(decoding);
    case Place::checksum:
      break;
  }
  return feed(decoding, kChecksumBytes, true);
}

// Frame by frame, so that what the library reads beside RFC 8878, frames of its versions before 0.8, is refused.
Decoding::Step ZstdDecoder::begin_frame(Decoding& decoding) noexcept {
  const std::string_view rest = decoding.rest();
  if (rest.size() < kMagicBytes + 1) return Decoding::Step::corrupt;
  decoding.extra += kMemberWork;
  const std::uint32_t magic = little_endian(rest.substr(0, kMagicBytes));
  if ((magic & 0xFFFFFFF0U) == kSkippableMagic) return skip_frame(decoding);
  if (magic != kMagic) return Decoding::Step::corrupt;
  const auto descriptor = static_cast<unsigned char>(rest[kMagicBytes]);
  has_checksum_ = (descriptor & kHasChecksum) != 0;
  out_ = {decoding.out.data() + decoding.written, decoding.out.size() - decoding.written, 0};
  place_ = Place::block;
  const std::size_t head_bytes = frame_head_bytes(descriptor);
  if (head_bytes > rest.size()) return Decoding::Step::corrupt;
  content_bytes_ = ZSTD_getFrameContentSize(rest.data(), head_bytes);
  return feed(decoding, head_bytes, false);
}

Decoding::Step ZstdDecoder::skip_frame(Decoding& decoding) noexcept {
  const std::string_view rest = decoding.rest();
  if (rest.size() < kSkippableHeadBytes) return Decoding::Step::corrupt;
  const std::size_t bytes = kSkippableHeadBytes + std::size_t{little_endian(rest.substr(4, 4))};
  if (bytes > rest.size()) return Decoding::Step::corrupt;
  decoding.read += bytes;
  return decoding.rest().empty() ? Decoding::Step::done : Decoding::Step::more;
}

Decoding::Step ZstdDecoder::take_block(Decoding& decoding) noexcept {
  const std::string_view rest = decoding.rest();
  if (rest.size() < kBlockHeadBytes) return Decoding::Step::corrupt;
  const std::uint32_t head = little_endian(rest.substr(0, kBlockHeadBytes));
  const bool last = (head & 1) != 0;
  const std::uint32_t type = head >> 1 & 3;
  const std::size_t size = type == BlockType::run ? 1 : head >> 3;
  if (size > rest.size() - kBlockHeadBytes) return Decoding::Step::corrupt;
  // The library passes over one of no bytes where it is fed by blocks, and refuses it elsewhere.
  if (type == BlockType::compressed && size == 0) return Decoding::Step::corrupt;
  decoding.extra += kBlockWork;
  if (type == BlockType::compressed) {
    decoding.extra += kZstdBlockWork + tables_of(rest.substr(kBlockHeadBytes, size)) * kZstdTableWork;
  }
  if (last && has_checksum_) place_ = Place::checksum;
  return feed(decoding, kBlockHeadBytes + size, last && !has_checksum_);
}

// Gives the library exactly these bytes, and holds it to what we have read out of them.
Decoding::Step ZstdDecoder::feed(Decoding& decoding, std::size_t bytes, bool ends_frame) noexcept {
  if (bytes > decoding.rest().size()) return Decoding::Step::corrupt;
  ZSTD_inBuffer in{decoding.rest().data(), bytes, 0};
  const std::size_t before = out_.pos;
  const std::size_t left = ZSTD_decompressStream(engine_, &out_, &in);
  if (ZSTD_isError(left) != 0) {
    return ZSTD_getErrorCode(left) == ZSTD_error_dstSize_tooSmall ? Decoding::Step::too_long : Decoding::Step::corrupt;
  }
  decoding.read += bytes;
  decoding.written += out_.pos - before;
  if (in.pos != bytes || (left == 0) != ends_frame) return Decoding::Step::corrupt;
  if (!ends_frame) return Decoding::Step::more;
  // The library does not look where the last block is an empty one.
  if (content_bytes_ != ZSTD_CONTENTSIZE_UNKNOWN && content_bytes_ != out_.pos) return Decoding::Step::corrupt;
  place_ = Place::frame;
  return decoding.rest().empty() ? Decoding::Step::done : Decoding::Step::more;
}

}  // namespace planish::http
