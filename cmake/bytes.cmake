# SPDX-License-Identifier: Apache-2.0
# rr_hex_of(VARIABLE FILE): the file's bytes as the inside of a C initializer, with a zero byte behind them.
function(rr_hex_of variable file)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}00")
    set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()
