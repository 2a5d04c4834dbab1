// What a start lets go of is the program's, and no page beside it.
#include <app/program_pages.hpp>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string>

namespace planish::app {
namespace {

// A program that this test has laid out by hand: anonymous pages, so that one that was let go of reads as zeros.
class ProgramPages : public testing::Test {
 protected:
  static constexpr std::size_t kPages = 8;
  static constexpr char kKept = 'k';

  ProgramPages() {
    void* mapped = ::mmap(nullptr, kPages * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(mapped, MAP_FAILED);
    begin_ = static_cast<char*>(mapped);
    std::memset(begin_, kKept, kPages * page_);
  }
  ~ProgramPages() override { ::munmap(begin_, kPages * page_); }

  ElfW(Phdr) segment(ElfW(Word) type, ElfW(Word) flags, std::size_t from, std::size_t bytes) const {
    ElfW(Phdr) header{};
    header.p_type = type;
    header.p_flags = flags;
    header.p_vaddr = from;
    header.p_filesz = header.p_memsz = bytes;
    return header;
  }

  // A letter a page: k if it is as it was, 0 if it was let go of.
  std::string after(std::initializer_list<ElfW(Phdr)> headers) {
    forget_read_only_pages(reinterpret_cast<std::uintptr_t>(begin_), {headers.begin(), headers.size()});
    std::string seen;
    for (std::size_t page = 0; page < kPages; ++page) seen += begin_[page * page_] == kKept ? 'k' : '0';
    return seen;
  }

  const std::size_t page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  char* begin_ = nullptr;
};

// So the linker lays out one program of sixty-four: constants end just before a page's end, code begins a page later.
TEST_F(ProgramPages, BetweenTwoSegmentsAreSomebodyElses) {
  EXPECT_EQ(after({segment(PT_LOAD, PF_R, 0, 2 * page_ - 48), segment(PT_LOAD, PF_R | PF_X, 3 * page_, 2 * page_ + 1)}),
            "00k000kk");
}

TEST_F(ProgramPages, ThatCanBeWrittenStay) {
  EXPECT_EQ(after({segment(PT_LOAD, PF_R, 0, page_), segment(PT_LOAD, PF_R | PF_W, page_, 3 * page_)}), "0kkkkkkk");
}

TEST_F(ProgramPages, OfHeadersThatLoadNothingStay) {
  EXPECT_EQ(after({segment(PT_NOTE, PF_R, 0, page_), segment(PT_DYNAMIC, PF_R, page_, page_),
                   segment(PT_LOAD, PF_R, 5 * page_ + 7, 1)}),
            "kkkkk0kk");
}

// Twice: what was used in between is let go of as well.
TEST(StartupPages, ComeBackWhenTheyAreUsed) {
  const std::string before(::strerror(ENOENT));
  forget_startup_pages();
  EXPECT_EQ(before, ::strerror(ENOENT));
  forget_startup_pages();
  EXPECT_EQ(before, ::strerror(ENOENT));
}

}  // namespace
}  // namespace planish::app
