# planish_embed_texts(ROOM NAME HEADER FILE…): generated/ROOM/HEADER.hpp, where NAME is an array of pairs: a file's name without
# its ending, or the one before its path (name=path), and its text. Run as a script, it makes that header.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(planish_embed_texts room name header)
    string(REGEX REPLACE "[^;]+=" "" files "${ARGN}")
    set(script ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
    set(out ${PROJECT_BINARY_DIR}/generated/${room}/${header}.hpp)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D NAMESPACE=planish::${room} -D NAME=${name} "-DFILES=${ARGN}" -P ${script}
      DEPENDS ${script} ${files}
      VERBATIM)
  endfunction()
  return()
endif()

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
