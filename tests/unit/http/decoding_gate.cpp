// What decoding_gate.py counts: decoding_gate COUNT KIND decodes a body of that kind COUNT times; with 0 it prints the
// work that planish counts for it, once.
#include <http/inflater.hpp>
#include <http/zstd_decoder.hpp>
#include <support/benchmark_body.hpp>
#include <support/hostile_packing.hpp>

#include <planish/padded_view.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

constexpr std::size_t kBytesMax = std::size_t{1} << 20;

struct Body {
  bool zstd;
  std::string encoded;
};

// The dearest of each kind that is counted, as far as they are known.
std::map<std::string_view, Body> bodies() {
  std::map<std::string_view, Body> out;
  const std::string noise = test::noise(200'000);
  out["gzip_usual"] = {false, test::gzip(support::benchmark_body(3'000))};
  out["gzip_literals_of_fixed_codes"] = {false, test::gzip_of_literals(noise)};
  out["gzip_literals_of_long_codes"] = {
      false, test::deflated(test::skewed(300'000), 31, 6, 8, 0, Z_SYNC_FLUSH, Z_HUFFMAN_ONLY)};
  out["gzip_matches_of_3"] = {false, test::gzip_of_matches(60'000)};
  out["gzip_empty_fixed_blocks"] = {
      false, test::gzip_of_blocks(50'000, [](test::DeflateBits& to, bool last) { to.put_fixed_block(last); })};
  out["gzip_empty_stored_blocks"] = {false, test::gzip_of_blocks(50'000, test::put_stored_block)};
  out["gzip_small_tables"] = {false, test::gzip_bomb(2'000)};
  out["gzip_large_tables"] = {false, test::gzip_of_blocks(2'000, test::put_large_dynamic_block)};
  out["gzip_members_of_nothing"] = {false, test::repeated(test::gzip(""), 10'000)};
  out["zstd_usual"] = {true, test::zstd(support::benchmark_body(3'000))};
  out["zstd_noise"] = {true, test::zstd(noise)};
  out["zstd_literals"] = {true, test::zstd(test::skewed(300'000), 1)};
  out["zstd_matches_of_3"] = {true, test::zstd_of_blocks(test::zstd_matches(), 7)};
  out["zstd_raw_blocks_of_nothing"] = {true, test::zstd_of_blocks(test::zstd_block(0, ""), 50'000)};
  out["zstd_raw_blocks_of_a_byte"] = {true, test::zstd_of_blocks(test::zstd_block(0, "x"), 50'000)};
  out["zstd_runs_of_a_byte"] = {true, test::zstd_of_blocks(test::zstd_block(1, "x"), 50'000)};
  out["zstd_tables"] = {true, test::zstd_bomb(2'000)};
  out["zstd_trees"] = {true, test::zstd_of_blocks(test::zstd_tree(), 2'000)};
  out["zstd_without_tree"] = {
      true, test::zstd_of_blocks(test::zstd_tree() + test::repeated(test::zstd_without_tree(), 99), 200)};
  out["zstd_four_streams"] = {
      true, test::zstd_of_blocks(test::zstd_tree() + test::repeated(test::zstd_four_streams(), 99), 200)};
  out["zstd_one_match_a_block"] = {true, test::zstd_of_blocks(test::zstd_match(), 20'000)};
  out["zstd_frames_of_nothing"] = {true, test::repeated(test::zstd(""), 10'000)};
  return out;
}

// Beyond what a body may cost as well: the price of a unit is wanted.
template <class Decoder>
std::uint64_t decode(Decoder& decoder, std::string_view encoded, std::vector<char>& room) {
  Decoding decoding{.encoded = encoded, .out = {room.data(), kBytesMax}};
  Decoding::Step step = Decoding::Step::more;
  while (step == Decoding::Step::more) step = decoder.step(decoding);
  if (step != Decoding::Step::done) std::abort();
  return decoding.work();
}

}  // namespace
}  // namespace planish::http

int main(int argc, char** argv) {
  using namespace planish::http;
  if (argc < 3) return 64;
  const std::string_view digits = argv[1];
  unsigned count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const auto all = bodies();
  const auto found = all.find(argv[2]);
  if (found == all.end()) return 64;
  Inflater inflater;
  ZstdDecoder zstd;
  std::vector<char> room(kBytesMax + planish::kPadding);
  std::uint64_t work = 0;
  for (unsigned i = 0; i < std::max(count, 1U); ++i) {
    if (found->second.zstd) {
      zstd.begin();
      work = decode(zstd, found->second.encoded, room);
    } else {
      inflater.begin(Inflater::Format::gzip);
      work = decode(inflater, found->second.encoded, room);
    }
  }
  if (count == 0) std::printf("%llu\n", static_cast<unsigned long long>(work));
}
