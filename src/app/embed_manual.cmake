# Makes a source file of the pages in manual/: cmake -D OUT=… -D "PAGES=a.txt;b.txt" -P embed_manual.cmake
set(pages "")
foreach(file IN LISTS PAGES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND pages "    ManualPage{\"${name}\", R\"manual(${text})manual\"},\n")
endforeach()
file(WRITE ${OUT} "// Made from manual/ by embed_manual.cmake.
#include <app/manual.hpp>

#include <array>

namespace planish::app {
namespace {

constexpr std::array kPages = {
${pages}};

}  // namespace

std::span<const ManualPage> manual_pages() noexcept {
  return kPages;
}

}  // namespace planish::app
")
