/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence/header.h"

rr_status rr_db_fail(rr_file_error *error, sqlite3 *db, const char *where) {
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    int system = db ? sqlite3_system_errno(db) : ENOMEM;
    rr_status status = RR_IO;
    const char *rule = "SQLite could not read or write it";
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        status = RR_NO_SPACE;
        rule = "there is not enough memory";
        break;
    case SQLITE_FULL:
        rule = "the disk is full: make room and run the same again";
        system = ENOSPC;
        break;
    case SQLITE_READONLY: rule = "it cannot be written: check the permissions of the file and its folder"; break;
    case SQLITE_CANTOPEN: rule = "it cannot be opened: check that it exists and may be read, and its folder written"; break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: rule = "it is in use by another process: wait until that one has ended"; break;
    case SQLITE_NOTADB:
        status = RR_MALFORMED;
        rule = "this is not an SQLite database";
        break;
    case SQLITE_CORRUPT:
        status = RR_MALFORMED;
        rule = "the database is damaged";
        break;
    case SQLITE_INTERRUPT:
        rule = "reading was given up";
        system = ECANCELED;
        break;
    case SQLITE_TOOBIG:
        status = RR_MALFORMED;
        rule = "a value is larger than any that belongs here";
        break;
    case SQLITE_AUTH:
    case SQLITE_ERROR:
        status = RR_MALFORMED;
        rule = "the database does not have the tables that it should have";
        break;
    case SQLITE_IOERR: rule = "reading or writing failed: check the disk and the space on it"; break;
    default: break;
    }
    rr_fail(error, status, where, -1, rule);
    if (error) error->system = system;
    return status;
}

bool rr_db_is_integer(sqlite3_stmt *statement, int column) {
    return sqlite3_column_type(statement, column) == SQLITE_INTEGER;
}

bool rr_db_blob(rr_blob *blob, sqlite3_stmt *statement, int column) {
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB) return false;
    blob->bytes = sqlite3_column_blob(statement, column);
    blob->len = (size_t)sqlite3_column_bytes(statement, column);
    if (!blob->bytes) blob->bytes = (const uint8_t *)"";
    return true;
}

bool rr_db_text(rr_text *text, sqlite3_stmt *statement, int column) {
    if (sqlite3_column_type(statement, column) != SQLITE_TEXT) return false;
    text->start = (const char *)sqlite3_column_text(statement, column);
    text->len = (size_t)sqlite3_column_bytes(statement, column);
    return text->start != NULL;
}

char *rr_db_uri(const char *path, const char *query) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    char *absolute = realpath(path, NULL);
    if (!absolute) return NULL;
    char *uri = malloc(sizeof "file://" + 3 * strlen(absolute) + strlen(query));
    if (uri) {
        char *to = uri + sprintf(uri, "file://");
        for (const char *c = absolute; *c; c++) {
            if (strchr(plain, *c))
                *to++ = *c;
            else
                to += sprintf(to, "%%%02X", (unsigned char)*c);
        }
        memcpy(to, query, strlen(query) + 1);
    }
    free(absolute);
    return uri;
}

rr_status rr_db_header_read(uint8_t header[RR_DB_HEADER], int descriptor) {
    ssize_t got = pread(descriptor, header, RR_DB_HEADER, 0);
    if (got < 0) return RR_IO;
    return got == RR_DB_HEADER && memcmp(header, "SQLite format 3", 16) == 0 ? RR_OK : RR_MALFORMED;
}

/* The statements of an in-memory database made from `sql` are the yardstick, so that they are written down once only. */
rr_status rr_db_schema_check(rr_file_error *error, sqlite3 *db, const char *sql) {
    static const char query[] = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid";
    sqlite3 *pattern = NULL;
    sqlite3_stmt *want = NULL, *have = NULL;
    rr_status status = RR_OK;
    if (sqlite3_open(":memory:", &pattern) != SQLITE_OK || sqlite3_exec(pattern, sql, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(pattern, query, -1, &want, NULL) != SQLITE_OK) {
        status = rr_db_fail(error, pattern, "file");
    } else if (sqlite3_prepare_v2(db, query, -1, &have, NULL) != SQLITE_OK) {
        status = rr_db_fail(error, db, "file");
    }
    while (status == RR_OK) {
        int a = sqlite3_step(want), b = sqlite3_step(have);
        if (a != SQLITE_ROW && a != SQLITE_DONE)
            status = rr_db_fail(error, pattern, "file");
        else if (b != SQLITE_ROW && b != SQLITE_DONE)
            status = rr_db_fail(error, db, "file");
        else if (a != b)
            status = rr_fail(error, RR_MALFORMED, "schema", -1, rr_schema_objects);
        else if (a == SQLITE_DONE)
            break;
        for (int column = 0; column < 4 && status == RR_OK; column++) {
            rr_text x, y;
            if (!rr_db_text(&x, want, column))
                status = rr_db_fail(error, pattern, "file");
            else if (!rr_db_text(&y, have, column) || x.len != y.len || memcmp(x.start, y.start, x.len) != 0)
                status = rr_fail(error, RR_MALFORMED, "schema", -1, rr_schema_table);
        }
    }
    sqlite3_finalize(want);
    sqlite3_finalize(have);
    sqlite3_close(pattern);
    return status;
}
