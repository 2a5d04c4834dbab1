// Any bytes as a coded body: what comes of it does not depend on turns, is what the libraries say in one piece, and
// costs no more than a body of its size may. The first byte says which codings, the second how long the turns are.
#include <http/decoders.hpp>

#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace planish::http;

namespace {

constexpr std::size_t kMax = 4096;
constexpr std::size_t kAllWork = std::size_t{1} << 40;
// The most that one step adds before it is judged: a slice, a block, and their tables.
constexpr std::size_t kStepWork = (std::size_t{512} << 10) + 4 * kZstdTableWork + kDeflateTablesWork;

struct Outcome {
  std::optional<Fault> fault;
  std::string text;
  std::size_t work = 0;
  bool operator==(const Outcome& other) const { return fault == other.fault && text == other.text; }
};

Outcome run(ContentDecoder& decoder, const std::vector<Coding>& codings, std::string_view encoded, std::size_t turn) {
  Outcome outcome;
  decoder.hold(&decoder);
  if (decoder.begin(codings, {})) std::abort();
  ContentDecoder::Progress progress{ContentDecoder::Progress::Kind::more};
  while (progress.kind == ContentDecoder::Progress::Kind::more) {
    std::size_t work = turn;
    progress = decoder.go_on(encoded, work);
    outcome.work += turn - work;
  }
  if (progress.kind == ContentDecoder::Progress::Kind::fault) {
    outcome.fault = progress.fault;
  } else {
    outcome.text = decoder.body().text();
  }
  decoder.release();
  return outcome;
}

// What zlib says of a body in one piece. None: it is corrupt, or too long.
std::optional<std::string> inflated(std::string_view encoded, bool gzip) {
  std::string out(kMax, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, gzip ? 31 : 15) != Z_OK) std::abort();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(encoded.data()));
  stream.avail_in = static_cast<uInt>(encoded.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  bool good = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  while (good && gzip && stream.avail_in > 0)
    good = inflateReset(&stream) == Z_OK && inflate(&stream, Z_FINISH) == Z_STREAM_END;
  good = good && stream.avail_in == 0;
  out.resize(kMax - stream.avail_out);
  inflateEnd(&stream);
  return good ? std::optional(out) : std::nullopt;
}

// What libzstd says. None: as above, or of a format older than RFC 8878.
std::optional<std::string> unzstd(std::string_view encoded) {
  std::string out(kMax, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), encoded.data(), encoded.size());
  if (ZSTD_isError(size) != 0 || encoded.empty()) return std::nullopt;
  out.resize(size);
  return out;
}

// It may know more formats than we take, so what it decodes alone is no fault of ours.
void hold_against_the_library(Coding coding, std::string_view encoded, const Outcome& outcome) {
  const auto whole = coding == Coding::zstd ? unzstd(encoded) : inflated(encoded, coding == Coding::gzip);
  if (!outcome.fault && whole != outcome.text) std::abort();
  if (whole && outcome.fault == Fault::bad_content_coding && coding != Coding::zstd) std::abort();
}

// Where it is small: all of it in one turn, which is enough for it.
void hold_against_the_other(const std::vector<Coding>& codings, std::string_view encoded, const Outcome& whole) {
  static Decoders decoders(kMax);
  Budget budget{.decoding = 2 * kSmallWorkMax};
  const auto progress = decoders.decode_at_once(codings, encoded, budget);
  if (!progress) return;
  Outcome outcome;
  if (progress->kind == ContentDecoder::Progress::Kind::fault) {
    outcome.fault = progress->fault;
  } else {
    outcome.text = decoders.at_once().body().text();
  }
  if (outcome != whole || budget.decoding < kSmallWorkMax) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ContentDecoder decoder(kMax);
  if (size < 2) return 0;
  constexpr Coding kCodings[] = {Coding::gzip, Coding::zstd, Coding::deflate};
  std::vector<Coding> codings{kCodings[data[0] % 3]};
  if (data[0] / 3 % 4 != 0) codings.push_back(kCodings[data[0] / 3 % 4 - 1]);
  const std::string_view encoded(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Outcome whole = run(decoder, codings, encoded, kAllWork);
  if (run(decoder, codings, encoded, data[1] * std::size_t{16} + 1) != whole) std::abort();
  if (whole.text.size() > kMax) std::abort();
  if (codings.size() == 1) hold_against_the_library(codings[0], encoded, whole);
  hold_against_the_other(codings, encoded, whole);
  const std::size_t bytes_max = codings.size() * (encoded.size() + 2 * kMax);
  if (whole.work > codings.size() * (kFreeWork + kStepWork) + (kExtraTimes + 1) * bytes_max) std::abort();
  return 0;
}
