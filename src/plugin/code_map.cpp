// CodeMap: see its header. The head of the file is described in compiler/src/main.rs, which writes it.
#include <plugin/code_map.hpp>

#include <core/sha256.hpp>
#include <plugin/limits.hpp>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace planish::plugin {
namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr std::string_view kMagic("planish\0cwasm\0\0\0", 16);
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kDigestBytes = sizeof(Digest);
constexpr std::size_t kWordBytes = 32;

#if defined(__x86_64__)
constexpr std::string_view kTarget = "x86_64";
#else
constexpr std::string_view kTarget = "aarch64";
#endif

const CodeMap* publishing = nullptr;

template <class T>
T number_at(const char* at) noexcept {
  T value;  // of a little-endian file on a little-endian machine
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::string_view word_at(const char* at) noexcept {
  const std::string_view field(at, kWordBytes);
  return field.substr(0, field.find('\0'));
}

Digest digest_of(std::string_view bytes) noexcept {
  Digest digest;
  core::sha256(bytes, digest);
  return digest;
}

bool is(const Digest& digest, const char* at) noexcept {
  return std::memcmp(digest.data(), at, kDigestBytes) == 0;
}

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

 private:
  int value_;
};

constexpr std::string_view kWasmMagic{"\0asm", 4};
constexpr std::string_view kNotCompiled =
    "is WebAssembly that is not compiled yet: planish plugin build makes a .cwasm of it";

// A small .wasm is shorter than the head of any .cwasm.
bool is_wasm(int file) noexcept {
  char magic[kWasmMagic.size()] = {};
  return pread(file, magic, sizeof magic, 0) == sizeof magic && std::string_view(magic, sizeof magic) == kWasmMagic;
}

// Who could have written it, or could while it is read.
bool is_ours(int file, const struct stat& status, std::string& error) {
  if (!S_ISREG(status.st_mode)) {
    error = "is no regular file";
  } else if (status.st_uid != 0 && status.st_uid != geteuid()) {
    error = "belongs to somebody else: a compiled plugin is native code, and must be root's or the server's own";
  } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    error = "can be written by others (chmod go-w): a compiled plugin is native code";
  } else if (status.st_size < static_cast<off_t>(kHeadBytes)) {
    error = is_wasm(file) ? kNotCompiled : "is no compiled plugin: it is too short";
  } else if (status.st_size > static_cast<off_t>(kCodeFileBytesMax)) {
    error = "is larger than any compiled plugin";
  } else {
    return true;
  }
  return false;
}

bool copy(int from, int to, std::size_t size) noexcept {
  char buffer[1 << 14];
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = read(from, buffer, std::min(sizeof buffer, size - done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    for (ssize_t put = 0; put < got;) {
      const ssize_t more = write(to, buffer + put, static_cast<std::size_t>(got - put));
      if (more < 0) return false;
      put += more;
    }
    done += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) (text += kDigits[byte / 16]) += kDigits[byte % 16];
  return text;
}

std::optional<CodeMap> CodeMap::load(const std::string& path, const std::string& agreement,
                                     const std::optional<Digest>& pinned, std::string& error) {
  // Opening a FIFO must not wait for its writer.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status = {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) {
    error = std::string("cannot be read: ") + std::strerror(errno);
    return {};
  }
  if (!is_ours(file.get(), status, error)) return {};
  const auto size = static_cast<std::size_t>(status.st_size);

  Descriptor memory(memfd_create("planish plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (memory.get() < 0 || !copy(file.get(), memory.get(), size) ||
      fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    error = "cannot be read into memory";
    return {};
  }
  void* const base = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, memory.get(), 0);
  if (base == MAP_FAILED) {
    error = std::string("cannot be mapped: ") + std::strerror(errno);
    return {};
  }
  std::optional<CodeMap> map(CodeMap(memory.release(), static_cast<char*>(base), size));
  if (!map->check(agreement, pinned, error)) return {};
  return map;
}

bool CodeMap::check(const std::string& agreement, const std::optional<Digest>& pinned, std::string& error) {
  const char* const head = base_;
  digest_ = digest_of({base_, size_});
  if (std::string_view(head, kMagic.size()) != kMagic) {
    error = std::string_view(head, kWasmMagic.size()) == kWasmMagic ? kNotCompiled : "is no compiled plugin";
  } else if (!is(digest_of({head, kHeadBytes - kDigestBytes}), head + kHeadBytes - kDigestBytes)) {
    error = "is damaged: the digest of its head is another";
  } else if (number_at<std::uint32_t>(head + 16) != kVersion || number_at<std::uint32_t>(head + 20) != kHeadBytes) {
    error = "is of another planish-compile";
  } else if (number_at<std::uint64_t>(head + 24) != size_ - kHeadBytes) {
    error = "is cut off, or has something behind its end";
  } else if (word_at(head + 96) != agreement) {
    error = "was compiled for the engine " + std::string(word_at(head + 96)) + "; this one is " + agreement;
  } else if (word_at(head + 128) != kTarget) {
    error = "was compiled for " + std::string(word_at(head + 128)) + "; this machine is " + std::string(kTarget);
  } else if (!is(digest_of({base_ + kHeadBytes, size_ - kHeadBytes}), head + 32)) {
    error = "is damaged: the digest of its code is another";
  } else if (pinned && *pinned != digest_) {
    error = "is not the file that plugin_sha256 names: its SHA-256 is " + hex(digest_);
  } else {
    return true;
  }
  return false;
}

CodeMap::CodeMap(CodeMap&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      base_(std::exchange(other.base_, nullptr)),
      size_(other.size_),
      digest_(other.digest_) {}

CodeMap::~CodeMap() {
  if (base_ != nullptr) munmap(base_, size_);
  if (descriptor_ >= 0) close(descriptor_);
}

std::span<char> CodeMap::image() const noexcept {
  return {base_ + kHeadBytes, size_ - kHeadBytes};
}

CodeMap::Publishing::Publishing(const CodeMap& map) noexcept {
  publishing = &map;
}
CodeMap::Publishing::~Publishing() {
  publishing = nullptr;
}

// No page is ever writable and executable, and no mprotect asks for execution: MemoryDenyWriteExecute allows it.
int CodeMap::publish(const std::uint8_t* text, std::size_t size) noexcept {
  if (publishing == nullptr) return EINVAL;
  const std::size_t offset =
      reinterpret_cast<std::uintptr_t>(text) - reinterpret_cast<std::uintptr_t>(publishing->base_);
  if (offset < kHeadBytes || offset > publishing->size_ || size > publishing->size_ - offset) return EINVAL;
  void* const at = mmap(publishing->base_ + offset, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED,
                        publishing->descriptor_, static_cast<off_t>(offset));
  return at == MAP_FAILED ? errno : 0;
}

}  // namespace planish::plugin
