# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where.  The shared library shows what the public headers declare, and nothing else.

set(headers_dir ${PROJECT_SOURCE_DIR}/include/roundrobin)
file(GLOB headers CONFIGURE_DEPENDS ${headers_dir}/*.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})
set(public_names)
foreach(header IN LISTS headers)
    file(STRINGS ${header} lines REGEX "^[a-z].*[ *]rr_[a-z0-9_]+\\(")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "rr_[a-z0-9_]+\\(" name "${line}")
        string(REPLACE "(" "" name "${name}")
        list(APPEND public_names ${name})
    endforeach()
endforeach()
list(SORT public_names)
list(JOIN public_names ";\n        " names)
file(CONFIGURE OUTPUT exports.map CONTENT "roundrobin_0 {\n    global:\n        @names@;\n    local:\n        *;\n};\n" @ONLY)
list(JOIN public_names "\n" names)
file(CONFIGURE OUTPUT exports.txt CONTENT "@names@\n" @ONLY)

add_library(roundrobin_shared SHARED $<TARGET_OBJECTS:roundrobin>)
target_link_libraries(roundrobin_shared PRIVATE PkgConfig::sodium)
target_link_options(roundrobin_shared PRIVATE LINKER:--version-script=${CMAKE_CURRENT_BINARY_DIR}/exports.map LINKER:--no-undefined)
set_target_properties(roundrobin_shared PROPERTIES OUTPUT_NAME roundrobin VERSION ${PROJECT_VERSION} SOVERSION 0
    LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/exports.map)

install(TARGETS roundrobin roundrobin_shared)
install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/roundrobin)
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/roundrobin.pc.in roundrobin.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/roundrobin.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
