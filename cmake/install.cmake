# Installs the library for find_package(planish): cmake --install build/release --component planish_core
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(planish_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/planish)

install(TARGETS planish_core planish_pattern EXPORT planish COMPONENT planish_core
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT planish NAMESPACE planish:: FILE planishTargets.cmake DESTINATION ${planish_package_dir} COMPONENT planish_core)

file(WRITE ${PROJECT_BINARY_DIR}/planishConfig.cmake [[
include(CMakeFindDependencyMacro)
find_dependency(simdjson)
include(${CMAKE_CURRENT_LIST_DIR}/planishTargets.cmake)
]])
write_basic_package_version_file(${PROJECT_BINARY_DIR}/planishConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/planishConfig.cmake ${PROJECT_BINARY_DIR}/planishConfigVersion.cmake
  DESTINATION ${planish_package_dir} COMPONENT planish_core)
