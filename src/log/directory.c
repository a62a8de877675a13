/* SPDX-License-Identifier: Apache-2.0 */
#include "log/directory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

/* `r`oll digest, `p`id, `s`ize, `j` trustee, `h`ash: the fields of each kind in order. */
static const struct {
    const char *word, *fields;
    rr_directory_kind kind;
} forms[] = {{"roll", "r", RR_DIRECTORY_ROLL},
             {"petition", "p", RR_DIRECTORY_PETITION},
             {"assignment", "rp", RR_DIRECTORY_ASSIGNMENT},
             {"trustee", "pjh", RR_DIRECTORY_TRUSTEE},
             {"checkpoint", "psh", RR_DIRECTORY_CHECKPOINT},
             {"page", "h", RR_DIRECTORY_PAGE}};

enum { FORMS = sizeof forms / sizeof *forms, TRUSTEES = 255 };

static bool read_field(rr_directory_line *line, char field, rr_text text) {
    switch (field) {
    case 'r': return rr_text_hex(line->roll.bytes, 32, text);
    case 'p': return rr_text_hex(line->pid.bytes, 32, text);
    case 'h': return rr_text_hex(line->hash.bytes, 32, text);
    case 's': return rr_text_long(&line->size, text);
    default: return rr_text_number(&line->trustee, text) && line->trustee >= 1 && line->trustee <= TRUSTEES;
    }
}

static bool read_form(rr_directory_line *line, const char *fields, rr_text rest) {
    rr_text field;
    for (; fields[1] != '\0'; fields++)
        if (!rr_text_cut(&field, &rest, ' ') || !read_field(line, *fields, field)) return false;
    return read_field(line, *fields, rest);
}

void rr_directory_read(rr_directory_line *line, const uint8_t *bytes, size_t len) {
    rr_text word, rest = {(const char *)bytes, len};
    memset(line, 0, sizeof *line);
    if (len == 0 || !rr_text_cut(&word, &rest, ' ')) return;
    for (size_t i = 0; i < FORMS; i++) {
        if (!rr_text_is(word, forms[i].word)) continue;
        rr_directory_line found = {.kind = forms[i].kind};
        if (read_form(&found, forms[i].fields, rest)) *line = found;
    }
}

size_t rr_directory_write(char out[RR_DIRECTORY_LINE_MAX], const rr_directory_line *line) {
    char hex[65];
    size_t len = 0;
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].kind != line->kind) continue;
        len = (size_t)snprintf(out, RR_DIRECTORY_LINE_MAX, "%s", forms[i].word);
        for (const char *field = forms[i].fields; *field != '\0'; field++) {
            const uint8_t *bytes = *field == 'r' ? line->roll.bytes : *field == 'p' ? line->pid.bytes : line->hash.bytes;
            rr_hex(hex, bytes, 32);
            if (*field == 's') snprintf(hex, sizeof hex, "%" PRIu64, line->size);
            if (*field == 'j') snprintf(hex, sizeof hex, "%" PRIu32, line->trustee);
            len += (size_t)snprintf(out + len, RR_DIRECTORY_LINE_MAX - len, " %s", hex);
        }
    }
    return len;
}
