/* SPDX-License-Identifier: Apache-2.0 */
/* The part of SQLite's file format (https://sqlite.org/fileformat2.html) that an evidence file uses, over bytes in memory: tables with row numbers, pages of
 * 4096 bytes without reserved space, overflow pages.
 *
 *     page        flag u8 (0d leaf, 05 interior), first free block u16, cells u16, begin of content u16, fragments u8, interior: rightmost child u32;
 *                 then a u16 for each cell: where it is.  Page 1 has the 100 bytes of the database header before that
 *     leaf cell   varint payload length, varint row number, payload, and where not all of it is here u32 first overflow page
 *     interior    u32 child, varint: the largest row number below it
 *     overflow    u32 next page or 0, 4092 bytes of payload
 *     record      varint length of its header, a varint type for each column, the values
 *
 * Numbers are big-endian.  A file is hostile: rr_btree_check looks at every page once, as SQLite's integrity_check does, and then the walks rely on it. */
#ifndef RR_EVIDENCE_BTREE_H
#define RR_EVIDENCE_BTREE_H

#include "evidence/source.h"

enum {
    RR_BTREE_PAGE = 4096,
    RR_BTREE_DEPTH = 20,
    RR_BTREE_HEADER = 100,
    RR_BTREE_LOCK_PAGE = 0x40000000 / RR_BTREE_PAGE + 1 /* that of byte 2^30: SQLite never uses it */
};

typedef struct rr_btree_file {
    const uint8_t *bytes;
    uint32_t pages; /* numbered from 1 */
    uint8_t *used;  /* by page, while it is checked */
} rr_btree_file;

/* Checks the tree below `root` and marks its pages as used.  False: something is wrong. */
bool rr_btree_check(rr_btree_file *file, uint32_t root);

/* A place in a tree that was checked. */
typedef struct rr_btree_cursor {
    const rr_btree_file *file;
    unsigned depth; /* levels in use; 0: behind the last row */
    struct {
        uint32_t page;
        unsigned cell; /* the next one; that of the rightmost child is the number of cells */
    } level[RR_BTREE_DEPTH];
} rr_btree_cursor;

typedef struct rr_btree_row {
    int64_t number;
    size_t len;           /* of the payload */
    const uint8_t *local; /* the part of it that is on the page */
    size_t local_len;
    uint32_t overflow; /* page with more; 0: there is no more */
} rr_btree_row;

void rr_btree_first(rr_btree_cursor *cursor, const rr_btree_file *file, uint32_t root);
/* False behind the last row. */
bool rr_btree_next(rr_btree_row *row, rr_btree_cursor *cursor);
/* False: there is no row of this number. */
bool rr_btree_find(rr_btree_row *row, const rr_btree_file *file, uint32_t root, int64_t number);
/* All of a row's payload; `out` has row->len bytes. */
void rr_btree_payload(uint8_t *out, const rr_btree_file *file, const rr_btree_row *row);

/* The columns of a record whose first `have` bytes are at `bytes`, of `len` in all: exactly `count` of them.  Values that are not within `have` have the
 * bytes NULL.  False: it is none. */
bool rr_btree_record(rr_value *values, unsigned count, const uint8_t *bytes, size_t have, size_t len);

#endif
