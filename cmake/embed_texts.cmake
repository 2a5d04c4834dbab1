# planish_embed_texts(ROOM NAME HEADER FILE…): generated/ROOM/HEADER.hpp, where NAME is an array of pairs: a file's name without
# its ending, or the one before its path (name=path), and its text. Run as a script, it makes that header.
# planish_pack_texts: the same for src/app/packed_texts.hpp, all texts together in one gzip member: a third of the bytes, for what
# is read once a process at most.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(planish_embedded room name header pack)
    string(REGEX REPLACE "[^;]+=" "" files "${ARGN}")
    set(script ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
    set(out ${PROJECT_BINARY_DIR}/generated/${room}/${header}.hpp)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D NAMESPACE=planish::${room} -D NAME=${name} "-DFILES=${ARGN}" -D PACK=${pack} -P ${script}
      DEPENDS ${script} ${files}
      VERBATIM)
  endfunction()
  function(planish_embed_texts room name header)
    planish_embedded(${room} ${name} ${header} "" ${ARGN})
  endfunction()
  function(planish_pack_texts room name header)
    find_program(PLANISH_GZIP gzip REQUIRED)
    planish_embedded(${room} ${name} ${header} ${PLANISH_GZIP} ${ARGN})
  endfunction()
  return()
endif()

set(texts "")
set(entries "")
set(paths "")
set(begin 0)
foreach(file IN LISTS FILES)
  if(file MATCHES "^([^=]+)=(.+)$")
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
  else()
    get_filename_component(name ${file} NAME_WE)
  endif()
  if(PACK)
    list(APPEND paths ${file})
    file(SIZE ${file} size)
    string(APPEND entries "    {\"${name}\", ${begin}, ${size}},\n")
    math(EXPR begin "${begin} + ${size}")
  else()
    file(READ ${file} text)
    string(APPEND texts "    {\"${name}\", R\"text(${text})text\"},\n")
  endif()
endforeach()

if(PACK)
  # -n: neither a name nor a time goes in, and GZIP of the environment adds no option: the same texts make the same bytes, by one
  # version of gzip. Another may choose other matches; so may the zlib of CMake or of Python, and a packer of our own
  # would be more to keep than that: a release has the gzip of the Debian that it has its compiler from.
  execute_process(COMMAND ${CMAKE_COMMAND} -E cat ${paths} COMMAND ${CMAKE_COMMAND} -E env --unset=GZIP ${PACK} -9nc OUTPUT_FILE ${OUT}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${OUT}.gz packed HEX)
  file(REMOVE ${OUT}.gz)
  string(LENGTH "${packed}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" packed "${packed}")
  file(WRITE ${OUT} "// Made by embed_texts.cmake: the texts of files, packed.
#pragma once

#include <app/packed_texts.hpp>

#include <array>

namespace ${NAMESPACE} {

inline constexpr auto ${NAME}Entries = std::to_array<PackedTexts::Entry>({
${entries}});
inline constexpr PackedTexts ${NAME}{
    ${NAME}Entries,
    {\"${packed}\", ${length}},
    ${begin}};

}  // namespace ${NAMESPACE}
")
  return()
endif()

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
