# Makes a header of text files: cmake -D OUT=… -D NAMESPACE=a::b -D NAME=kPages "-DFILES=x.txt;y.txt" -P embed_texts.cmake
# An array of pairs: a file's name without its ending, or the one before its path (name=path), and its text.
set(texts "")
foreach(file IN LISTS FILES)
  if(file MATCHES "^([^=]+)=(.+)$")
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
  else()
    get_filename_component(name ${file} NAME_WE)
  endif()
  file(READ ${file} text)
  string(APPEND texts "    {\"${name}\", R\"text(${text})text\"},\n")
endforeach()
file(WRITE ${OUT} "// Made by embed_texts.cmake: the name and the text of each file.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace ${NAMESPACE} {

inline constexpr auto ${NAME} = std::to_array<std::pair<std::string_view, std::string_view>>({
${texts}});

}  // namespace ${NAMESPACE}
")
