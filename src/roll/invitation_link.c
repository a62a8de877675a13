/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/invitation_link.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"

void rr_registrar_mark(char mark[RR_REGISTRAR_MARK_SIZE], rr_text vkey) {
    uint8_t hash[32];
    rr_sha256_of(hash, vkey.start, vkey.len);
    rr_hex(mark, hash, (RR_REGISTRAR_MARK_SIZE - 1) / 2);
}

bool rr_link_is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A text by the rules of a roll's, terminated; false if it breaks the form or does not fit. */
static bool unescape(char *out, size_t room, rr_text value) {
    size_t n = 0, offset;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.start[i];
        if (c == '%') {
            int high = value.len - i < 3 ? -1 : hex_digit(value.start[i + 1]);
            int low = high < 0 ? -1 : hex_digit(value.start[i + 2]);
            if (low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (!rr_link_is_plain(c)) {
            return false;
        }
        if (c == 0 || n + 1 >= room) return false;
        out[n++] = c;
    }
    out[n] = 0;
    return rr_text_fault(&offset, (rr_text){out, n}, false) == NULL;
}

static bool read_field(rr_invitation_link *link, rr_text name, rr_text value) {
    char code[2 * RR_CODE_SIZE];
    if (rr_text_is(name, "member")) return unescape(link->member, sizeof link->member, value);
    if (rr_text_is(name, "name")) return unescape(link->name, sizeof link->name, value);
    if (rr_text_is(name, "key")) return unescape(link->mark, sizeof link->mark, value);
    if (!rr_text_is(name, "code")) return true;
    bool good = unescape(code, sizeof code, value) && rr_code_read(link->code, code) == RR_OK;
    rr_wipe(code, sizeof code);
    return good;
}

/* ".../e/ROLLID/EDITION/" */
static bool read_address(rr_invitation_link *link, rr_text address) {
    enum { TAIL = 3 + 64 };
    rr_text rest = address, number;
    if (address.len < TAIL + 3 || address.start[address.len - 1] != '/') return false;
    rest.len--;
    size_t digits = 0;
    while (digits < rest.len && rest.start[rest.len - digits - 1] != '/') digits++;
    number = (rr_text){rest.start + rest.len - digits, digits};
    if (!rr_text_number(&link->edition, number) || link->edition == 0 || rest.len < digits + 1 + TAIL) return false;
    rr_text tail = {rest.start + rest.len - digits - 1 - TAIL, TAIL};
    rr_text id = {tail.start + 3, 64};
    link->address = address;
    return rr_text_begins(tail, "/e/") && rr_text_hex(link->id.bytes, 32, id);
}

static bool read_link(rr_invitation_link *link, rr_text text) {
    rr_text address, rest = text, field, name;
    while (rest.len > 0 && (rest.start[rest.len - 1] == '\n' || rest.start[rest.len - 1] == '\r')) rest.len--;
    if (rest.len > RR_INVITATION_LINK_MAX || !rr_text_cut(&address, &rest, '#') || !read_address(link, address)) return false;
    while (rest.len > 0) {
        if (!rr_text_cut(&field, &rest, '&')) field = rest, rest.len = 0;
        if (!rr_text_cut(&name, &field, '=') || !read_field(link, name, field)) return false;
    }
    return rr_text_is_member(rr_text_of(link->member)) && link->name[0] != 0 &&
           strlen(link->mark) == RR_REGISTRAR_MARK_SIZE - 1;
}

rr_status rr_invitation_link_read(rr_invitation_link *link, rr_text text) {
    memset(link, 0, sizeof *link);
    if (read_link(link, text)) return RR_OK;
    rr_wipe(link, sizeof *link);
    return RR_MALFORMED;
}
