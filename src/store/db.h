/* SPDX-License-Identifier: Apache-2.0 */
/* What every use of SQLite here needs: statements, results by type, errors in our words. */
#ifndef RR_STORE_DB_H
#define RR_STORE_DB_H

#include <sqlite3.h>

#include "evidence/document.h"

enum {
    RR_COLLECT_APPLICATION = 0x5252636f, /* "RRco" */
    RR_COLLECT_VERSION = 2
};

/* rr_fail for a failed call of SQLite on `db`: full disk, read-only and the like in words of our own; a damaged file is
 * RR_MALFORMED, memory RR_NO_SPACE, all else RR_IO. */
rr_status rr_db_fail(rr_file_error *error, sqlite3 *db, const char *where);

/* NULL, or a rule: a result column's type and size. */
bool rr_db_is_integer(sqlite3_stmt *statement, int column);
/* The blob (also an empty one) of a column that is a blob; false if it is not. */
bool rr_db_blob(rr_blob *blob, sqlite3_stmt *statement, int column);
/* A text column, which must be of that type; SQLite's text is never terminated early here: its length counts. */
bool rr_db_text(rr_text *text, sqlite3_stmt *statement, int column);

/* An absolute file: URI for `path`, percent-encoded, with the query after it; NULL with errno set.  To be freed. */
char *rr_db_uri(const char *path, const char *query);

/* The first bytes of a database, which are looked at before SQLite reads a schema of any size:
 *
 *      0  16  "SQLite format 3" NUL
 *     16   2  page size, always 4096 here
 *     60   4  user_version
 *     68   4  application_id
 *    100   1  0d: the first page of the schema is the only one
 *    103   2  rows of the schema */
enum { RR_DB_HEADER = 105, RR_DB_PAGE = 4096 };
/* RR_OK, RR_IO (errno is set), RR_MALFORMED: the file has fewer bytes, or is none of SQLite's. */
rr_status rr_db_header_read(uint8_t header[RR_DB_HEADER], int descriptor);

/* Do the tables, indices, triggers and views of `db` have exactly the statements of `sql`?  RR_OK, RR_MALFORMED, RR_NO_SPACE. */
rr_status rr_db_schema_check(rr_file_error *error, sqlite3 *db, const char *sql);

#endif
