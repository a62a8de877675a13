/* SPDX-License-Identifier: Apache-2.0 */
/* Links of invitations: what is read keeps the rules of each field, and means the same when it is written again. */
#include <string.h>

#include "base/text.h"
#include "require.h"
#include "roll/invitation_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    rr_invitation_link link;
    size_t offset;
    rr_text text = {(const char *)data, size};
    if (rr_invitation_link_read(&link, text) != RR_OK) {
        require(link.code[0] == 0 && link.member[0] == 0);
        return 0;
    }
    char code[RR_CODE_SIZE];
    require(link.address.start == text.start && link.address.len < size && data[link.address.len] == '#');
    require(link.edition != 0 && rr_text_is_member(rr_text_of(link.member)) && strlen(link.mark) == 32);
    require(strlen(link.name) > 0 && rr_text_fault(&offset, rr_text_of(link.name), false) == NULL);
    require(link.code[0] == 0 || (rr_code_read(code, link.code) == RR_OK && strcmp(code, link.code) == 0));
    return 0;
}
