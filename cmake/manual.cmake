# SPDX-License-Identifier: Apache-2.0
# Manual pages and shell completions.  The sources of section 1 and of the completions are made by robin from its table of commands and
# checked in; tools/generated.sh makes them anew, and a test compares.  Other sections are written by hand.

file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.scd)
find_program(SCDOC scdoc REQUIRED)
set(made)
foreach(page IN LISTS pages)
    cmake_path(GET page STEM LAST_ONLY name)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/man/${name})
    add_custom_command(OUTPUT ${out} DEPENDS ${page} COMMAND sh -c "mkdir -p man && '${SCDOC}' <'${page}' >'${out}'" VERBATIM)
    list(APPEND made ${out})
    string(REGEX MATCH "[0-9]$" section ${name})
    install(FILES ${out} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
add_custom_target(manual ALL DEPENDS ${made})

set(completions ${PROJECT_SOURCE_DIR}/packaging/completions)
install(FILES ${completions}/robin.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME robin)
install(FILES ${completions}/_robin DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${completions}/robin.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
