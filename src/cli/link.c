/* SPDX-License-Identifier: Apache-2.0 */
/* The link of an invitation, written. */
#include <string.h>

#include "cli/sheets.h"
#include "roll/edition_file.h"

enum { ADDRESS_MAX = 512 };

const char *rr_edition_address(const char *url, const rr_roll_id *id, uint32_t edition) {
    size_t len = strlen(url);
    bool good = (strncmp(url, "https://", 8) == 0 && len > 8) || (strncmp(url, "http://", 7) == 0 && len > 7);
    for (const char *at = url; *at != 0 && good; at++) good = rr_link_is_plain(*at) || strchr(":/[]~", *at) != NULL;
    if (!good || len > ADDRESS_MAX)
        rr_die(RR_EXIT_USAGE, "%s: is no address of a server. It looks like https://petition.example.org", rr_safe_string(url));
    while (len > 0 && url[len - 1] == '/') len--;
    char path[RR_EDITION_PATH_SIZE];
    rr_edition_path(path, id, edition);
    return rr_format("%.*s%s", (int)len, url, path);
}

const char *rr_link_of(const char *address, const rr_invitation *i) {
    rr_builder b = {NULL, 0, 0};
    char mark[RR_REGISTRAR_MARK_SIZE];
    rr_registrar_mark(mark, i->registrar);
    rr_build(&b, "%s#member=%.*s", address, (int)i->member.len, i->member.start);
    if (i->code.len > 0) rr_build(&b, "&code=%.*s", (int)i->code.len, i->code.start);
    rr_build(&b, "&key=%s&name=", mark);
    for (size_t k = 0; k < i->name.len; k++)
        rr_build(&b, rr_link_is_plain(i->name.start[k]) ? "%c" : "%%%02X", (unsigned char)i->name.start[k]);
    return b.text;
}
