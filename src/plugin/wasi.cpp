// WASI preview 1: see its header. Its numbers are those of the witx files of the standard.
#include <plugin/wasi.hpp>

#include <plugin/guest_memory.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace planish::plugin {
namespace {

enum Errno : int { kSuccess = 0, kBadDescriptor = 8, kFault = 21, kInvalid = 28, kNotImplemented = 52 };

// A call writes at most so many pieces; what is beyond is not written, as WASI allows.
constexpr std::uint64_t kPiecesMax = 16;
// Of one random_get: what a hash table is seeded with is far less.
constexpr std::uint64_t kRandomBytesMax = 4096;

constexpr std::array<std::pair<std::string_view, Import>, 8> kImports{{
    {"fd_write", Import::fd_write},
    {"clock_time_get", Import::clock_time_get},
    {"random_get", Import::random_get},
    {"proc_exit", Import::proc_exit},
    {"environ_get", Import::environ_get},
    {"environ_sizes_get", Import::environ_sizes_get},
    {"args_get", Import::args_get},
    {"args_sizes_get", Import::args_sizes_get},
}};

// Null where it is not in the memory.
char* at(GuestMemory& memory, std::uint64_t address, std::uint64_t bytes) noexcept {
  if (address > memory.size() || bytes > memory.size() - address) return nullptr;
  return memory.open(address, bytes) ? memory.data() + address : nullptr;
}

template <class T>
int put(GuestMemory& memory, std::uint64_t address, T value) noexcept {
  char* const to = at(memory, address, sizeof value);
  if (to == nullptr) return kFault;
  std::memcpy(to, &value, sizeof value);
  return kSuccess;
}

int put_two_zeros(GuestMemory& memory, std::uint64_t first, std::uint64_t second) noexcept {
  const int result = put(memory, first, std::uint32_t{0});
  return result == kSuccess ? put(memory, second, std::uint32_t{0}) : result;
}

}  // namespace

Import find_import(std::string_view from, std::string_view name) noexcept {
  if (from != "wasi_snapshot_preview1") return Import::unknown;
  const auto* const known =
      std::find_if(kImports.begin(), kImports.end(), [&](const auto& i) { return i.first == name; });
  return known == kImports.end() ? Import::not_here : known->second;
}

int Wasi::call(Import import, std::span<const std::uint64_t> arguments, GuestMemory& memory) noexcept {
  const auto argument = [&](std::size_t i) { return i < arguments.size() ? arguments[i] : ~std::uint64_t{0}; };
  switch (import) {
    case Import::fd_write:
      return write(arguments, memory);
    case Import::clock_time_get:
      return put(memory, argument(2), received_at_ms_ * 1'000'000);
    case Import::random_get:
      return random(argument(0), argument(1), memory);
    case Import::proc_exit:
      return kEnd;
    case Import::environ_get:
    case Import::args_get:
      return kSuccess;
    case Import::environ_sizes_get:
    case Import::args_sizes_get:
      return put_two_zeros(memory, argument(0), argument(1));
    case Import::not_here:
    case Import::unknown:
      break;
  }
  return kNotImplemented;
}

// fd_write(descriptor, pieces, number of pieces, where the number of bytes goes); a piece is an address and a length.
int Wasi::write(std::span<const std::uint64_t> arguments, GuestMemory& memory) noexcept {
  if (arguments.size() != 4) return kInvalid;
  if (arguments[0] != 1 && arguments[0] != 2) return kBadDescriptor;
  const std::uint64_t pieces = std::min(arguments[2], kPiecesMax);
  std::uint32_t written = 0;
  char line[kLogLineBytesMax];
  std::size_t line_bytes = 0;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    std::uint32_t piece[2];
    const char* const record = at(memory, arguments[1] + i * sizeof piece, sizeof piece);
    if (record == nullptr) return kFault;
    std::memcpy(piece, record, sizeof piece);
    if (piece[0] > memory.size() || piece[1] > memory.size() - piece[0]) return kFault;
    const std::size_t taken = std::min<std::size_t>(piece[1], sizeof line - line_bytes);
    const char* const text = at(memory, piece[0], taken);
    if (text == nullptr) return kFault;
    std::memcpy(line + line_bytes, text, taken);
    line_bytes += taken;
    written += piece[1];
  }
  log({line, line_bytes});
  return put(memory, arguments[3], written);
}

// One call is one line, whatever ends of line it has inside: whose log it is clears it of control characters.
void Wasi::log(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (!text.empty() && may_log()) sink_->line(text);
}

void Wasi::tell_failure(std::string_view why) noexcept {
  if (may_log()) sink_->failure(why.substr(0, kLogLineBytesMax));
}

bool Wasi::may_log() noexcept {
  if (sink_ == nullptr) return false;
  if (now_ - second_begun_ >= std::chrono::seconds(1)) {
    second_begun_ = now_;
    lines_in_second_ = 0;
  }
  if (lines_in_second_ == kLogLinesPerSecond) {
    sink_->lost();
    return false;
  }
  ++lines_in_second_;
  return true;
}

int Wasi::random(std::uint64_t address, std::uint64_t bytes, GuestMemory& memory) noexcept {
  if (bytes > kRandomBytesMax) return kInvalid;
  char* const to = at(memory, address, bytes);
  if (to == nullptr) return kFault;
  for (std::uint64_t done = 0; done < bytes; done += sizeof(std::uint64_t)) {
    const std::uint64_t number = next_number();
    std::memcpy(to + done, &number, std::min<std::uint64_t>(sizeof number, bytes - done));
  }
  return kSuccess;
}

// SplitMix64 from FNV-1a of the request's id: repeatable, and no secret.
std::uint64_t Wasi::next_number() noexcept {
  if (!std::exchange(has_seed_, true)) {
    random_state_ = 0xcbf29ce484222325;
    for (const char c : request_id_) random_state_ = (random_state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  std::uint64_t z = random_state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace planish::plugin
