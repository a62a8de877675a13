# SPDX-License-Identifier: Apache-2.0
# All of them are Debian packages; tools/deps.sh installs what is missing.  The core needs libsodium only, and for
# WebAssembly nothing.

if(RR_WASM)
    return()
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(crypto REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ssh REQUIRED IMPORTED_TARGET libssh)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(cmark REQUIRED IMPORTED_TARGET libcmark)
pkg_check_modules(jansson REQUIRED IMPORTED_TARGET jansson)
# librnp's pkg-config file names its static dependencies too; the shared library is all that is needed.
find_path(RNP_INCLUDE_DIR rnp/rnp.h REQUIRED)
find_library(RNP_LIBRARY rnp REQUIRED)
add_library(rnp INTERFACE IMPORTED)
target_include_directories(rnp INTERFACE ${RNP_INCLUDE_DIR})
target_link_libraries(rnp INTERFACE ${RNP_LIBRARY})
if(RR_TESTS)
    pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)
endif()
