// PendingBytes: growth, account and reuse of the buffers that hold what must wait.
#include <net/pending_bytes_pool.hpp>

#include <planish/padded_view.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <iterator>
#include <new>

namespace planish::net {
namespace {

constexpr std::size_t kTrimAbove = 16'384;  // smaller blocks are never worth a copy
constexpr std::size_t kLargeBlocksMax = PendingBytesPool::kLargeBytesMax / PendingBytesPool::kSmallBlockBytesMax;

}  // namespace

bool BufferedBytes::charge_up_to(std::size_t bytes_max, std::size_t bytes) noexcept {
  // Nothing is added that does not fit, not for a moment either: another thread would be refused for its sake.
  std::size_t before = bytes_.load(std::memory_order_relaxed);
  do {
    if (before > bytes_max || bytes > bytes_max - before) return false;
  } while (!bytes_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  return true;
}

std::span<char> PendingBytes::bytes() const noexcept {
  if (!block_) return {};
  return {block_->data() + block_->begin, block_->end - block_->begin};
}

std::span<char> PendingBytes::room() const noexcept {
  if (!block_) return {};
  return {block_->data() + block_->end, block_->capacity - block_->end};
}

void PendingBytes::commit(std::size_t size) noexcept {
  assert(size <= room().size());
  block_->end += size;
}

void PendingBytes::keep(std::size_t from, std::size_t size) noexcept {
  assert(from + size <= bytes().size());
  block_->begin += from;
  block_->end = block_->begin + size;
  if (size == 0) block_.reset();
}

void PendingBytes::GiveBack::operator()(Block* block) const noexcept {
  block->pool->give_back(block);
}

PendingBytesPool::PendingBytesPool(BufferedBytes& account) : account_(account) {
  small_.reserve(kSmallBlocksMax);
  large_.reserve(kLargeBlocksMax);
}

PendingBytesPool::~PendingBytesPool() {
  for (const auto* kept : {&small_, &large_}) {
    for (Block* block : *kept) ::operator delete(block);
  }
  account_.drop_ahead(ahead_);
}

void PendingBytesPool::run_ahead(std::size_t bytes) noexcept {
  account_.add_ahead(bytes);
  account_.drop_ahead(ahead_);
  ahead_ = bytes;
}

bool PendingBytesPool::make_room() {
  for (int step = 0; account_.over(); ++step) {
    const Longest whose = relief_.longest(0);
    if (whose == Longest::elsewhere) relief_.elsewhere(0);
    if (whose != Longest::here) return whose == Longest::elsewhere;
    if (!relief_.here({.sparing = step < kSparingStepsMax, .elsewhere = false})) return false;
  }
  return false;
}

bool PendingBytesPool::reserve(PendingBytes& pending, std::size_t size, std::size_t block_bytes_max, Of of) {
  if (pending && pending.room().size() >= size) return true;
  const std::size_t held = pending.bytes().size();
  if (pending && held + size <= pending.block_->capacity) {
    Block& block = *pending.block_;
    std::memmove(block.data(), block.data() + block.begin, held);
    block.begin = 0;
    block.end = held;
    return true;
  }
  const std::size_t wanted = held + size;
  if (block_bytes(wanted) > block_bytes_max) return false;
  Block* block = take_free(std::min(block_bytes(wanted + wanted / 4), block_bytes_max), block_bytes_max);
  // Nobody is harmed for the quarter's sake.
  if (block == nullptr) block = take(block_bytes(wanted), block_bytes_max, of);
  if (block == nullptr) return false;
  move_to(pending, block);
  return true;
}

bool PendingBytesPool::append(PendingBytes& pending, std::span<const char> bytes, std::size_t block_bytes_max) {
  if (bytes.empty()) return true;
  if (!reserve(pending, bytes.size(), block_bytes_max)) return false;
  std::memcpy(pending.room().data(), bytes.data(), bytes.size());
  pending.commit(bytes.size());
  return true;
}

void PendingBytesPool::trim(PendingBytes& pending) noexcept {
  if (!pending) return;
  const std::size_t held = pending.bytes().size();
  if (pending.block_->capacity <= kTrimAbove || held > pending.block_->capacity / 4) return;
  // Without room for the smaller block beside the larger one, the larger one stays.
  if (Block* block = take_free(block_bytes(held + held / 4), kAnySize); block != nullptr) move_to(pending, block);
}

void PendingBytesPool::move_to(PendingBytes& pending, Block* block) noexcept {
  const std::span<const char> held = pending.bytes();
  if (!held.empty()) std::memcpy(block->data(), held.data(), held.size());
  if (pending) block->head = pending.head();
  block->end = held.size();
  pending.block_.reset(block);
}

// At the expense of others, if need be. Each step has ended a connection, or is one of a few, so there are few more of
// them than connections. Where the thread that should make room does not, for so long that this one has used up what it
// may run ahead, its own longest is cut, unless it is a young one.
PendingBytes::Block* PendingBytesPool::take(std::size_t bytes, std::size_t bytes_max, Of of) {
  for (int step = 0;; ++step) {
    if (Block* block = take_free(bytes, bytes_max); block != nullptr) return block;
    if (!relief_.longest) return nullptr;
    const Longest whose = relief_.longest(bytes);
    if (whose == Longest::elsewhere) {
      if (Block* block = run_ahead_with(bytes); block != nullptr) {
        is_ahead_ = true;
        relief_.elsewhere(bytes);
        return block;
      }
    }
    const Step next{.sparing = step < kSparingStepsMax, .elsewhere = whose == Longest::elsewhere};
    if (whose == Longest::nobody || !relief_.here(next)) break;
  }
  // Whoever it was may have been cut since the account was looked at.
  if (Block* block = take_free(bytes, bytes_max); block != nullptr) return block;
  return of == Of::answer ? run_ahead_with(bytes) : nullptr;
}

PendingBytes::Block* PendingBytesPool::run_ahead_with(std::size_t bytes) noexcept {
  return account_.charge_ahead(bytes) ? make(bytes) : nullptr;
}

// Without harm to anybody else.
PendingBytes::Block* PendingBytesPool::take_free(std::size_t bytes, std::size_t bytes_max) noexcept {
  if (Block* block = take_kept(bytes, bytes_max); block != nullptr) return block;
  return account_.charge(bytes) ? make(bytes) : nullptr;
}

// `bytes` are charged already.
PendingBytes::Block* PendingBytesPool::make(std::size_t bytes) noexcept {
  void* memory = ::operator new(bytes, std::nothrow);
  if (memory == nullptr) {
    account_.credit(bytes);
    return nullptr;
  }
  return ::new (memory) Block{this, bytes - kBlockOverhead, 0, 0};
}

// Null where none fits, or the one that does is too large for the account.
PendingBytes::Block* PendingBytesPool::take_kept(std::size_t bytes, std::size_t bytes_max) noexcept {
  const bool small = bytes <= kSmallBlockBytesMax;
  std::vector<Block*>& kept = small ? small_ : large_;
  const auto fits = [bytes, bytes_max](const Block* block) {
    const std::size_t has = block->capacity + kBlockOverhead;
    return has >= bytes && has <= bytes_max && has / 2 <= bytes;
  };
  const auto found = std::find_if(kept.rbegin(), kept.rend(), fits);  // the one given back last is the warmest
  if (found == kept.rend() || !account_.charge((*found)->capacity + kBlockOverhead)) return nullptr;
  Block* block = *found;
  const auto at = std::prev(found.base());
  if (!small) {
    large_bytes_ -= block->capacity + kBlockOverhead;
    large_unwanted_ = std::min(large_unwanted_, static_cast<std::size_t>(at - kept.begin()));
  }
  kept.erase(at);
  *block = {this, block->capacity, 0, 0};
  return block;
}

void PendingBytesPool::give_back(Block* block) noexcept {
  const std::size_t bytes = block->capacity + kBlockOverhead;
  account_.credit(bytes);
  if (bytes <= kSmallBlockBytesMax && small_.size() < small_max_) {
    small_.push_back(block);
  } else if (bytes > kSmallBlockBytesMax && bytes <= kLargeBytesMax - large_bytes_) {
    large_.push_back(block);
    large_bytes_ += bytes;
  } else {
    ::operator delete(block);
  }
}

void PendingBytesPool::sweep() noexcept {
  const auto end = large_.begin() + static_cast<std::ptrdiff_t>(large_unwanted_);
  for (auto unwanted = large_.begin(); unwanted != end; ++unwanted) {
    large_bytes_ -= (*unwanted)->capacity + kBlockOverhead;
    ::operator delete(*unwanted);
  }
  large_.erase(large_.begin(), end);
  large_unwanted_ = large_.size();
}

}  // namespace planish::net
