# SPDX-License-Identifier: Apache-2.0
include(${CMAKE_CURRENT_LIST_DIR}/bytes.cmake)
# rr_bytes_of(VARIABLE FILE): the same; a change of the file configures anew.
function(rr_bytes_of variable file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    rr_hex_of(bytes ${file})
    set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()
