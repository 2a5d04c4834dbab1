# Plugins: planish_engine, the Rust library that src/plugin is built over, and planish_compile, which compiles plugins for it.
# On where a cargo is new enough (cmake/plugins find); nothing is installed for it here.
find_program(PLANISH_BASH bash)
execute_process(COMMAND ${PLANISH_BASH} ${PROJECT_SOURCE_DIR}/cmake/plugins find
  OUTPUT_VARIABLE planish_cargo OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
set(planish_plugins_default OFF)
if(NOT failed AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(planish_plugins_default ON)
endif()
option(PLANISH_PLUGINS "Sandboxed plugins (needs cargo 1.95 or newer; x86_64)" ${planish_plugins_default})
if(NOT PLANISH_PLUGINS)
  return()
endif()
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  message(FATAL_ERROR "PLANISH_PLUGINS: only x86_64 yet")
endif()
if(failed)
  message(FATAL_ERROR "PLANISH_PLUGINS: no cargo of 1.95 or newer: apt-get install cargo-web rustc-web")
endif()

# cmake/plugins knows whether anything has changed; what it has built before is a copy.
function(planish_rust_product name file)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/plugin/${name}/*)
  add_custom_command(OUTPUT ${file}
    COMMAND ${PLANISH_BASH} -c "cp \"$($0 ${name})\" ${file}" ${PROJECT_SOURCE_DIR}/cmake/plugins
    DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/cmake/plugins ${PROJECT_SOURCE_DIR}/src/plugin/engine/src/tunables.rs
    COMMENT "Rust: ${name}" VERBATIM)
  add_custom_target(planish_rust_${name} DEPENDS ${file})
endfunction()

set(planish_engine_file ${PROJECT_BINARY_DIR}/libplanish_engine.a)
planish_rust_product(engine ${planish_engine_file})
add_library(planish_engine STATIC IMPORTED GLOBAL)
set_target_properties(planish_engine PROPERTIES IMPORTED_LOCATION ${planish_engine_file})
add_dependencies(planish_engine planish_rust_engine)
target_link_libraries(planish_engine INTERFACE planish_plugin)  # each asks the other: src/plugin/engine.hpp

set(PLANISH_COMPILE ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/planish-compile)
planish_rust_product(compiler ${PLANISH_COMPILE})
