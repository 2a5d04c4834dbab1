// Runs a fuzz harness without a fuzzer: over the files of a folder, each of their truncations, and some thousand
// mutations that are the same every time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// On the heap and no larger than it is, so that a sanitizer sees a read beyond the end.
void run(const Bytes& input) {
  const Bytes exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<Bytes> read_folder(const char* folder) {
  std::vector<std::filesystem::path> paths(std::filesystem::directory_iterator(folder), {});
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> files;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return files;
}

// One to four changes: a byte set, inserted or removed, or a piece of another file put in.
Bytes mutated(Bytes input, const std::vector<Bytes>& files, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  const auto at = [&](const Bytes& bytes) { return static_cast<std::ptrdiff_t>(below(bytes.size() + 1)); };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const auto position = input.begin() + at(input);
    const Bytes& other = files[below(files.size())];
    switch (below(4)) {
      case 0:
        input.insert(position, static_cast<std::uint8_t>(below(256)));
        break;
      case 1:
        if (position != input.end()) input.erase(position);
        break;
      case 2:
        if (position != input.end()) *position = other.empty() ? 0 : other[below(other.size())];
        break;
      default: {
        const auto begin = at(other), end = std::min(begin + 8, static_cast<std::ptrdiff_t>(other.size()));
        input.insert(position, other.begin() + begin, other.begin() + end);
      }
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    const std::vector<Bytes> files = read_folder(argv[i]);
    std::mt19937 random(1);
    for (const Bytes& file : files) {
      const std::size_t step = 1 + file.size() / 1000;
      for (std::size_t size = 0; size < file.size(); size += step, ++runs)
        run({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
      run(file);
      for (int n = 0; n < 500; ++n, ++runs) run(mutated(file, files, random));
    }
    if (files.empty()) std::printf("%s: no files\n", argv[i]);
  }
  std::printf("%zu inputs\n", runs);
  return runs > 0 ? 0 : 1;
}
