/* SPDX-License-Identifier: Apache-2.0 */
/* Text files as PROTOCOL.md section 1 has them, read line by line, and written.  Roll, names, petition and notes stand on this.
 *
 *     file    lines, each ended by LF, the last one too
 *     line    at most 4096 bytes of well-formed UTF-8 without the characters that rr_text_fault knows
 *     header  `Name: value`, one space, the value not empty and without space at either end
 */
#ifndef RR_BASE_TEXT_H
#define RR_BASE_TEXT_H

#include "roundrobin/text.h"

enum { RR_LINE_MAX = 4096 };

/* ---- pieces of text ------------------------------------------------------------------------------------------------- */

/* The first character of a text that is not empty; answers its length in bytes, 0 if it is not well-formed. */
size_t rr_text_character(uint32_t *character, rr_text text);
/* False for what could move a terminal's cursor, change it, or show other text than is there; LF and TAB are harmless. */
bool rr_character_is_harmless(uint32_t character);
/* Where a text breaks the rules on characters: NULL if it does not, else the rule, and the offset of the bad bytes. */
const char *rr_text_fault(size_t *offset, rr_text text, bool tab_allowed);

bool rr_text_is(rr_text text, const char *string);
bool rr_text_begins(rr_text text, const char *prefix);
/* A space at either end? */
bool rr_text_is_padded(rr_text text);
/* Cuts the text at the first `separator`: what stands before goes to *field, what stands after stays in *rest.  False, with nothing
 * changed, if there is none. */
bool rr_text_cut(rr_text *field, rr_text *rest, char separator);
/* `0` or [1-9][0-9]*, below 2^32. */
bool rr_text_number(uint32_t *number, rr_text text);
/* The same below 2^63. */
bool rr_text_long(uint64_t *number, rr_text text);
/* Exactly `len` bytes in lowercase hex. */
bool rr_text_hex(uint8_t *bytes, size_t len, rr_text text);
/* [A-Za-z0-9._-]{1,64}: a member (section 2). */
bool rr_text_is_member(rr_text text);
/* NULL if a class may be called that (section 2), else the rule that it breaks. */
const char *rr_class_fault(rr_text text);

/* ---- reading -------------------------------------------------------------------------------------------------------- */

typedef struct rr_reader {
    rr_text rest;     /* what comes after the current line */
    rr_text line;     /* the current line, without its LF */
    uint32_t number;  /* of the current line, from 1; 0 before the first */
    bool tab_allowed; /* may be changed between lines */
    bool kept;        /* the next rr_reader_next gives the current line again */
    rr_error *error;  /* may be NULL */
} rr_reader;

void rr_reader_init(rr_reader *reader, rr_error *error, const char *text, size_t len);
/* Goes to the next line.  RR_NOT_FOUND at the end of the text, else RR_MALFORMED with the error set. */
rr_status rr_reader_next(rr_reader *reader);
/* The same where the end is a fault: `rule` says what is missing. */
rr_status rr_reader_need(rr_reader *reader, const char *rule);
/* The next rr_reader_next gives the current line again. */
void rr_reader_keep(rr_reader *reader);

/* The next line must be `first`: the line that names the format. */
rr_status rr_reader_first(rr_reader *reader, const char *first, const char *rule);
/* The next line must be empty. */
rr_status rr_reader_empty(rr_reader *reader);
/* The next line must be the header `name`; `missing` is the rule that names it. */
rr_status rr_reader_header(rr_reader *reader, rr_text *value, const char *name, const char *missing);
/* Whether the next line is the header `name`: if so it is read as rr_reader_header does, else RR_NOT_FOUND and nothing is taken. */
rr_status rr_reader_optional(rr_reader *reader, rr_text *value, const char *name);
/* The header `name` with its rule. */
#define RR_HEADER(name) name, "the header `" name ": ...` must stand here"

/* Set the error and answer RR_MALFORMED: for the current line, for the column where `at` (inside that line) begins, for another
 * line. */
rr_status rr_reader_fail(rr_reader *reader, const char *rule);
rr_status rr_reader_fail_at(rr_reader *reader, rr_text at, const char *rule);
rr_status rr_reader_fail_line(rr_reader *reader, uint32_t line, const char *rule);

/* ---- writing -------------------------------------------------------------------------------------------------------- */

/* Counts what is written; writes it as long as all of it fits. */
typedef struct rr_writer {
    char *out;
    size_t size;
    size_t len;
} rr_writer;

void rr_write_text(rr_writer *w, rr_text text);
void rr_write(rr_writer *w, const char *string);
void rr_write_hex(rr_writer *w, const uint8_t *bytes, size_t len);
void rr_write_number(rr_writer *w, uint64_t number);
/* `Name: ` */
void rr_write_name(rr_writer *w, const char *name);
/* `Name: value` LF */
void rr_write_header(rr_writer *w, const char *name, rr_text value);
void rr_write_header_number(rr_writer *w, const char *name, uint32_t number);
void rr_write_header_hex(rr_writer *w, const char *name, const uint8_t *bytes, size_t len);
void rr_write_header_time(rr_writer *w, const char *name, int64_t seconds);

#endif
