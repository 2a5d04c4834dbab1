# What is installed beside the server: its man page, its completion, its licence.
include(GNUInstallDirs)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/planish.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/planish.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME planish)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
