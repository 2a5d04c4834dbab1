# planish_options: what every target of ours is compiled with, and nothing that it would pass on to its users.
add_library(planish_options INTERFACE)
target_compile_options(planish_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")

if(PLANISH_SANITIZE)
  # Global: an unsanitised object in a sanitised program lies.
  add_compile_options(-fsanitize=${PLANISH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PLANISH_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes gcc 12 see uninitialised reads that are none, in Boost's optional among others.
    target_compile_options(planish_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(PLANISH_SANITIZE MATCHES "undefined")
    # It opens a pipe to look at memory that it has not seen, and fails where a test has taken all descriptors away.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  if(PLANISH_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)  # gcc: atomic_thread_fence inside Asio, which planish does not use across threads
  endif()
endif()

if(PLANISH_LTO)
  include(CheckIPOSupported)
  check_ipo_supported()
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
