/* SPDX-License-Identifier: Apache-2.0 */
/* What invitations look like on paper and in a mail.  The texts are files in src/cli/sheets. */
#ifndef RR_CLI_SHEETS_H
#define RR_CLI_SHEETS_H

#include "cli/edition.h"
#include "roll/invitation_link.h"

typedef enum rr_language { RR_ENGLISH, RR_RUSSIAN } rr_language;

/* Fills a template's {{name}} places.  In HTML every value is escaped, but those of `markup`, which this program has made. */
typedef struct rr_field {
    const char *name;
    rr_text value;
    bool markup;
} rr_field;
void rr_fill(rr_builder *b, const char *template, const rr_field *fields, size_t count, bool html);

/* The address of an edition on a server: "https://server/e/ROLLID/EDITION/".  Checks `url` and fails if it is no address of a server. */
const char *rr_edition_address(const char *url, const rr_roll_id *id, uint32_t edition);
/* SECRET, terminated.  The link of one person (roll/invitation_link.h), from the edition's address. */
const char *rr_link_of(const char *address, const rr_invitation *invitation);

/* The page that has all sheets: its beginning, a sheet for each person, its end. */
void rr_build_page_head(rr_builder *b, rr_language language, rr_text body);
void rr_build_sheet(rr_builder *b, rr_language language, const rr_invitation *invitation, const char *link);
void rr_build_page_foot(rr_builder *b);
/* The text of a mail: UTF-8, lines end in LF. */
void rr_build_mail_text(rr_builder *b, rr_language language, const rr_invitation *invitation, const char *link);
const char *rr_mail_subject(rr_language language, rr_text body);

#endif
