// What `planish plugin init` writes: see the header. The texts are the files of include/planish/plugin/.
#include <app/plugin_folder.hpp>

#include <app/plugin_texts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>

namespace planish::app {
namespace {

struct File {
  std::string_view path;  // in the folder
  std::string_view text;  // its name among the embedded ones
};

struct Language {
  std::string_view name;
  std::span<const File> files;
};

constexpr std::array kC{File{"plugin.c", "c/plugin.c"}, File{"planish.h", "planish.h"}, File{"build.sh", "c/build.sh"}};
constexpr std::array kCpp{File{"plugin.cpp", "c/plugin.c"}, File{"planish.h", "planish.h"},
                          File{"build.sh", "c/build.sh"}};
constexpr std::array kRust{File{"src/lib.rs", "rust/src/lib.rs"}, File{"src/planish.rs", "rust/src/planish.rs"},
                           File{"Cargo.toml", "rust/Cargo.toml"}, File{"build.sh", "rust/build.sh"}};
constexpr std::array kAssemblyScript{
    File{"plugin.ts", "assemblyscript/plugin.ts"}, File{"planish.ts", "assemblyscript/planish.ts"},
    File{"package.json", "assemblyscript/package.json"}, File{"build.sh", "assemblyscript/build.sh"}};
constexpr std::array kAll{File{"planish.toml", "planish.toml"}, File{"tests/example.request", "example.request"},
                          File{"tests/example.expected", "example.expected"}};
constexpr std::array<Language, 4> kLanguages{
    {{"c", kC}, {"cpp", kCpp}, {"rust", kRust}, {"assemblyscript", kAssemblyScript}}};

bool write(const std::filesystem::path& folder, std::span<const File> files, std::string& error) {
  for (const File& file : files) {
    const std::filesystem::path path = folder / file.path;
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    std::ofstream out(path, std::ios::binary);
    out << unpacked(kPluginTexts, file.text);
    if (out.flush()) continue;
    error = fmt::format("{}: cannot be written", path.string());
    return false;
  }
  return true;
}

}  // namespace

bool make_plugin_folder(const std::string& folder, std::string_view language, std::string& error) {
  const auto* const found =
      std::find_if(kLanguages.begin(), kLanguages.end(), [&](const Language& known) { return known.name == language; });
  if (found == kLanguages.end()) {
    error = fmt::format("--lang {}: one of c, cpp, rust, assemblyscript", language);
    return false;
  }
  std::error_code failed;
  if (std::filesystem::exists(folder, failed)) {
    error = fmt::format("{}: is there already", folder);
    return false;
  }
  return write(folder, found->files, error) && write(folder, kAll, error);
}

}  // namespace planish::app
