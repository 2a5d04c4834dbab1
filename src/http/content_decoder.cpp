// ContentDecoder: one coding after the other, each in steps straight into a buffer of the limit's size.
#include <http/content_decoder.hpp>

#include <http/inflater.hpp>
#include <http/zstd_decoder.hpp>

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace planish::http {
namespace {

// How often the clock is looked at, which costs as much as ten units: at most after a millisecond, usually after a
// tenth of one, so where a body is small not at all.
constexpr std::uint64_t kWorkBetweenLooks = std::uint64_t{64} << 10;

}  // namespace

struct ContentDecoder::Engines {
  Inflater inflater;
  ZstdDecoder zstd;
};

ContentDecoder::ContentDecoder(std::size_t body_bytes_max) noexcept : body_bytes_max_(body_bytes_max) {}

ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

bool ContentDecoder::allocate(std::size_t codings) noexcept {
  if (!engines_) {
    std::unique_ptr<Engines> engines{new (std::nothrow) Engines};
    if (!engines || !engines->zstd.has_memory()) return false;
    engines_ = std::move(engines);
  }
  // A second buffer only where there is a result between two codings.
  for (std::size_t i = 0; i < codings; ++i) {
    if (!buffers_[i]) buffers_[i].reset(new (std::nothrow) char[body_bytes_max_ + kPadding]);
    if (!buffers_[i]) return false;
  }
  return true;
}

std::optional<Fault> ContentDecoder::begin(std::span<const Coding> codings,
                                           std::chrono::nanoseconds received_at) noexcept {
  assert(held() && !codings.empty() && codings.size() <= kCodingsMax);
  received_at_ = received_at;
  if (!allocate(codings.size())) return Fault::buffered;
  begun_ = true;
  std::copy(codings.begin(), codings.end(), codings_.begin());
  codings_left_ = codings.size();
  first_ = true;
  begin_coding();
  return std::nullopt;
}

void ContentDecoder::begin_coding() noexcept {
  // The last coding writes to the first buffer, so that a body of one coding needs no other.
  to_ = codings_left_ == 1 ? 0 : 1;
  decoding_ = {.encoded = {}, .out = {buffers_[to_].get(), body_bytes_max_}};
  switch (codings_[codings_left_ - 1]) {
    case Coding::gzip:
      return engines_->inflater.begin(Inflater::Format::gzip);
    case Coding::deflate:
      return engines_->inflater.begin(Inflater::Format::zlib);
    case Coding::zstd:
      return engines_->zstd.begin();
  }
}

ContentDecoder::Progress ContentDecoder::go_on(std::string_view encoded, std::size_t& work,
                                               const Deadline& until) noexcept {
  std::uint64_t unseen = 0;  // by the clock
  do {
    decoding_.encoded = first_ ? encoded : between_;
    const std::uint64_t before = decoding_.work();
    const bool zstd = codings_[codings_left_ - 1] == Coding::zstd;
    const Decoding::Step step = zstd ? engines_->zstd.step(decoding_) : engines_->inflater.step(decoding_);
    const std::uint64_t spent = decoding_.work() - before;
    work -= static_cast<std::size_t>(std::min<std::uint64_t>(work, spent));
    unseen += spent;
    if (step == Decoding::Step::too_long) return {Progress::Kind::fault, Fault::body_long};
    if (step == Decoding::Step::corrupt) return {Progress::Kind::fault, Fault::bad_content_coding};
    if (decoding_.costly()) return {Progress::Kind::fault, Fault::costly_content_coding};
    if (step == Decoding::Step::done) {
      if (--codings_left_ == 0) return {Progress::Kind::done};
      between_ = {decoding_.out.data(), decoding_.written};
      first_ = false;
      begin_coding();
    }
    if (unseen < kWorkBetweenLooks) continue;
    unseen = 0;
    if (until.passed()) break;
  } while (work > 0);
  return {Progress::Kind::more};
}

PaddedView ContentDecoder::body() noexcept {
  return {{buffers_[to_].get(), body_bytes_max_ + kPadding}, decoding_.written};
}

std::size_t ContentDecoder::memory_bytes_max() const noexcept {
  return sizeof *this + sizeof(Engines) + ZstdDecoder::memory_bytes() + 2 * (body_bytes_max_ + kPadding);
}

}  // namespace planish::http
