/* SPDX-License-Identifier: Apache-2.0 */
/* The edition file (`round-robin edition v1`, docs/spec/enrolment.md): what the registrar tells a server, and the server everybody, of an edition
 * that takes books.  Public.  Texts point into the file that was parsed. */
#ifndef RR_ROLL_EDITION_FILE_H
#define RR_ROLL_EDITION_FILE_H

#include "roundrobin/keycard.h"
#include "roundrobin/text.h"

enum {
    RR_EDITION_TEXT_MAX = 4096, /* no edition file is longer */
    RR_EDITION_PATH_SIZE = 3 + 64 + 1 + 10 + 1 + 1
};

typedef struct rr_edition_file {
    rr_roll_id roll_id;
    rr_text body;
    rr_vkey registrar;
    uint32_t edition;    /* from 1 */
    uint32_t slot_count; /* 1 to RR_KEYCARD_SLOTS_MAX */
} rr_edition_file;

/* Reads one; RR_MALFORMED with line and rule. */
rr_status rr_edition_file_parse(rr_edition_file *file, rr_error *error, const char *text, size_t len);
/* Writes one, byte for byte as it is read; of the registrar only the text is used.  RR_NO_SPACE, RR_ARGUMENT (a field breaks its grammar). */
rr_status rr_edition_file_write(char *text, size_t text_cap, size_t *len, const rr_edition_file *file);
/* "/e/ROLLID/EDITION/", terminated: where the edition's page is on a server. */
void rr_edition_path(char path[RR_EDITION_PATH_SIZE], const rr_roll_id *roll_id, uint32_t edition);

#endif
