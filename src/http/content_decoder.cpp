// ContentDecoder: libdeflate for gzip, libzstd for zstd, each in one pass straight into a buffer of the limit's size.
#include <http/content_decoder.hpp>

#include <libdeflate.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <utility>

namespace planish::http {
namespace {

// The state of libdeflate's decompressor, which tells no size: its tables, rounded up.
constexpr std::size_t kInflateBytes = 16 * 1024;
// The state of libzstd's, with room for other versions of it; a test measures it.
constexpr std::size_t kZstdBytes = 192 * 1024;
constexpr std::size_t kSkippableHeadBytes = 8;
constexpr std::uint32_t kZstdMagic = 0xFD2FB528;
constexpr std::uint32_t kSkippableMagic = 0x184D2A50;  // to ...5F

std::uint32_t little_endian(std::string_view bytes) noexcept {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

struct FreeInflater {
  void operator()(libdeflate_decompressor* engine) const noexcept { libdeflate_free_decompressor(engine); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* engine) const noexcept { ZSTD_freeDCtx(engine); }
};

}  // namespace

struct ContentDecoder::Engines {
  std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater{libdeflate_alloc_decompressor()};
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd{ZSTD_createDCtx()};
};

ContentDecoder::ContentDecoder(std::size_t body_bytes_max) noexcept : body_bytes_max_(body_bytes_max) {}

ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

bool ContentDecoder::allocate() noexcept {
  if (engines_) return true;
  std::unique_ptr<Engines> engines{new (std::nothrow) Engines};
  if (!engines || !engines->inflater || !engines->zstd) return false;
  for (auto& buffer : buffers_) {
    if (!buffer) buffer.reset(new (std::nothrow) char[body_bytes_max_ + kPadding]);
    if (!buffer) return false;
  }
  engines_ = std::move(engines);
  return true;
}

std::optional<Fault> ContentDecoder::decode(std::span<const Coding> codings, std::string_view encoded) noexcept {
  if (!allocate()) return Fault::buffered;
  if (codings.empty()) {  // then it is a copy, so that body() can be had in any case
    if (encoded.size() > body_bytes_max_) return Fault::body_long;
    std::copy(encoded.begin(), encoded.end(), buffers_[last_].get());
    size_ = encoded.size();
  }
  for (std::size_t i = codings.size(); i-- > 0;) {
    const unsigned next = last_ ^ 1U;
    const std::span out(buffers_[next].get(), body_bytes_max_);
    const auto fault = codings[i] == Coding::gzip ? decode_gzip(encoded, out) : decode_zstd(encoded, out);
    if (fault) return fault;
    last_ = next;
    encoded = {buffers_[last_].get(), size_};
  }
  return std::nullopt;
}

PaddedView ContentDecoder::body() noexcept {
  return {{buffers_[last_].get(), body_bytes_max_ + kPadding}, size_};
}

std::size_t ContentDecoder::memory_bytes_max() const noexcept {
  return sizeof *this + sizeof(Engines) + 2 * (body_bytes_max_ + kPadding) + kInflateBytes + kZstdBytes;
}

std::optional<Fault> ContentDecoder::decode_gzip(std::string_view encoded, std::span<char> out) noexcept {
  size_ = 0;
  do {
    std::size_t read = 0;
    std::size_t written = 0;
    const auto result = libdeflate_gzip_decompress_ex(engines_->inflater.get(), encoded.data(), encoded.size(),
                                                      out.data() + size_, out.size() - size_, &read, &written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return Fault::body_long;
    if (result != LIBDEFLATE_SUCCESS) return Fault::bad_content_coding;
    encoded.remove_prefix(read);
    size_ += written;
  } while (!encoded.empty());
  return std::nullopt;
}

std::optional<Fault> ContentDecoder::decode_zstd(std::string_view encoded, std::span<char> out) noexcept {
  size_ = 0;
  // Frame by frame, so that what the library reads beside RFC 8878, frames of its versions before 0.8, is refused.
  do {
    if (encoded.size() < kSkippableHeadBytes) return Fault::bad_content_coding;
    const std::uint32_t magic = little_endian(encoded);
    if ((magic & 0xFFFFFFF0U) == kSkippableMagic) {
      const std::size_t bytes = kSkippableHeadBytes + std::size_t{little_endian(encoded.substr(4))};
      if (bytes > encoded.size()) return Fault::bad_content_coding;
      encoded.remove_prefix(bytes);
      continue;
    }
    const std::size_t bytes = ZSTD_findFrameCompressedSize(encoded.data(), encoded.size());
    if (magic != kZstdMagic || ZSTD_isError(bytes) != 0) return Fault::bad_content_coding;
    const std::size_t written =
        ZSTD_decompressDCtx(engines_->zstd.get(), out.data() + size_, out.size() - size_, encoded.data(), bytes);
    if (ZSTD_isError(written) != 0) {
      return ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall ? Fault::body_long : Fault::bad_content_coding;
    }
    encoded.remove_prefix(bytes);
    size_ += written;
  } while (!encoded.empty());
  return std::nullopt;
}

}  // namespace planish::http
