// Backlogs: growth, account and reuse of the buffers that hold what must wait.
#include <net/backlog_pool.hpp>

#include <planish/padded_view.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace planish::net {
namespace {

constexpr std::size_t kGrain = 1024;        // blocks are multiples of it, header and padding included
constexpr std::size_t kTrimAbove = 16'384;  // smaller blocks are never worth a copy

}  // namespace

bool BufferedBytes::charge(std::size_t bytes) noexcept {
  const std::size_t before = bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (before <= bytes_max_ && bytes <= bytes_max_ - before) return true;
  credit(bytes);
  return false;
}

std::span<char> Backlog::bytes() const noexcept {
  if (!block_) return {};
  return {block_->data() + block_->begin, block_->end - block_->begin};
}

std::span<char> Backlog::room() const noexcept {
  if (!block_) return {};
  return {block_->data() + block_->end, block_->capacity - block_->end};
}

void Backlog::commit(std::size_t size) noexcept {
  assert(size <= room().size());
  block_->end += size;
}

void Backlog::keep(std::size_t from, std::size_t size) noexcept {
  assert(from + size <= bytes().size());
  block_->begin += from;
  block_->end = block_->begin + size;
  if (size == 0) block_.reset();
}

void Backlog::GiveBack::operator()(Block* block) const noexcept {
  block->pool->give_back(block);
}

BacklogPool::BacklogPool(BufferedBytes& account) : account_(account) {
  free_.reserve(kFreeBlocksMax);
}

BacklogPool::~BacklogPool() {
  for (Block* block : free_) ::operator delete(block);
}

bool BacklogPool::reserve(Backlog& backlog, std::size_t size) {
  if (backlog && backlog.room().size() >= size) return true;
  const std::size_t held = backlog.bytes().size();
  if (backlog && held + size <= backlog.block_->capacity) {
    Block& block = *backlog.block_;
    std::memmove(block.data(), block.data() + block.begin, held);
    block.begin = 0;
    block.end = held;
    return true;
  }
  const std::size_t wanted = held + size;
  return move_to(backlog, wanted + wanted / 4);
}

bool BacklogPool::append(Backlog& backlog, std::span<const char> bytes) {
  if (bytes.empty()) return true;
  if (!reserve(backlog, bytes.size())) return false;
  std::memcpy(backlog.room().data(), bytes.data(), bytes.size());
  backlog.commit(bytes.size());
  return true;
}

void BacklogPool::trim(Backlog& backlog) noexcept {
  if (!backlog) return;
  const std::size_t held = backlog.bytes().size();
  if (backlog.block_->capacity <= kTrimAbove || held > backlog.block_->capacity / 4) return;
  // Without room for the smaller block beside the larger one, the larger one stays.
  if (!move_to(backlog, held + held / 4)) return;
}

bool BacklogPool::move_to(Backlog& backlog, std::size_t capacity) noexcept {
  Block* block = take(capacity);
  if (block == nullptr) return false;
  const std::span<const char> held = backlog.bytes();
  if (!held.empty()) std::memcpy(block->data(), held.data(), held.size());
  block->end = held.size();
  backlog.block_.reset(block);
  return true;
}

Backlog::Block* BacklogPool::take(std::size_t capacity) noexcept {
  constexpr std::size_t kOverhead = sizeof(Block) + kPadding;
  const std::size_t bytes = (capacity + kOverhead + kGrain - 1) / kGrain * kGrain;
  capacity = bytes - kOverhead;
  const auto fits = [capacity](const Block* block) {
    return block->capacity >= capacity && block->capacity / 2 <= capacity;
  };
  const auto found = std::find_if(free_.begin(), free_.end(), fits);
  if (found != free_.end()) {
    Block* block = *found;
    if (!account_.charge(block->capacity + kOverhead)) return nullptr;
    free_.erase(found);
    *block = {this, block->capacity, 0, 0};
    return block;
  }
  if (!account_.charge(bytes)) return nullptr;
  void* memory = ::operator new(bytes, std::nothrow);
  if (memory == nullptr) {
    account_.credit(bytes);
    return nullptr;
  }
  return ::new (memory) Block{this, capacity, 0, 0};
}

void BacklogPool::give_back(Block* block) noexcept {
  const std::size_t bytes = block->capacity + sizeof(Block) + kPadding;
  account_.credit(bytes);
  if (bytes <= kFreeBlockBytesMax && free_.size() < kFreeBlocksMax) {
    free_.push_back(block);
  } else {
    ::operator delete(block);
  }
}

}  // namespace planish::net
