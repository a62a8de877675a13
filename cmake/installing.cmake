# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: three libraries, each static and shared, the public headers, the program.

file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/roundrobin/*.h)
install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/roundrobin)

# The interface is what the public headers declare.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})
set(public_names)
foreach(header IN LISTS headers)
    file(STRINGS ${header} lines REGEX "^[a-z].*[ *]rr_[a-z0-9_]+\\(")
    list(FILTER lines EXCLUDE REGEX "^(static|typedef) ")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "rr_[a-z0-9_]+\\(" name "${line}")
        string(REPLACE "(" "" name "${name}")
        list(APPEND public_names ${name})
    endforeach()
endforeach()
list(JOIN public_names ";\n        " names)
configure_file(${PROJECT_SOURCE_DIR}/cmake/exports.map.in exports.map @ONLY)
list(JOIN public_names "\n" names)
file(CONFIGURE OUTPUT exports.txt CONTENT "@names@\n" @ONLY)

file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_to_prefix ${pc_to_prefix})

# rr_install_library(TARGET NAME DESCRIPTION LINKS targets... [PC_REQUIRES modules] [PC_PRIVATE modules] [PC_LIBS libraries])
function(rr_install_library target pc_name pc_description)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "LINKS;PC_REQUIRES;PC_PRIVATE;PC_LIBS")
    add_library(${target}_shared SHARED $<TARGET_OBJECTS:${target}>)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${pc_name})
    set_target_properties(${target}_shared PROPERTIES OUTPUT_NAME ${pc_name} VERSION ${PROJECT_VERSION} SOVERSION 0
        LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/exports.map)
    target_link_libraries(${target}_shared PRIVATE ${arg_LINKS})
    target_link_options(${target}_shared PRIVATE LINKER:--version-script=${CMAKE_CURRENT_BINARY_DIR}/exports.map
        LINKER:-Bsymbolic-functions LINKER:--no-undefined)
    install(TARGETS ${target} ${target}_shared)
    list(JOIN arg_PC_REQUIRES " " pc_requires)
    list(JOIN arg_PC_PRIVATE " " pc_private)
    list(JOIN arg_PC_LIBS " " pc_libs_private)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/roundrobin.pc.in ${pc_name}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${pc_name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

rr_install_library(roundrobin roundrobin "${PROJECT_DESCRIPTION}" LINKS PkgConfig::sodium PC_PRIVATE libsodium)
rr_install_library(rr_import roundrobin-import "OpenSSH and OpenPGP keys, and key cards, for Round Robin"
    LINKS roundrobin_shared PkgConfig::crypto PkgConfig::ssh PkgConfig::sodium rnp
    PC_REQUIRES roundrobin PC_PRIVATE libcrypto libssh PC_LIBS -lrnp)
rr_install_library(rr_store roundrobin-store "Round Robin's evidence file and local store"
    LINKS rr_evidence roundrobin_shared PkgConfig::sqlite PkgConfig::sodium
    PC_REQUIRES roundrobin PC_PRIVATE sqlite3)
install(TARGETS robin)
