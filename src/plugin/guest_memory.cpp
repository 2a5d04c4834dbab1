// GuestMemory: see its header. What the signal handler calls takes no lock and allocates nothing.
#include <plugin/guest_memory.hpp>

#include <plugin/engine.hpp>
#include <plugin/limits.hpp>
#include <plugin/zeros.hpp>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include <sys/mman.h>

namespace planish::plugin {
namespace {

constexpr std::size_t kPage = GuestMemory::kPageBytes;

thread_local constinit GuestMemory* memory_in_use = nullptr;

// After the page that `bytes` end in.
constexpr std::size_t page_end(std::size_t bytes) noexcept {
  return (bytes + kPage - 1) / kPage;
}

// What is not zeros of a page that is not all zeros.
GuestMemory::Part part_of(const char* page) noexcept {
  constexpr std::size_t kLine = 64;
  GuestMemory::Part part{0, kPage};
  while (is_zero(page + part.from, kLine)) part.from += kLine;
  while (is_zero(page + part.to - kLine, kLine)) part.to -= kLine;
  return part;
}

}  // namespace

GuestMemory::GuestMemory(std::size_t bytes_max)
    : bytes_max_(bytes_max),
      open_((bytes_max / kPage + 63) / 64),
      listed_(std::make_unique<std::uint32_t[]>(kKeptPages)),
      marked_at_(bytes_max / kPage) {
  assert(bytes_max % kWasmPageBytes == 0);
}

GuestMemory::~GuestMemory() {
  if (base_ != nullptr) munmap(base_, reserve_);
}

GuestMemory::Use::Use(GuestMemory& memory) noexcept : before_(memory_in_use) {
  memory_in_use = &memory;
}

GuestMemory::Use::~Use() {
  memory_in_use = before_;
}

GuestMemory* GuestMemory::in_use() noexcept {
  return memory_in_use;
}

std::uint8_t* GuestMemory::take(std::size_t reserve, std::size_t size) noexcept {
  if (size > bytes_max_ || reserve < bytes_max_) return nullptr;
  if (base_ == nullptr) {
    void* const at = mmap(nullptr, reserve, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return nullptr;
    base_ = static_cast<char*>(at);
    reserve_ = reserve;
  }
  if (reserve != reserve_) return nullptr;
  close(false);  // the engine writes the module's own data into zeros
  size_ = size;
  return reinterpret_cast<std::uint8_t*>(base_);
}

bool GuestMemory::resize(std::size_t size) noexcept {
  if (size > bytes_max_) return false;
  size_ = size;
  return true;
}

// Beyond 4 GiB, or below the memory, it is a large number.
std::size_t GuestMemory::offset_of(const void* address) const noexcept {
  return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(base_);
}

bool GuestMemory::is_inside(const void* address) noexcept {
  return memory_in_use != nullptr && memory_in_use->offset_of(address) < memory_in_use->size_;
}

bool GuestMemory::opened_at_first_touch(const void* address) noexcept {
  if (!is_inside(address)) return false;
  GuestMemory* const memory = memory_in_use;
  const std::size_t offset = memory->offset_of(address);
  const std::size_t first = offset / kPage;
  if (memory->is_open(first)) return false;
  std::size_t last = first + (memory->open_count_ < kKeptPages ? 1 : kStridePages);
  // Who touches some of what is told of a request will touch the rest, and who gives one verdict gives others.
  const Image& image = memory->image_;
  if (offset >= image.all.from && offset < image.all.to) {
    last = std::max(last, page_end(offset < image.told_to ? image.told_to : image.all.to));
  }
  return memory->open_pages(first, std::min(last, memory->size_ / kPage));
}

bool GuestMemory::open(std::size_t from, std::size_t bytes) noexcept {
  assert(from <= size_ && bytes <= size_ - from);
  if (bytes == 0) return true;
  const std::size_t first = from / kPage;
  const std::size_t last = page_end(from + bytes);
  // The usual request: all were opened by an earlier one, and a word knows of them.
  if (first / 64 == (last - 1) / 64) {
    const std::uint64_t pages = (~std::uint64_t{0} >> (64 - (last - first))) << (first % 64);
    if ((open_[first / 64] & pages) == pages) return true;
  }
  return open_pages(first, last);
}

// One system call for each run of closed pages.
bool GuestMemory::open_pages(std::size_t first, std::size_t last) noexcept {
  while (first < last) {
    if (is_open(first)) {
      ++first;
      continue;
    }
    std::size_t end = first + 1;
    while (end < last && !is_open(end)) ++end;
    if (mprotect(base_ + first * kPage, (end - first) * kPage, PROT_READ | PROT_WRITE) != 0) return false;
    for (; first < end; ++first) {
      open_[first / 64] |= std::uint64_t{1} << (first % 64);
      if (open_count_ < kKeptPages) listed_[open_count_] = static_cast<std::uint32_t>(first);
      ++open_count_;
      fill(first);
    }
    open_end_ = std::max(open_end_, end);
  }
  return true;
}

// A page that was closed holds zeros.
void GuestMemory::fill(std::size_t page) noexcept {
  const std::uint32_t at = marked_ ? marked_at_[page] : 0;
  if (at != 0) std::memcpy(base_ + page * kPage, marked_pages_.data() + (at - 1) * kPage, kPage);
  write_shown({std::max(page * kPage, image_.all.from), std::min((page + 1) * kPage, image_.all.to)});
}

// To bytes whose pages are open.
void GuestMemory::write_shown(Part part) noexcept {
  if (part.is_empty()) return;
  const Piece& last = image_.pieces.back();
  if (image_.late != nullptr && part.to > last.at && part.from < last.at + last.text.size()) image_.late->make();
  std::size_t at = part.from;
  for (const Piece& piece : image_.pieces) {
    const std::size_t from = std::clamp(piece.at, at, part.to);
    const std::size_t to = std::clamp(piece.at + piece.text.size(), from, part.to);
    if (at != from) std::memset(base_ + at, 0, from - at);
    if (from != to) std::memcpy(base_ + from, piece.text.data() + (from - piece.at), to - from);
    at = to;
  }
  // Of no bytes at all it may be slow, where they are of a closed page.
  if (at != part.to) std::memset(base_ + at, 0, part.to - at);
}

void GuestMemory::show() noexcept {
  assert(image_.all.from <= image_.told_to && image_.told_to <= image_.all.to && image_.all.to <= size_);
  const std::size_t end = image_.all.to;
  for (Part part = open_part(image_.all.from, end); !part.is_empty(); part = open_part(part.to, end)) write_shown(part);
}

GuestMemory::Part GuestMemory::open_part(std::size_t from, std::size_t to) const noexcept {
  const std::size_t last = page_end(to);
  std::size_t first = from / kPage;
  std::size_t end = 0;
  if (first / 64 == (last - 1) / 64) {  // as most are: a word knows of them
    const std::uint64_t pages = open_[first / 64] >> (first % 64);
    if (pages == 0) return {};
    const auto closed = static_cast<std::size_t>(std::countr_zero(pages));
    first += closed;
    end = std::min(first + static_cast<std::size_t>(std::countr_one(pages >> closed)), last);
  } else {
    while (first < last && !is_open(first)) ++first;
    end = first;
    while (end < last && is_open(end)) ++end;
  }
  return {std::max(from, first * kPage), std::min(to, end * kPage)};
}

void GuestMemory::mark() {
  std::fill(marked_at_.begin(), marked_at_.end(), 0);
  marked_pages_.clear();
  marked_parts_.clear();
  for (std::size_t page = 0; page < open_end_; ++page) {
    const char* const begin = base_ + page * kPage;
    if (!is_open(page) || all_zero(begin, kPage)) continue;
    marked_parts_.push_back(part_of(begin));
    marked_pages_.insert(marked_pages_.end(), begin, begin + kPage);
    marked_at_[page] = static_cast<std::uint32_t>(marked_pages_.size() / kPage);
  }
  size_at_mark_ = size_;
  close(true);
}

void GuestMemory::close(bool marked) noexcept {
  marked_ = marked;
  if (open_count_ == 0) return;
  const std::size_t bytes = open_end_ * kPage;
  // Where one of the two fails, a request's bytes could stay: there is no going on.
  if (madvise(base_, bytes, MADV_DONTNEED) != 0 || mprotect(base_, bytes, PROT_NONE) != 0) std::abort();
  std::fill_n(open_.begin(), (open_end_ + 63) / 64, 0);
  open_end_ = 0;
  open_count_ = 0;
}

void GuestMemory::put_back(std::size_t from, std::size_t to) noexcept {
  assert(from % kZerosAtOnce == 0 && to % kZerosAtOnce == 0);
  // Pages that were opened since begin(), and found no place on the list, are as they should be.
  const std::size_t listed = std::min(open_count_, kKeptPages);
  const std::size_t first = (from + kPage - 1) / kPage;  // of the pages that are all the caller's
  const std::size_t end = std::max(to / kPage, first);
  for (std::size_t i = 0; i < listed; ++i) {
    const std::size_t page = listed_[i];
    if (page < first || page >= end) put_back_page(page, from, to);
  }
}

[[gnu::noinline]] void GuestMemory::put_back_page(std::size_t page, std::size_t from, std::size_t to) noexcept {
  const std::size_t begin = page * kPage;
  const std::size_t end = begin + kPage;
  const auto put = [&](std::size_t at, std::size_t until) {
    if (at >= until) return;
    const std::uint32_t marked = marked_at_[page];
    if (marked == 0) return put_zeros(base_ + at, until - at);
    const Part& part = marked_parts_[marked - 1];
    const std::size_t some = std::clamp(begin + part.from, at, until);
    const std::size_t zeros = std::clamp(begin + part.to, some, until);
    put_zeros(base_ + at, some - at);
    std::memcpy(base_ + some, marked_pages_.data() + (marked - 1) * kPage + (some - begin), zeros - some);
    put_zeros(base_ + zeros, until - zeros);
  };
  if (from >= end || to <= begin) return put(begin, end);
  put(begin, from);
  put(to, end);
}

}  // namespace planish::plugin

extern "C" {

std::uint8_t* planish_memory_take(std::size_t reserve, std::size_t size) {
  planish::plugin::GuestMemory* const memory = planish::plugin::GuestMemory::in_use();
  return memory == nullptr ? nullptr : memory->take(reserve, size);
}

int planish_memory_resize(std::uint8_t* base, std::size_t size) {
  planish::plugin::GuestMemory* const memory = planish::plugin::GuestMemory::in_use();
  return memory != nullptr && reinterpret_cast<std::uint8_t*>(memory->data()) == base && memory->resize(size) ? 0 : 1;
}

// It stays with the thread, for the next instance.
void planish_memory_give(std::uint8_t*) {}

}  // extern "C"
