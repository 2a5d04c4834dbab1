// What holds of a batch's verdicts, whatever its guest wrote into its memory; see scribble.hpp.
#include <unit/plugin/scribble.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto batch = planish::plugin::make_batch("scribble");
  if (size > 65536) return 0;
  const std::string wrong = planish::plugin::scribble(*batch, {reinterpret_cast<const char*>(data), size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}
