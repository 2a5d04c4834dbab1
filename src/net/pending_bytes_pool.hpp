// PendingBytes: the bytes of a connection that must wait. All of them together are held against one limit of the
// process.
#pragma once

#include <http/request_head.hpp>

#include <planish/padded_view.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace planish::net {

class PendingBytesPool;

// The process's account of --max-buffered. Touched only where something must wait.
class BufferedBytes {
 public:
  explicit BufferedBytes(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}
  // False: that would be over the limit, and nothing was charged.
  [[nodiscard]] bool charge(std::size_t bytes) noexcept { return charge_up_to(bytes_max_, bytes); }
  // Over the limit, as far as threads may run ahead of it: others are about to make room.
  [[nodiscard]] bool charge_ahead(std::size_t bytes) noexcept { return charge_up_to(bytes_max_ + ahead_max(), bytes); }
  // Of what is held: how much is unread answers. One connection has `now` of them in the place of `before`.
  void replace_unread(std::size_t before, std::size_t now) noexcept {
    unread_.fetch_add(now - before, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t unread() const noexcept { return unread_.load(std::memory_order_relaxed); }
  void credit(std::size_t bytes) noexcept { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes_max() const noexcept { return bytes_max_; }
  [[nodiscard]] bool over() const noexcept { return bytes() > bytes_max_; }

  // How far over the limit all threads together may run, each while it waits for others to make room.
  void add_ahead(std::size_t bytes) noexcept { ahead_.fetch_add(bytes, std::memory_order_relaxed); }
  void drop_ahead(std::size_t bytes) noexcept { ahead_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t ahead_max() const noexcept { return ahead_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool charge_up_to(std::size_t bytes_max, std::size_t bytes) noexcept;

  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> ahead_{0};
  std::atomic<std::size_t> unread_{0};
  std::size_t bytes_max_;
};

// Blocks are multiples of it, header and padding included.
inline constexpr std::size_t kBlockGrain = 1024;

// One connection's waiting bytes, or none: an idle connection holds a null pointer.
//
//   block: [ header ][ done with ][ bytes()     ][ room()        ][ kPadding ]
//                    0            begin          end             capacity
class PendingBytes {
 public:
  explicit operator bool() const noexcept { return block_ != nullptr; }
  // With kPadding writable bytes after them.
  [[nodiscard]] std::span<char> bytes() const noexcept;
  [[nodiscard]] std::span<char> room() const noexcept;
  // Of a request that they begin with: what was read of its head. It stands where they stand.
  [[nodiscard]] http::RequestHead& head() const noexcept { return block_->head; }
  // The first `size` bytes of room() have been written.
  void commit(std::size_t size) noexcept;
  // Of bytes(), only those from `from` on, `size` of them, must go on waiting.
  void keep(std::size_t from, std::size_t size) noexcept;
  void reset() noexcept { block_.reset(); }

 private:
  friend class PendingBytesPool;
  struct Block {
    PendingBytesPool* pool;
    std::size_t capacity, begin, end;
    http::RequestHead head{};
    [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  };
  struct GiveBack {
    void operator()(Block*) const noexcept;
  };
  std::unique_ptr<Block, GiveBack> block_;
};

// Of a block: its header, and the padding.
inline constexpr std::size_t kBlockOverhead = 4 * sizeof(std::size_t) + sizeof(http::RequestHead) + kPadding;

// What holding so many bytes is charged with at least.
[[nodiscard]] constexpr std::size_t block_bytes(std::size_t bytes) noexcept {
  return (bytes + kBlockOverhead + kBlockGrain - 1) / kBlockGrain * kBlockGrain;
}

// Where a thread's pending bytes come from. Must outlive its pending bytes. Keeps freed blocks, a bounded number and
// size of them, since the first touch of each page of a new one costs more than what is read into it.
class PendingBytesPool {
 public:
  static constexpr std::size_t kSmallBlocksMax = 16;
  static constexpr std::size_t kSmallBlockBytesMax = std::size_t{32} << 10;
  static constexpr std::size_t kLargeBytesMax = std::size_t{16} << 20;  // of all larger ones together
  static constexpr std::size_t kBytesMax = kSmallBlocksMax * kSmallBlockBytesMax + kLargeBytesMax;

  static constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();

  // Which thread has the connection with an unread answer whose peer has taken nothing for longest, of all threads', if
  // it has to go for what is wanted.
  enum class Longest : std::uint8_t { nobody, here, elsewhere };
  // One step towards room at the cost of those with an unread answer.
  struct Step {
    bool sparing;    // who has taken all that there was is written to, and not cut
    bool elsewhere;  // it is another thread that should make room, and does not
  };
  static constexpr int kSparingStepsMax = 16;  // a system call each, which is less than an answer takes
  // What is done where the account is full.
  struct Relief {
    std::function<Longest(std::size_t wanted)> longest;
    std::function<bool(Step)> here;                     // one step of this thread; false: it has nobody to cut
    std::function<void(std::size_t wanted)> elsewhere;  // asks the thread that has the longest of all to make_room()
  };
  // What room is for. Half of an answer may be out, so its other half is what is let over the limit where there is
  // nobody to cut: as far as threads may run ahead, and no request has room then.
  enum class Of : std::uint8_t { request, answer };

  explicit PendingBytesPool(BufferedBytes& account);
  ~PendingBytesPool();
  PendingBytesPool(const PendingBytesPool&) = delete;
  PendingBytesPool& operator=(const PendingBytesPool&) = delete;

  // Requests that wait for an upstream come and go in larger numbers: from now on this many small blocks are kept.
  static constexpr std::size_t kSmallBlocksWithUpstreams = 128;
  void keep_more() {
    small_max_ = kSmallBlocksWithUpstreams;
    small_.reserve(small_max_);
  }
  [[nodiscard]] std::size_t bytes_max() const noexcept { return small_max_ * kSmallBlockBytesMax + kLargeBytesMax; }

  void on_full(Relief relief) { relief_ = std::move(relief); }

  // Where another thread is to make room, this one is not made to wait for it in the middle of a turn: so many bytes
  // over the limit it may charge, what one turn may need, and then begin no other turn while waits_for_others().
  void run_ahead(std::size_t bytes) noexcept;
  [[nodiscard]] bool is_ahead() const noexcept { return is_ahead_; }
  [[nodiscard]] bool waits_for_others() { return is_ahead_ && (is_ahead_ = make_room()); }
  // Cuts the longest of all, one after the other while the account is over its limit, as long as they are this
  // thread's. True: now another thread is asked to.
  bool make_room();

  // Makes room() at least `size` bytes, a quarter more where it has to grow, but for `block_bytes_max`. False: over one
  // of the limits, and nothing changed.
  [[nodiscard]] bool reserve(PendingBytes&, std::size_t size, std::size_t block_bytes_max = kAnySize, Of = Of::request);
  // Copies `bytes`, which do not lie in the pending bytes, after the others. False: as above.
  [[nodiscard]] bool append(PendingBytes&, std::span<const char> bytes, std::size_t block_bytes_max = kAnySize);
  // Gives back most of a block that has become far too large for what waits in it.
  void trim(PendingBytes&) noexcept;
  // Once a tick: gives those large blocks back to the system that were not wanted since the last time.
  void sweep() noexcept;

 private:
  friend struct PendingBytes::GiveBack;
  using Block = PendingBytes::Block;

  [[nodiscard]] Block* take(std::size_t bytes, std::size_t bytes_max, Of);
  [[nodiscard]] Block* run_ahead_with(std::size_t bytes) noexcept;
  [[nodiscard]] Block* take_free(std::size_t bytes, std::size_t bytes_max) noexcept;
  [[nodiscard]] Block* take_kept(std::size_t bytes, std::size_t bytes_max) noexcept;
  [[nodiscard]] Block* make(std::size_t bytes) noexcept;
  void give_back(Block*) noexcept;
  void move_to(PendingBytes&, Block*) noexcept;

  static_assert(sizeof(Block) + kPadding == kBlockOverhead);

  BufferedBytes& account_;
  Relief relief_;
  std::size_t ahead_ = 0;  // its part of what all threads may run ahead
  bool is_ahead_ = false;
  std::size_t small_max_ = kSmallBlocksMax;
  std::vector<Block*> small_, large_;  // kept
  std::size_t large_bytes_ = 0;
  std::size_t large_unwanted_ = 0;  // the first so many of large_ were kept for all of the tick
};

}  // namespace planish::net
