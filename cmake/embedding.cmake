# SPDX-License-Identifier: Apache-2.0
# rr_bytes_of(VARIABLE FILE): the file's bytes as the inside of a C initializer, with a zero byte behind them; a change of the file configures anew.
function(rr_bytes_of variable file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}00")
    set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()
