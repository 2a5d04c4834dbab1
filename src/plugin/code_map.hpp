// CodeMap: a compiled plugin in memory: read from its file, checked, and never writable once it is executable.
//
// A compiled plugin is machine code of whoever made it, and the engine trusts it. So nothing of it is shown to the
// engine before: the file is a regular one that only root or this process's user can have written; its bytes are copied
// into memory that nobody can write any more (a sealed memfd), so that what is checked is what runs, whatever happens
// to the file; its own digests fit, and so does the operator's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace planish::plugin {

using Digest = std::array<std::uint8_t, 32>;
[[nodiscard]] std::string hex(const Digest&);

class CodeMap {
 public:
  // Empty with a reason in `error`, which names no path. `agreement`: which compiled plugins the engine takes.
  // `pinned`: the SHA-256 that the whole file must have.
  static std::optional<CodeMap> load(const std::string& path, const std::string& agreement,
                                     const std::optional<Digest>& pinned, std::string& error);
  CodeMap(CodeMap&&) noexcept;
  CodeMap& operator=(CodeMap&&) = delete;
  ~CodeMap();

  // What the engine is given. Page-aligned.
  [[nodiscard]] std::span<char> image() const noexcept;
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }  // of the whole file
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // For the engine, which has found the machine code in the image of the CodeMap that is being loaded: maps it again,
  // from the same bytes, executable. Zero, or an errno.
  [[nodiscard]] static int publish(const std::uint8_t* text, std::size_t size) noexcept;

  // While it lives the engine may publish code of `map`. One at a time in the process; the caller sees to that.
  class Publishing {
   public:
    explicit Publishing(const CodeMap& map) noexcept;
    ~Publishing();
    Publishing(const Publishing&) = delete;
    Publishing& operator=(const Publishing&) = delete;
  };

 private:
  CodeMap(int descriptor, char* base, std::size_t size) noexcept : descriptor_(descriptor), base_(base), size_(size) {}
  [[nodiscard]] bool check(const std::string& agreement, const std::optional<Digest>& pinned, std::string& error);

  int descriptor_;
  char* base_;
  std::size_t size_;
  Digest digest_{};
};

}  // namespace planish::plugin
