# Makes a header of files by their paths: cmake -D OUT=… -D NAMESPACE=a::b -D NAME=kTexts -D "FILES=name=path;…" -P embed_files.cmake
# As embed_texts.cmake, with a name for each.
set(texts "")
foreach(pair IN LISTS FILES)
  string(REGEX MATCH "^([^=]+)=(.+)$" _ "${pair}")
  set(name ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} text)
  string(APPEND texts "    {\"${name}\", R\"file(${text})file\"},\n")
endforeach()
file(WRITE ${OUT} "// Made by embed_files.cmake: the name and the text of each file.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace ${NAMESPACE} {

inline constexpr auto ${NAME} = std::to_array<std::pair<std::string_view, std::string_view>>({
${texts}});

}  // namespace ${NAMESPACE}
")
