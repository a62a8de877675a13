# SPDX-License-Identifier: Apache-2.0
# Every file of pages/ (templates, style sheet, icon, catalogues) becomes a byte array in pages_embedded.h, found by its name.
file(GLOB page_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_LIST_DIR}
    ${CMAKE_CURRENT_LIST_DIR}/*.html ${CMAKE_CURRENT_LIST_DIR}/*.css ${CMAKE_CURRENT_LIST_DIR}/*.svg ${CMAKE_CURRENT_LIST_DIR}/strings/*.txt)
list(SORT page_files)
set(page_arrays "")
set(page_table "")
set(page_number 0)
foreach(page_file IN LISTS page_files)
    rr_bytes_of(bytes ${CMAKE_CURRENT_LIST_DIR}/${page_file})
    string(APPEND page_arrays "static const unsigned char embedded_${page_number}[] = {${bytes}};\n")
    string(APPEND page_table "    {\"${page_file}\", embedded_${page_number}, sizeof embedded_${page_number} - 1},\n")
    math(EXPR page_number "${page_number} + 1")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/pages_embedded.h CONTENT
    "/* Made from src/server/pages by pages.cmake. */
@page_arrays@static const struct {
    const char *name;
    const unsigned char *bytes;
    size_t len;
} embedded[] = {
@page_table@};
" @ONLY)
target_include_directories(rr_server PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
# Sines of the picture.
target_link_libraries(rr_server PUBLIC m)
