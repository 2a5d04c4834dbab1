// GuestMemory: the linear memory of one instance. What a request dirtied of it is known, and put back.
//
//   |<- size() ------------------------------->|<- reserved: 4 GiB and a guard, never accessible ->|
//   |  open  |  closed   | open |   closed     |
//
// A page of the guest is closed until its first touch, by the guest or the host, which faults; opening it gives it what
// it holds in every fresh request: what it held at mark(), or zeros, and over these what is shown of the request. Few
// pages are kept open, and put back by a copy; many are all closed again. So a guest is given what it has ever touched,
// and nobody copies what none of its requests looks at.
#pragma once

#include <planish/batch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace planish::plugin {

class GuestMemory {
 public:
  static constexpr std::size_t kPageBytes = 4096;
  // Pages that stay open between requests: 256 KiB to put back take less than closing and faulting them all again.
  static constexpr std::size_t kKeptPages = 64;
  // Beyond, they are opened by so many at once.
  static constexpr std::size_t kStridePages = 16;

  // For at most `bytes_max` bytes, a multiple of Wasm's pages.
  explicit GuestMemory(std::size_t bytes_max);
  ~GuestMemory();
  GuestMemory(const GuestMemory&) = delete;
  GuestMemory& operator=(const GuestMemory&) = delete;

  [[nodiscard]] char* data() const noexcept { return base_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t size_at_mark() const noexcept { return size_at_mark_; }
  [[nodiscard]] std::size_t bytes_max() const noexcept { return bytes_max_; }

  // Bytes of the memory, from one to before another.
  struct Part {
    std::size_t from = 0;
    std::size_t to = 0;
    [[nodiscard]] bool is_empty() const noexcept { return from >= to; }
  };

  // Opens the pages of [from, from + bytes), which lie below size(). False where the system has no memory.
  [[nodiscard]] bool open(std::size_t from, std::size_t bytes) noexcept;

  // What the memory holds now is what every request starts from.
  void mark();

  // Between two requests, before anything of the next one is written: closes everything where much is open.
  void begin() noexcept {
    if (open_count_ > kKeptPages) close(true);
  }
  // What a request has in a part of the memory: its pieces in their order, none over another, and zeros around them.
  struct Piece {
    std::size_t at = 0;
    std::string_view text{};
  };
  struct Image {
    Part all;
    std::size_t told_to = 0;  // what comes after is the guest's to write
    std::array<Piece, 3> pieces{};
    LateEvents* late = nullptr;  // makes the text of the last piece, where it is wanted
  };
  // To be filled in, all of it, where it will be looked at: a copy would wait until all of it is written.
  [[nodiscard]] Image& next_image() noexcept { return image_; }
  // It is put into the pages that are open now; the others have it at their first touch, until hide(). The texts must
  // stay.
  void show() noexcept;
  void hide() noexcept { image_.all = {}; }

  // The first bytes of [from, to) whose pages are open; what is in between holds what was shown. Empty: none are.
  [[nodiscard]] Part open_part(std::size_t from, std::size_t to) const noexcept;

  // After begin(): puts back all that was dirtied before it, but for [from, to), which the caller has written over.
  void put_back(std::size_t from, std::size_t to) noexcept;

  // Closes everything. `marked`: what is opened from now on holds what it held at mark(), else zeros.
  void close(bool marked) noexcept;

  // Bytes that are put back by a copy: of the pages that are open.
  [[nodiscard]] std::size_t open_bytes() const noexcept { return open_count_ * kPageBytes; }

  // While it lives, the thread's faults inside of `memory` open its pages. The engine asks for it at an instance's
  // making.
  class Use {
   public:
    explicit Use(GuestMemory& memory) noexcept;
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    GuestMemory* before_;
  };

  // For the signal handler: whether it was the first touch of a page of the memory in use.
  [[nodiscard]] static bool opened_at_first_touch(const void* address) noexcept;
  // Whether it lies in the memory in use at all.
  [[nodiscard]] static bool is_inside(const void* address) noexcept;

  // For the engine. The same memory is taken again and again, by one instance at a time.
  [[nodiscard]] static GuestMemory* in_use() noexcept;
  [[nodiscard]] std::uint8_t* take(std::size_t reserve, std::size_t size) noexcept;
  [[nodiscard]] bool resize(std::size_t size) noexcept;

 private:
  [[nodiscard]] std::size_t offset_of(const void* address) const noexcept;
  [[nodiscard]] bool is_open(std::size_t page) const noexcept { return (open_[page / 64] >> (page % 64) & 1) != 0; }
  [[nodiscard]] bool open_pages(std::size_t first, std::size_t last) noexcept;
  void fill(std::size_t page) noexcept;
  void write_shown(Part) noexcept;
  void put_back_page(std::size_t page, std::size_t from, std::size_t to) noexcept;

  char* base_ = nullptr;
  std::size_t reserve_ = 0;
  std::size_t size_ = 0;
  std::size_t size_at_mark_ = 0;
  std::size_t bytes_max_;

  std::vector<std::uint64_t> open_;  // a bit a page
  std::size_t open_end_ = 0;         // the last open page and one
  std::size_t open_count_ = 0;       // at most kKeptPages are listed
  std::unique_ptr<std::uint32_t[]> listed_;

  Image image_;

  bool marked_ = false;
  std::vector<std::uint32_t> marked_at_;  // a page's place in marked_pages_ and one; 0: zeros
  std::vector<char> marked_pages_;
  std::vector<Part> marked_parts_;  // of each of them what is not zeros, in whole lines of a cache
};

}  // namespace planish::plugin
