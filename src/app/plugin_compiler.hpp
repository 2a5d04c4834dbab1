// planish-compile, where it is at hand: beside this program, or in PATH. It makes machine code of WebAssembly.
#pragma once

#include <filesystem>
#include <string>

namespace planish::app {

// The one beside this program; empty where nobody knows where that is.
[[nodiscard]] std::string compiler_beside();

// Whether the file begins as WebAssembly does. False where it cannot be read.
[[nodiscard]] bool is_webassembly(const std::string& path);

// What was compiled for this process alone, in a folder that nobody else can write to and that goes with it.
class CompiledHere {
 public:
  // May take seconds.
  explicit CompiledHere(const std::string& wasm);
  ~CompiledHere();
  CompiledHere(const CompiledHere&) = delete;
  CompiledHere& operator=(const CompiledHere&) = delete;

  // Empty where it was not made; error() says why.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  std::filesystem::path folder_;
  std::string path_;
  std::string error_;
};

}  // namespace planish::app
