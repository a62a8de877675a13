/* SPDX-License-Identifier: Apache-2.0 */
/* The link of an invitation: written, and read from a file. */
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "cli/sheets.h"
#include "roll/edition_file.h"

enum { ADDRESS_MAX = 512 };

/* ---- writing ---------------------------------------------------------------------------------------------------------------- */

static bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

const char *rr_edition_address(const char *url, const rr_roll_id *id, uint32_t edition) {
    size_t len = strlen(url);
    bool good = (strncmp(url, "https://", 8) == 0 && len > 8) || (strncmp(url, "http://", 7) == 0 && len > 7);
    for (const char *at = url; *at != 0 && good; at++) good = is_plain(*at) || strchr(":/[]~", *at) != NULL;
    if (!good || len > ADDRESS_MAX)
        rr_die(RR_EXIT_USAGE, "%s: is no address of a server. It looks like https://petition.example.org", rr_safe_string(url));
    while (len > 0 && url[len - 1] == '/') len--;
    char path[RR_EDITION_PATH_SIZE];
    rr_edition_path(path, id, edition);
    return rr_format("%.*s%s", (int)len, url, path);
}

void rr_registrar_mark(char mark[33], rr_text vkey) {
    uint8_t hash[32];
    rr_sha256_of(hash, vkey.start, vkey.len);
    rr_hex(mark, hash, 16);
}

const char *rr_invitation_link(const char *address, const rr_invitation *i) {
    rr_builder b = {NULL, 0, 0};
    char mark[33];
    rr_registrar_mark(mark, i->registrar);
    rr_build(&b, "%s#member=%.*s", address, (int)i->member.len, i->member.start);
    if (i->code.len > 0) rr_build(&b, "&code=%.*s", (int)i->code.len, i->code.start);
    rr_build(&b, "&key=%s&name=", mark);
    for (size_t k = 0; k < i->name.len; k++)
        rr_build(&b, is_plain(i->name.start[k]) ? "%c" : "%%%02X", (unsigned char)i->name.start[k]);
    return b.text;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* SECRET.  NULL: it breaks the form. */
static const char *unescape(rr_text value) {
    char *out = rr_take_secret(value.len + 1);
    size_t n = 0, offset;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.start[i];
        if (c == '%') {
            int high = value.len - i < 3 ? -1 : hex_digit(value.start[i + 1]);
            int low = high < 0 ? -1 : hex_digit(value.start[i + 2]);
            if (low < 0) return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (!is_plain(c)) {
            return NULL;
        }
        out[n++] = c;
    }
    rr_text text = {out, n};
    return strlen(out) != n || rr_text_fault(&offset, text, false) != NULL ? NULL : out;
}

static void read_field(rr_link *link, rr_text name, rr_text value) {
    const char **where = rr_text_is(name, "member") ? &link->member
                         : rr_text_is(name, "code") ? &link->code
                         : rr_text_is(name, "key")  ? &link->mark
                         : rr_text_is(name, "name") ? &link->name
                                                    : NULL;
    if (where != NULL) *where = unescape(value);
}

/* ".../e/ROLLID/EDITION/" */
static bool read_address(rr_link *link, rr_text address) {
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
    link->address = rr_copy_text(address);
    return rr_text_begins(tail, "/e/") && rr_text_hex(link->id.bytes, 32, id);
}

void rr_read_link(rr_link *link, rr_text text, const char *path) {
    rr_text address, rest = text, field, name;
    memset(link, 0, sizeof *link);
    link->code = "";
    while (rest.len > 0 && (rest.start[rest.len - 1] == '\n' || rest.start[rest.len - 1] == '\r')) rest.len--;
    bool good = rr_text_cut(&address, &rest, '#') && read_address(link, address);
    while (good && rest.len > 0) {
        if (!rr_text_cut(&field, &rest, '&')) field = rest, rest.len = 0;
        good = rr_text_cut(&name, &field, '=');
        if (good) read_field(link, name, field);
    }
    good = good && link->member != NULL && link->code != NULL && link->mark != NULL && link->name != NULL &&
           rr_text_is_member(rr_text_of(link->member)) && link->name[0] != 0 && strlen(link->mark) == 32;
    if (!good)
        rr_die(RR_EXIT_REFUSED, "%s: the address is not whole. Copy all of it, with what follows the sign #.",
               rr_safe_string(path));
}
