# SPDX-License-Identifier: Apache-2.0
# FOLDER/page_bundle.h: the pages and the policy as byte arrays, with a zero byte behind each.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/bytes.cmake)
set(text "/* Made from web/ by embed.cmake. */\n")
foreach(part online.html online.html.gz online.html.policy offline.html)
    string(REGEX REPLACE "[.]" "_" name ${part})
    rr_hex_of(bytes ${FOLDER}/${part})
    string(APPEND text "static const unsigned char rr_${name}[] = {${bytes}};\n")
endforeach()
file(WRITE ${FOLDER}/page_bundle.h "${text}")
