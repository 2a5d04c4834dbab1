// Inflater: zlib, which can stop at each block (Z_BLOCK) and where its output is full, and goes on from there.
#include <http/crc32.hpp>
#include <http/inflater.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

// Of a step: 32 KiB take zlib about 0.1 ms.
constexpr std::size_t kSliceBytes = std::size_t{32} << 10;

constexpr int kWindowBits = 15;           // the largest, RFC 1951
constexpr int kGzipAlone = 16;            // zlib.h: added to the window's bits
constexpr int kLastBlock = 64;            // zlib.h: what data_type says after Z_BLOCK
constexpr int kBlockBegins = 128;         // or, with kLastBlock, the end of the last one
constexpr int kUnusedBits = 7;            // of the byte that was read last
constexpr std::size_t kTrailerBytes = 8;  // RFC 1952, section 2.3.1: CRC-32 and length of what was packed

int window_bits(Inflater::Format format) noexcept {
  return format == Inflater::Format::gzip ? kWindowBits + kGzipAlone : kWindowBits;
}

// Whether the block that begins where zlib has stopped, which is within a byte, brings its tables with it (RFC 1951,
// section 3.2.3): the first bit says whether it is the last one, the next two are 10 then.
bool brings_tables(const Decoding& decoding, unsigned unused_bits) noexcept {
  const auto byte = [&](std::size_t at) -> unsigned { return static_cast<unsigned char>(decoding.encoded[at]); };
  unsigned bits = unused_bits == 0 ? 0U : byte(decoding.read - 1) >> (8U - unused_bits);
  if (decoding.read < decoding.encoded.size()) bits |= byte(decoding.read) << unused_bits;
  return (bits >> 1U & 3U) == 2;
}

}  // namespace

Inflater::Inflater() noexcept {
  stream_.zalloc = [](void* self, unsigned count, unsigned size) { return allocate(self, count, size); };
  stream_.zfree = [](void*, void*) {};
  stream_.opaque = this;
  [[maybe_unused]] const int result = inflateInit2(&stream_, window_bits(format_));
  assert(result == Z_OK);
}

// Null where there is no room: zlib then fails as it does where malloc() does.
void* Inflater::allocate(void* self, unsigned count, unsigned size) noexcept {
  auto& inflater = *static_cast<Inflater*>(self);
  constexpr std::size_t kGrain = alignof(std::max_align_t);
  const std::size_t bytes = (std::size_t{count} * size + kGrain - 1) / kGrain * kGrain;
  if (bytes > kMemoryBytes - inflater.used_) return nullptr;
  char* const at = inflater.memory_.data() + inflater.used_;
  inflater.used_ += bytes;
  return at;
}

void Inflater::begin(Format format) noexcept {
  format_ = format;
  inflateReset2(&stream_, window_bits(format));
  crc_ = 0;
  member_begin_ = 0;
}

Decoding::Step Inflater::step(Decoding& decoding) noexcept {
  // One byte more than the limit: only a stream that writes it is too long.
  const std::size_t room = std::min(kSliceBytes, decoding.out.size() + 1 - decoding.written);
  const std::string_view slice = decoding.rest().substr(0, kSliceBytes);
  stream_.next_in = reinterpret_cast<const Bytef*>(slice.data());
  stream_.avail_in = static_cast<uInt>(slice.size());
  stream_.next_out = reinterpret_cast<Bytef*>(decoding.out.data() + decoding.written);
  stream_.avail_out = static_cast<uInt>(room);
  const int result = inflate(&stream_, Z_BLOCK);
  decoding.read += slice.size() - stream_.avail_in;
  decoding.written += room - stream_.avail_out;
  if (decoding.written > decoding.out.size()) return Decoding::Step::too_long;
  if (format_ == Format::gzip) {
    const std::size_t written = room - stream_.avail_out;
    crc_ = crc32(crc_, {decoding.out.data() + decoding.written - written, written});
  }
  if (result == Z_STREAM_END) return end_member(decoding);
  // Also Z_BUF_ERROR: there is room, so the end of the stream is missing. And Z_NEED_DICT, which HTTP does not have.
  if (result != Z_OK) return Decoding::Step::corrupt;
  if ((stream_.data_type & kBlockBegins) != 0 && (stream_.data_type & kLastBlock) == 0) {
    decoding.extra += kBlockWork;
    // The header has been read, with its own CRC if it has one; those after are ours.
    if (format_ == Format::gzip) inflateValidate(&stream_, 0);
    const auto unused_bits = static_cast<unsigned>(stream_.data_type & kUnusedBits);
    if (brings_tables(decoding, unused_bits)) decoding.extra += kDeflateTablesWork;
  }
  return Decoding::Step::more;
}

// RFC 1952, section 2.2: members may follow one another. RFC 1950 has no such thing.
Decoding::Step Inflater::end_member(Decoding& decoding) noexcept {
  decoding.extra += kMemberWork;
  if (format_ == Format::gzip && !ends_as_it_says(decoding)) return Decoding::Step::corrupt;
  if (decoding.rest().empty()) return Decoding::Step::done;
  if (format_ == Format::zlib) return Decoding::Step::corrupt;
  inflateReset(&stream_);
  inflateValidate(&stream_, 1);
  crc_ = 0;
  member_begin_ = decoding.written;
  return Decoding::Step::more;
}

bool Inflater::ends_as_it_says(const Decoding& decoding) const noexcept {
  const auto number = [trailer =
                           decoding.encoded.substr(decoding.read - kTrailerBytes, kTrailerBytes)](std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 8 | static_cast<unsigned char>(trailer[at + i]);
    return out;
  };
  return number(0) == crc_ && number(4) == static_cast<std::uint32_t>(decoding.written - member_begin_);
}

}  // namespace planish::http
